internal import FoundationEssentials
internal import QueueEngine

/// A fresh temporary directory that is removed again, with all that is in it.
package struct Sandbox: Sendable {
  /// The root of everything, readable by its owner only.
  package let root: String

  /// The directory with the queue.
  package var directory: String { root + "/claude" }

  /// What `XDG_STATE_HOME` is for the processes of the demonstration.
  var stateHome: String { root + "/state" }

  /// What `XDG_CONFIG_HOME` is for them.
  var configurationHome: String { root + "/config" }

  /// Where our own state goes.
  package var stateDirectory: String { stateHome + "/mem0top" }

  /// Makes a fresh directory under `parent`, the system's place for temporary files.
  package init(under parent: String) throws(DemoError) {
    root = parent + "/mem0top-demo-" + String(UInt32.random(in: 0...UInt32.max), radix: 16)
    try Self.makeDirectory(root)
    try Self.makeDirectory(directory)
    try Self.makeDirectory(stateHome)
    try Self.makeDirectory(stateDirectory)
    try Self.makeDirectory(configurationHome)
  }

  /// Removes everything; what is gone already is no matter.
  package func remove() {
    try? FileManager.default.removeItem(atPath: root)
  }

  /// Makes a directory for its owner alone; one that is there already is an error, as it is not ours.
  static func makeDirectory(_ path: String) throws(DemoError) {
    do {
      try FileManager.default.createDirectory(
        atPath: path,
        withIntermediateDirectories: false,
        attributes: [.posixPermissions: 0o700]
      )
    } catch {
      throw DemoError(
        "The demo cannot make the directory \(path); set TMPDIR to one that it may use."
      )
    }
  }

  /// Writes a file whole, for its owner alone, last modified at the moment given.
  static func write(_ text: String, to path: String, modifiedAt: Timestamp) throws(DemoError) {
    let date = Date(timeIntervalSince1970: modifiedAt.secondsSinceEpoch)
    do {
      try Data(text.utf8).write(to: URL(filePath: path))
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o600, .modificationDate: date],
        ofItemAtPath: path
      )
    } catch {
      throw DemoError("The demo cannot write \(path); is the disk full?")
    }
  }
}
