import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// A directory with dead letters, and what tells whether their file was touched.
struct RetryScene: Sendable {
  /// What a file is and holds; two that are equal mean that nothing was written between them.
  struct Fingerprint: Hashable {
    let inode: UInt64
    let modifiedNanoseconds: Int64
    let bytes: [UInt8]
  }

  let directory: TemporaryDirectory
  let settings: EngineSettings

  init(_ text: String = #"{"items":[]}"#) throws {
    try self.init(bytes: Array(text.utf8))
  }

  init(bytes: [UInt8]) throws {
    directory = try TemporaryDirectory()
    settings = EngineSettings(
      directory: directory.path,
      stateDirectory: directory.path(".state")
    )
    try directory.write(bytes, to: "mem0_queue_dlq.json")
  }

  var path: String { settings.path(of: \.deadLetters) }

  func bytes() throws -> [UInt8] {
    try Array(Data(contentsOf: URL(filePath: path)))
  }

  func text() throws -> String {
    try String(decoding: bytes(), as: UTF8.self)
  }

  func fingerprint() throws -> Fingerprint {
    let stamp = try FileStamp.at(path)
    return Fingerprint(
      inode: stamp.inode,
      modifiedNanoseconds: stamp.modifiedNanoseconds,
      bytes: try bytes()
    )
  }

  func retry(_ ids: String...) throws(ActionError) -> ActionOutcome {
    try retry(ids.map { ItemKey(id: $0) })
  }

  func retry(_ keys: [ItemKey]) throws(ActionError) -> ActionOutcome {
    try RetryItems(keys: keys).perform(settings: settings)
  }

  /// What a snapshot shows of the directory.
  func snapshot() -> Snapshot {
    var reader = SnapshotReader(settings: settings)
    return reader.readSettled { Timestamp(Date().timeIntervalSince1970) }
  }

  /// What lies in the directory, drafts and locks of ours included.
  ///
  /// Not an empty lock: it is left in place where somebody has it open, as a child has that a test beside
  /// this one starts at that moment.
  func files() throws -> Set<String> {
    var found = Set(try FileManager.default.contentsOfDirectory(atPath: directory.path))
    let lock = settings.path(of: \.lock)
    if FileManager.default.contents(atPath: lock)?.isEmpty == true {
      found.remove(settings.files.lock)
    }
    return found.subtracting([".mem0top.guard", ".state"])
  }
}
