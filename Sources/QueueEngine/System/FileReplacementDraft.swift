internal import CLibrary
internal import CPlatform

/// A new version of a file, beside it under a name of its own until it takes its place.
///
/// One that never takes its place is removed with the value, whatever went wrong.
struct FileReplacementDraft: ~Copyable {
  /// What the names of drafts begin with, so that one left by a crash is recognised.
  static let namePrefix = ".mem0top-"

  /// A name that no other draft has.
  static func uniqueName() -> String {
    namePrefix + String(UInt64.random(in: .min ... .max), radix: 16)
  }

  private let directory: Int32
  private let descriptor: Int32
  private var name: String
  private let targetName: String
  private let shownName: String
  private let directoryPath: String
  private var isPlaced = false

  /// Creates the draft in the target's directory, open to nobody else; it must not outlive the target.
  init(for target: borrowing FileReplacementTarget) throws(FileReplacementError) {
    let ownName = Self.uniqueName()
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    let opened = openat(target.directory, ownName, flags, 0o600)
    guard opened >= 0 else {
      let path = target.directoryPath
      throw FileReplacementError(
        creating: SystemError(code: errno, attempt: "create a file in", path: path),
        file: target.shownName
      )
    }
    descriptor = opened
    name = ownName
    directory = target.directory
    targetName = target.name
    shownName = target.shownName
    directoryPath = target.directoryPath
  }

  deinit {
    close(descriptor)
    // One that cannot be removed is harmless, and its name tells what it is.
    if !isPlaced { unlinkat(directory, name, 0) }
  }

  /// Writes all bytes, and lets the disk begin with them at once.
  func write(_ bytes: [UInt8]) throws(FileReplacementError) {
    let code = NewFile.writeAll(bytes, to: descriptor)
    if code == EFBIG { throw .fileSizeLimit(file: shownName, needed: bytes.count) }
    if code != 0 { throw failure("write", code) }
    platform_start_writing(descriptor)
  }

  /// Gives the draft the owner, the group and the mode of the original.
  func adopt(
    ownerAndModeOf original: FileReplacementTarget.Reading
  ) throws(FileReplacementError) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure("look at", errno) }
    // The owner first: giving a file away takes bits off its mode.
    if status.st_uid != original.owner || status.st_gid != original.group {
      guard fchown(descriptor, original.owner, original.group) == 0 else {
        throw .foreignOwner(file: shownName, reason: String(cString: strerror(errno)))
      }
    }
    guard fchmod(descriptor, mode_t(original.stamp.mode & 0o7777)) == 0 else {
      throw failure("set the mode of", errno)
    }
  }

  /// Makes the content survive a crash of the machine; it is never tried twice.
  func sync() throws(FileReplacementError) {
    let code = NewFile.sync(descriptor)
    if code != 0 { throw failure("sync", code) }
  }

  /// Gives the draft the target's name; from here on it is the file.
  mutating func takePlace() throws(FileReplacementError) {
    guard renameat(directory, name, directory, targetName) == 0 else {
      throw failure("rename", errno)
    }
    isPlaced = true
  }

  /// Writes the same bytes over the target through its open descriptor; until that is done the draft
  /// lies beside it under a name that says so, and a torn write is completed from it.
  mutating func write(
    _ bytes: [UInt8],
    over target: Int32,
    whileNamed waitingName: String
  ) throws(FileReplacementError) {
    guard renameat(directory, name, directory, waitingName) == 0,
      fsync(directory) == 0 || errno == EINVAL
    else { throw failure("rename", errno) }
    name = waitingName
    let code = NewFile.overwrite(target, with: bytes)
    guard code == 0 else {
      // It may be torn now: the draft stays, and the next change completes it.
      isPlaced = true
      throw failure("write", code)
    }
  }

  /// Whether another file has the target's name by now, or none has.
  var isReplaced: Bool {
    var (own, named) = (stat(), stat())
    guard fstatat(directory, targetName, &named, AT_SYMLINK_NOFOLLOW) == 0 else {
      return errno == ENOENT
    }
    return fstat(descriptor, &own) == 0
      && (own.st_dev != named.st_dev || own.st_ino != named.st_ino)
  }

  private func failure(_ attempt: String, _ code: Int32) -> FileReplacementError {
    FileReplacementError(
      SystemError(
        code: code,
        attempt: attempt + " a new version in",
        path: directoryPath
      ),
      file: shownName
    )
  }
}
