internal import LosslessJSON

/// Which memories may have been sent without an answer: `claims.json` in our own state directory.
///
/// A claim is on disk before its item is sent and leaves it after the item has left its file. So what
/// a killed run leaves here may have been stored, and nothing else may.
struct ClaimRecord {
  private let directory: StateDirectory
  /// What is on disk; `nil` before it was read.
  private var saved: Set<ItemIdentity>?

  init(settings: EngineSettings) {
    directory = StateDirectory(settings: settings)
  }

  private var path: String { directory.path(of: "claims.json") }

  /// What an earlier run left.
  ///
  /// The file is written whole or not at all; should it be damaged all the same, that is said once
  /// and not guessed at: nobody could tell what must not be sent twice.
  mutating func load() throws(ActionError) -> Set<ItemIdentity> {
    let bytes: [UInt8]
    do throws(SystemError) {
      bytes = try OpenFile(path: path).readAll()
    } catch {
      guard error.isMissing else { throw .failed("\(error); nothing was sent.") }
      saved = []
      return []
    }
    do throws(JSONError) {
      let marks = try Self.marks(in: JSONText(bytes))
      saved = marks
      return marks
    } catch {
      throw .refused(
        "\(Scrubber.scrub(path)) does not parse at byte \(error.offset), so nobody knows what a killed"
          + " run has sent; remove the file, and what was sent may be sent again.",
        evidence: []
      )
    }
  }

  /// Makes these marks all that is on disk, synced.
  mutating func save(_ marks: Set<ItemIdentity>) throws(ActionError) {
    guard marks != saved else { return }
    saved = nil
    do throws(SystemError) {
      try directory.create()
      try WholeFile.replace(Self.bytes(of: marks), at: path)
    } catch {
      throw .failed("\(error); nothing more was sent.")
    }
    saved = marks
  }

  private static func bytes(of marks: Set<ItemIdentity>) -> [UInt8] {
    let claims = marks.map { mark in
      "{\"id\":" + JSONText.quotedText(mark.id.text)
        + ",\"hash\":\"\(mark.hash)\"}"
    }
    return Array("{\"schema\":1,\"claims\":[\(claims.joined(separator: ","))]}\n".utf8)
  }

  private static func marks(in text: JSONText) throws(JSONError) -> Set<ItemIdentity> {
    var marks: Set<ItemIdentity> = []
    try text.withCursor { (cursor) throws(JSONError) in
      try cursor.readObject { (cursor, key) throws(JSONError) in
        guard cursor.isEqual(key, to: "claims") else {
          _ = try cursor.readValue()
          return
        }
        try cursor.readArray { (cursor) throws(JSONError) in
          var (id, hash): (String?, ContentHash?)
          try cursor.readObject { (cursor, key) throws(JSONError) in
            let value = try cursor.readValue()
            if cursor.isEqual(key, to: "id") { id = cursor.string(of: value) }
            if cursor.isEqual(key, to: "hash") { hash = ContentHash(cursor.string(of: value)) }
          }
          if let id, let hash { marks.insert(ItemIdentity(id: ExactText(id), hash: hash)) }
        }
      }
      try cursor.readEnd()
    }
    return marks
  }
}
