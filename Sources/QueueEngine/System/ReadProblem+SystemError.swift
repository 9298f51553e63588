internal import CLibrary

extension ReadProblem {
  /// Says why the system does not let us read a file, and what a person can do about that.
  ///
  /// - Parameters:
  ///   - file: The file's name, safe to show.
  ///   - error: What the system said; `EINVAL` and `EISDIR` mean that it is not a regular file.
  init(unreadable file: String, _ error: SystemError) {
    switch error.code {
    case EACCES, EPERM:
      self.init("\(file) cannot be read: \(error.reason); check its owner and its mode")
    case EINVAL, EISDIR, ENXIO:
      self.init("\(file) cannot be read: it is not a regular file; move it out of the way")
    case EMFILE, ENFILE:
      self.init("\(file) cannot be read: \(error.reason); raise the limit with \"ulimit -n\"")
    case ELOOP:
      self.init("\(file) cannot be read: \(error.reason); correct its link")
    default:
      self.init("\(file) cannot be read: \(error.reason); check the disk that it is on")
    }
  }
}
