import Foundation

/// A fresh directory of the file system, removed when the last reference goes.
package final class TemporaryDirectory: Sendable {
  package let path: String

  /// Makes the directory, with a short name: the path of a socket in it has room for about 100 bytes.
  package init() throws {
    let base = FileManager.default.temporaryDirectory.path
    path = "\(base)/mem0top-test-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      print("\(path) is left behind: \(error)")
    }
  }

  /// The path of a file in it.
  package func path(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a file in place, making the directories on the way.
  package func write(_ text: String, to name: String) throws {
    try write(Array(text.utf8), to: name)
  }

  /// Writes a file in place, making the directories on the way.
  package func write(_ bytes: [UInt8], to name: String) throws {
    let file = URL(filePath: path(name))
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(),
      withIntermediateDirectories: true
    )
    try StartGate.pass { try Data(bytes).write(to: file) }
  }

  /// Appends to a file that is there.
  package func append(_ text: String, to name: String) throws {
    let handle = try FileHandle(forWritingTo: URL(filePath: path(name)))
    defer { handle.closeFile() }
    handle.seekToEndOfFile()
    handle.write(Data(text.utf8))
  }
}
