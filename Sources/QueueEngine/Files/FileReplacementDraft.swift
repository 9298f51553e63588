#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// A new version of a file, beside it under a name of its own until it takes its place.
///
/// One that never takes its place is removed with the value, whatever went wrong.
struct FileReplacementDraft: ~Copyable {
  /// What the names of drafts begin with, so that one left by a crash is recognised.
  static let namePrefix = ".mem0top-"

  private let directory: Int32
  private let descriptor: Int32
  private let name: String
  private let targetName: String
  private let shownName: String
  private let directoryPath: String
  private var isPlaced = false

  /// Creates the draft in the target's directory, open to nobody else; it must not outlive the target.
  init(for target: borrowing FileReplacementTarget) throws(FileReplacementError) {
    let ownName = Self.namePrefix + String(UInt64.random(in: .min ... .max), radix: 16)
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

  /// Writes all bytes.
  func write(_ bytes: [UInt8]) throws(FileReplacementError) {
    // To write beyond the limit would end the process by a signal, so it is asked for first.
    if let limit = Self.largestFile, limit < UInt64(bytes.count) {
      throw .fileSizeLimit(file: shownName, needed: bytes.count)
    }
    let code = bytes.withUnsafeBytes { buffer -> Int32 in
      var written = 0
      while written < buffer.count {
        let step = Self.write(descriptor, buffer[written...])
        if step > 0 {
          written += step
        } else if step == 0 || errno != EINTR {
          return step == 0 ? ENOSPC : errno
        }
      }
      return 0
    }
    if code == EFBIG { throw .fileSizeLimit(file: shownName, needed: bytes.count) }
    if code != 0 { throw failure("write", code) }
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
  ///
  /// After a failure the kernel may have dropped the pages and would report success the next time.
  func sync() throws(FileReplacementError) {
    #if canImport(Darwin)
    let outcome = fcntl(descriptor, F_FULLFSYNC)
    #else
    let outcome = fsync(descriptor)
    #endif
    if outcome != 0 { throw failure("sync", errno) }
  }

  /// Gives the draft the target's name; from here on it is the file.
  mutating func takePlace() throws(FileReplacementError) {
    guard renameat(directory, name, directory, targetName) == 0 else {
      throw failure("rename", errno)
    }
    isPlaced = true
  }

  /// Whether the file with the target's name is this one.
  var isInPlace: Bool {
    var (own, named) = (stat(), stat())
    return fstat(descriptor, &own) == 0
      && fstatat(directory, targetName, &named, AT_SYMLINK_NOFOLLOW) == 0
      && own.st_dev == named.st_dev && own.st_ino == named.st_ino
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

  /// The limit on the size of files that this process has, in bytes; `nil` where it cannot be had.
  private static var largestFile: UInt64? {
    var limit = rlimit()
    #if canImport(Glibc)
    let outcome = getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
    #else
    let outcome = getrlimit(RLIMIT_FSIZE, &limit)
    #endif
    return outcome == 0 ? UInt64(limit.rlim_cur) : nil
  }

  private static func write(_ descriptor: Int32, _ bytes: Slice<UnsafeRawBufferPointer>) -> Int {
    let piece = UnsafeRawBufferPointer(rebasing: bytes)
    #if canImport(Glibc)
    return Glibc.write(descriptor, piece.baseAddress, piece.count)
    #elseif canImport(Musl)
    return Musl.write(descriptor, piece.baseAddress, piece.count)
    #else
    return Darwin.write(descriptor, piece.baseAddress, piece.count)
    #endif
  }
}
