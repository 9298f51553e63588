internal import CLibrary
internal import CPlatform

/// The directory that is watched, as far as it must be told from others that workers serve.
///
/// Places are compared by what lies there and not by their spelling: a link, a bind mount and another
/// way to write a path all lead to the same directory.
package struct Workplace: Sendable {
  /// Whose a place is.
  enum Kind {
    /// This directory, or one of its files.
    case this
    /// Another directory with a queue in it, or a file of one.
    case other
  }

  /// Workers of other directories use this directory's lock, too.
  let sharesLock: Bool
  private let directory: String
  private let lock: String
  /// What lies in a directory with a queue.
  private let names: [String]
  /// Our files, and the last parts of their paths.
  private let files: [(name: Substring, path: String)]
  /// Those that only a worker writes.
  private let data: [(path: String, isLog: Bool)]

  /// The directory in `settings`.
  package init(settings: EngineSettings) {
    directory = settings.directory
    lock = settings.path(of: \.lock)
    sharesLock = settings.files.lock.hasPrefix("/")
    let lists = [settings.files.queue, settings.files.deadLetters, settings.files.lock]
    names = lists.filter { !$0.hasPrefix("/") }
    let all: [KeyPath<FileNames, String>] = [\.queue, \.deadLetters, \.metrics, \.lock, \.log]
    data = [
      (settings.path(of: \.log), true), (settings.path(of: \.queue), false),
      (settings.path(of: \.deadLetters), false),
    ]
    files = all.map { settings.path(of: $0) }.map { (PathText($0).name, $0) }
  }

  /// Whether a path leads to this directory.
  func isDirectory(at path: String) -> Bool {
    guard let own = Self.file(at: directory + "/.") else { return false }
    return Self.file(at: path + "/.") == own
  }

  /// Whose the directory or file at a path is; `nil` for what has to do with no queue.
  func kind(of path: String) -> Kind? {
    if isDirectory(at: path) { return .this }
    if names.contains(where: { Self.file(at: path + "/" + $0) != nil }) { return .other }
    return kind(ofFile: path, named: PathText(path).name)
  }

  /// Whose a file is that goes by a name; `path` need not end in it.
  func kind(ofFile path: String, named name: Substring) -> Kind? {
    guard let own = files.first(where: { $0.name == name })?.path, let file = Self.file(at: path)
    else { return nil }
    return Self.file(at: own) == file ? .this : .other
  }

  /// Whether a file lies in a directory with a queue, or in a directory of that one.
  func isBesideQueue(_ path: String) -> Bool {
    let parent = PathText(path).parent
    return [parent, PathText(parent).parent].contains { directory in
      names.contains { Self.file(at: directory + "/" + $0) != nil }
    }
  }

  /// Whether a user could have taken the lock, or changed anything here.
  func isWritable(by user: UInt32) -> Bool {
    if user == 0 { return true }
    return [directory, PathText(lock).parent, lock].contains { path in
      var facts = platform_file_facts()
      guard platform_stat_target(path, &facts) == 0 else { return false }
      // Who is in the group is not asked: a group that may write is a doubt.
      return facts.owner == user || facts.mode & 0o022 != 0
    }
  }

  /// A file that only a worker writes.
  struct DataFile {
    let identity: FileIdentity
    let name: Substring
    let isLog: Bool
  }

  /// Log, queue and dead-letter queue, as far as they are there.
  var dataFiles: [DataFile] {
    data.compactMap { path, isLog in
      Self.file(at: path).map { DataFile(identity: $0, name: PathText(path).name, isLog: isLog) }
    }
  }

  private static func file(at path: String) -> FileIdentity? {
    var facts = platform_file_facts()
    return platform_stat_target(path, &facts) == 0 ? FileIdentity(facts) : nil
  }
}
