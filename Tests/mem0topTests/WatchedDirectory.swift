import DemoWorld
import Foundation
import QueueEngine
import TestSupport
import Testing

/// The files of a queue in a temporary directory, as other programs write and read them.
struct WatchedDirectory {
  static let queue = "mem0_queue.json"
  static let deadLetters = "mem0_queue_dlq.json"
  static let lock = "mem0_queue.lock"
  static let log = "logs/mem0_worker.log"

  /// Everything that tells whether somebody has touched a file.
  struct Stamp: Equatable {
    let inode: UInt64
    let modified: [Int]
    let bytes: Data
  }

  let path: String

  /// Makes the directory inside `home`, where the program looks by default.
  init(in home: TemporaryDirectory) throws {
    path = home.path + "/.claude"
    try FileManager.default.createDirectory(
      atPath: path,
      withIntermediateDirectories: true
    )
  }

  /// Makes the directory at a path.
  init(at path: String) throws {
    self.path = path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  func path(of name: String) -> String { path + "/" + name }

  /// Replaces a file in one step, as a careful program does.
  func write(_ text: String, to name: String, age: Duration = .zero) throws {
    let folder = URL(filePath: path(of: name)).deletingLastPathComponent()
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let draft = name == Self.lock ? name + ".draft" : name
    try text.write(toFile: path(of: draft), atomically: true, encoding: .utf8)
    let now = Date().timeIntervalSince1970
    try Self.date(path(of: draft), now - Double(age.components.seconds))
    if name == Self.lock { try putInPlace(draft, as: name) }
  }

  /// Writes every file of the incident, as of now.
  func writeIncident() throws {
    try Incident.write(into: path, now: Timestamp(Date().timeIntervalSince1970))
    try putInPlace(Self.lock, as: Self.lock)
  }

  /// Puts a copy of a draft in a file's place that this process never had open.
  ///
  /// A child that a test beside this one starts has all files of ours until it has become its program, and
  /// who has a lock open is taken for its holder. For some moments such a child is not to be seen either.
  private func putInPlace(_ draft: String, as name: String) throws {
    let copy = path(of: name + ".copy")
    _ = try TmuxSession.run(["cp", "-p", path(of: draft), copy])
    try #require(rename(copy, path(of: name)) == 0, "\(name)")
    if draft != name { try FileManager.default.removeItem(atPath: path(of: draft)) }
  }

  /// Gives a file a time, in seconds since 1970.
  ///
  /// Foundation's own way fails where the time of the last access rounds up to a whole second.
  static func date(_ path: String, _ seconds: Double) throws {
    var moment = timespec()
    moment.tv_sec = Int(seconds.rounded(.down))
    moment.tv_nsec = Int((seconds - seconds.rounded(.down)) * 1e9)
    try #require(utimensat(AT_FDCWD, path, [moment, moment], 0) == 0, "\(path)")
  }

  /// Appends to a file, as the shell does for cron.
  func append(_ text: String, to name: String) throws {
    let handle = try #require(FileHandle(forWritingAtPath: path(of: name)))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data(text.utf8))
    try handle.close()
  }

  func text(of name: String) throws -> String {
    try String(contentsOfFile: path(of: name), encoding: .utf8)
  }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(of: name)) }

  func stamp(of name: String) throws -> Stamp {
    var facts = stat()
    try #require(lstat(path(of: name), &facts) == 0)
    return Stamp(
      inode: UInt64(facts.st_ino),
      modified: [facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec],
      bytes: try Data(contentsOf: URL(filePath: path(of: name)))
    )
  }

  /// The dead letter whose id begins so.
  func deadLetter(_ start: String) throws -> [String: Any]? {
    let data = try Data(contentsOf: URL(filePath: path(of: Self.deadLetters)))
    let file = try JSONSerialization.jsonObject(with: data) as? [String: Any]
    let items = file?["items"] as? [[String: Any]]
    return items?.first { ($0["id"] as? String)?.hasPrefix(start) == true }
  }

  /// The names of everything in the directory.
  func names() throws -> Set<String> {
    try Set(FileManager.default.contentsOfDirectory(atPath: path))
  }

  /// Leaves a lock behind as a worker does that died; returns the id of that process.
  @discardableResult
  func abandonLock(age: Duration = .seconds(3 * 3600)) throws -> Int32 {
    let worker = Process()
    worker.executableURL = URL(filePath: "/usr/bin/env")
    worker.arguments = ["true"]
    try worker.run()
    worker.waitUntilExit()
    try write("\(worker.processIdentifier)\n", to: Self.lock, age: age)
    return worker.processIdentifier
  }

  /// The entries of the audit log anywhere below a home.
  static func auditEntries(below home: String) throws -> [[String: Any]] {
    let files = FileManager.default.enumerator(atPath: home)?.compactMap { $0 as? String } ?? []
    guard let log = files.first(where: { $0.hasSuffix("/audit.log") }) else { return [] }
    return try String(contentsOfFile: home + "/" + log, encoding: .utf8).split(separator: "\n").map
    {
      try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }
}
