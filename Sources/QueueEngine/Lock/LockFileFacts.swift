/// What the system says about the lock file itself, gathered without touching it.
package struct LockFileFacts: Hashable, Sendable {
  /// What kind of thing lies at the lock's path.
  package enum Kind: String, Sendable {
    case regular = "regular file"
    case symbolicLink = "symbolic link"
    case directory
    case fifo = "FIFO"
    case other = "device or socket"
  }

  /// The largest lock file that is judged; no lock needs more.
  package static let largestSize = 4096

  package var identity: FileIdentity
  package var kind: Kind
  package var size: Int
  /// The modification time as the file system keeps it: equality matters more than the value.
  package var modifiedNanoseconds: Int64
  /// The numeric id of the user that the file belongs to.
  package var owner: UInt32
  /// How many names the file has.
  package var links: Int
  /// What it holds, `largestSize` at most; empty where it is not a regular file that we may read.
  package var bytes: [UInt8] = []
  /// Why the content could not be read, in the system's words.
  package var readProblem: String?

  package var modifiedAt: Timestamp {
    Timestamp(Double(modifiedNanoseconds) / 1e9)
  }

  /// Whether it is what a lock file must be: a regular file with one name and 4 KiB at most.
  package var isOrdinary: Bool {
    kind == .regular && links == 1 && size <= Self.largestSize
  }

  /// Why it is not what a lock file must be, as half a sentence.
  package var oddity: String {
    if kind != .regular { return "a \(kind.rawValue)" }
    if links != 1 { return "a file with \(links) names (hard links)" }
    return "a file of \(size) bytes, more than \(Self.largestSize)"
  }
}
