internal import CLibrary

/// A child that really ran and really exited, so that its process id is a dead one.
enum DepartedProcess {
  /// Runs a child to its end and returns its id.
  static func makePID() throws(DemoError) -> Int32 {
    var pid = pid_t()
    let arguments: [UnsafeMutablePointer<CChar>?] = [strdup("true"), nil]
    defer { free(arguments[0]) }
    let code = posix_spawnp(&pid, "true", nil, nil, arguments, nil)
    guard code == 0 else {
      throw DemoError("The demo cannot start the program true: \(String(cString: strerror(code))).")
    }
    while waitpid(pid, nil, 0) < 0, errno == EINTR {}
    return pid
  }
}
