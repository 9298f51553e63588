internal import CLibrary

/// Gives what root makes in somebody's directory to that person.
///
/// After one `sudo mem0top` the owner of a queue would else find a guard, a queue or a log in it that
/// nobody but root may open. For everybody but root nothing is done: their files are their own.
enum DirectoryOwner {
  /// Gives an open file, or directory, that was just made to the owner of the directory that it lies in.
  ///
  /// A link to it must not have been followed. A file with a second name, or with something in it, was
  /// not just made and could be anybody's, so it stays as it is; so does one that cannot be given.
  static func adopt(_ descriptor: Int32, at path: String) {
    guard geteuid() == 0 else { return }
    var (parent, own) = (stat(), stat())
    guard stat(PathText(path).parent, &parent) == 0, parent.st_uid != 0,
      fstat(descriptor, &own) == 0, own.st_uid == 0
    else { return }
    let isDirectory = own.st_mode & S_IFMT == S_IFDIR
    guard isDirectory || (own.st_nlink == 1 && own.st_size == 0) else { return }
    _ = fchown(descriptor, parent.st_uid, parent.st_gid)
  }

  /// Makes a directory that nobody but its owner may enter; returns 0 or the error number.
  static func makeDirectory(_ path: String) -> Int32 {
    guard mkdir(path, 0o700) == 0 else { return errno }
    guard geteuid() == 0 else { return 0 }
    let opened = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard opened >= 0 else { return 0 }
    adopt(opened, at: path)
    close(opened)
    return 0
  }
}
