internal import CLibrary

/// The file that a change is for, behind any symbolic links, with its directory held open.
struct FileReplacementTarget: ~Copyable {
  /// What the file was at one moment, and what its content came to.
  struct Reading {
    let hash: ContentHash
    let size: Int
    let stamp: FileStamp
    let owner: uid_t
    let group: gid_t
  }

  /// The path without links.
  let path: String
  /// The file's directory, open.
  let directory: Int32
  /// The file's name in its directory.
  let name: String
  private let givenPath: String

  /// Follows the links and opens the directory; the file itself must exist.
  init(path givenPath: String) throws(FileReplacementError) {
    let file = PathText(givenPath).shownName
    guard let resolved = PathText(givenPath).resolved else {
      let error = SystemError(code: errno, attempt: "find", path: givenPath)
      if let link = DanglingLink(at: givenPath) {
        throw .dangling(problem: link.problem(of: file))
      }
      throw FileReplacementError(error, file: file)
    }
    if let link = PathText(givenPath).distrustedLink(of: FileUser(ofFileAt: givenPath).owner) {
      throw .distrusted(file: file, link: link)
    }
    let parent = PathText(resolved).parent
    let opened = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard opened >= 0 else {
      throw FileReplacementError(
        SystemError(code: errno, attempt: "open", path: parent),
        file: file
      )
    }
    directory = opened
    path = resolved
    name = String(PathText(resolved).name)
    self.givenPath = givenPath
  }

  deinit {
    close(directory)
  }

  /// The name by which the person knows the file, safe to show.
  var shownName: String { PathText(givenPath).shownName }

  /// The directory's path.
  var directoryPath: String { String(path.dropLast(name.utf8.count + 1)) }

  /// Reads the file whole into a buffer of our own, which is the caller's alone.
  func read() throws(FileReplacementError) -> (bytes: [UInt8], reading: Reading) {
    var status = stat()
    let stamp: FileStamp
    let bytes: [UInt8]?
    do throws(SystemError) {
      guard fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
        throw SystemError(code: errno, attempt: "look at", path: path)
      }
      let file = try OpenFile(path: path)
      stamp = file.stamp
      bytes = stamp.size <= DecodingProblem.largestFile ? try file.readAll() : nil
    } catch {
      throw FileReplacementError(error, file: shownName)
    }
    guard let bytes else { throw .corrupt(DecodingProblem(tooLarge: shownName)) }
    // The other names would go on leading to the old version, and whoever uses them would not know.
    guard status.st_nlink <= 1 else {
      throw .hardLinked(file: shownName, names: Int(status.st_nlink))
    }
    let reading = Reading(
      hash: ContentHash(bytes),
      size: bytes.count,
      stamp: stamp,
      owner: status.st_uid,
      group: status.st_gid
    )
    return (bytes, reading)
  }

  /// Whether the path still leads to the same file and that still holds the same bytes.
  ///
  /// Both are asked: a program that writes in place within one tick of the file system's clock
  /// leaves the stamp as it was.
  func holds(_ reading: Reading) throws(FileReplacementError) -> Bool {
    guard PathText(givenPath).resolved == path else { return false }
    do throws(SystemError) {
      let file = try OpenFile(path: path)
      var status = stat()
      guard file.stamp.isSameContent(as: reading.stamp), file.stamp.size == reading.size,
        fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0,
        status.st_uid == reading.owner, status.st_gid == reading.group
      else { return false }
      return try file.hash(ofFirst: reading.size) == reading.hash
    } catch {
      if error.isMissing { return false }
      throw FileReplacementError(error, file: shownName)
    }
  }

  /// Makes the names in the directory survive a crash of the machine.
  func syncDirectory() throws(FileReplacementError) {
    // Some file systems cannot sync a directory and say so with EINVAL; there is nothing to do then.
    guard fsync(directory) == 0 || errno == EINVAL else {
      throw .unsynced(file: shownName, reason: String(cString: strerror(errno)))
    }
  }
}
