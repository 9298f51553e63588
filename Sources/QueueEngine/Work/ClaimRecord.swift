internal import LosslessJSON

/// What a run must not forget of memories that are on their way: `claims.json` in our own state directory.
///
/// A claim is on disk before its item is sent and leaves it after the item has left its file by our hand.
/// So what a killed run leaves here may have been stored, and nothing else may. What somebody else took
/// out meanwhile is remembered for a while, because he may put it back.
struct ClaimRecord {
  /// A memory that a receiver has, and that could not be taken out of its file.
  struct Accepted: Hashable {
    let identity: ItemIdentity
    let list: ListFile
    /// Since when it is so.
    var since: Timestamp?

    static func == (left: Self, right: Self) -> Bool {
      left.identity == right.identity && left.list == right.list
    }

    func hash(into hasher: inout Hasher) {
      hasher.combine(identity)
    }
  }

  /// What the file holds.
  struct Content: Hashable {
    /// Memories that may have been sent without an answer.
    var claims: Set<ItemIdentity> = []
    /// Memories of that kind that have left their file, with since when: an undo may bring them back.
    var away: [ItemIdentity: Timestamp] = [:]
    /// Memories that a receiver has and that had left their file by then, with since when.
    var gone: [ItemIdentity: Timestamp] = [:]
    /// Items that become dead letters, each with how many of the same there were before: they are
    /// doubles in the queue once there are more.
    var moving: [ItemIdentity: Int] = [:]
    /// Memories that must not be sent again, as many as there are items to take out.
    var accepted: [Accepted] = []
    /// Why nothing was claimed from a list when it was last tried.
    var obstacles: [ReplacementObstacle] = []
    /// When attempts that lie in the future were first seen.
    var sights = FirstSights()
  }

  private let directory: StateDirectory
  /// What is on disk; `nil` before it was read.
  private var saved: Content?

  init(settings: EngineSettings) {
    directory = StateDirectory(settings: settings)
  }

  var path: String { directory.path(of: "claims.json") }

  /// What an earlier run left.
  ///
  /// The file is written whole or not at all; should it be damaged all the same, that is said once
  /// and not guessed at: nobody could tell what must not be sent twice.
  mutating func load() throws(ActionError) -> Content {
    let bytes: [UInt8]
    do throws(SystemError) {
      bytes = try OpenFile(path: path).readAll()
    } catch {
      guard error.isMissing else { throw .failed("\(error); nothing was sent.") }
      saved = Content()
      return Content()
    }
    do throws(JSONError) {
      let content = try Content(JSONText(bytes))
      saved = content
      return content
    } catch {
      throw .refused(
        "\(Scrubber.scrub(path)) does not parse at byte \(error.offset), so nobody knows what a killed"
          + " run has sent; remove the file, and what was sent may be sent again.",
        evidence: []
      )
    }
  }

  /// What the last run could not acknowledge; nothing where the record cannot be read.
  static func obstacles(in settings: EngineSettings) throws(ActionError) -> [ReplacementObstacle] {
    var record = ClaimRecord(settings: settings)
    return try record.load().obstacles
  }

  /// Makes this all that is on disk, synced.
  mutating func save(_ content: Content) throws(ActionError) {
    guard content != saved else { return }
    saved = nil
    do throws(SystemError) {
      try directory.create()
      try WholeFile.replace(content.bytes, at: path)
    } catch {
      throw .failed("\(error); nothing more was sent.")
    }
    saved = content
  }
}

extension ClaimRecord.Content {
  /// Reads the file's one object; what a later version adds is left out.
  init(_ text: JSONText) throws(JSONError) {
    self.init()
    var content = self
    try text.withCursor { (cursor) throws(JSONError) in
      try cursor.readObject { (cursor, key) throws(JSONError) in
        guard let part = Part(rawValue: cursor.string(of: key)), cursor.peekKind() == .array else {
          _ = try cursor.readValue()
          return
        }
        try cursor.readArray { (cursor) throws(JSONError) in
          var fields: [String: String] = [:]
          try cursor.readObject { (cursor, key) throws(JSONError) in
            fields[cursor.string(of: key)] = cursor.string(of: try cursor.readValue())
          }
          content.take(part, fields)
        }
      }
      try cursor.readEnd()
    }
    self = content
  }

  private enum Part: String {
    case claims, away, gone, moving, accepted, obstacles, sights
  }

  private mutating func take(_ part: Part, _ fields: [String: String]) {
    let list = fields["list"].flatMap(ListFile.init(rawValue:))
    let since = fields["since"].flatMap { Double($0) }.map { Timestamp($0) }
    if part == .sights {
      if let id = fields["id"], let stated = fields["attempt"].flatMap({ Double($0) }), let since {
        sights.add(since, of: .init(id: ExactText(id), stated: Timestamp(stated)))
      }
      return
    }
    if part == .obstacles {
      if let list, let sentence = fields["sentence"],
        let cause = fields["cause"].flatMap(ReplacementObstacle.Cause.init(rawValue:))
      {
        obstacles.append(
          ReplacementObstacle(list: list, cause: cause, sentence: sentence, since: since)
        )
      }
      return
    }
    guard let id = fields["id"], let hash = fields["hash"].flatMap({ ContentHash($0) }) else {
      return
    }
    let identity = ItemIdentity(id: ExactText(id), hash: hash)
    switch part {
    case .claims: claims.insert(identity)
    case .away: away[identity] = since ?? Timestamp(0)
    case .gone: gone[identity] = since ?? Timestamp(0)
    case .moving: moving[identity] = fields["before"].flatMap { Int($0) } ?? 0
    case .accepted:
      accepted.append(.init(identity: identity, list: list ?? .queue, since: since))
    case .obstacles, .sights: break
    }
  }

  /// The content of the file.
  var bytes: [UInt8] {
    let parts = [
      ("claims", claims.map { Self.text($0, "") }),
      ("away", away.map { Self.text($0.key, Self.text($0.value)) }),
      ("gone", gone.map { Self.text($0.key, Self.text($0.value)) }),
      ("moving", moving.map { Self.text($0.key, ",\"before\":\($0.value)") }),
      (
        "accepted",
        accepted.map {
          Self.text($0.identity, ",\"list\":\"\($0.list.rawValue)\"" + Self.text($0.since))
        }
      ),
      (
        "obstacles",
        obstacles.map { obstacle in
          "{\"list\":\"\(obstacle.list.rawValue)\",\"cause\":\"\(obstacle.cause.rawValue)\""
            + ",\"sentence\":\(JSONText.quotedText(obstacle.sentence))\(Self.text(obstacle.since))}"
        }
      ),
      (
        "sights",
        sights.moments.map { attempt, moment in
          "{\"id\":\(JSONText.quotedText(attempt.id.text))"
            + ",\"attempt\":\(attempt.stated.secondsSinceEpoch)\(Self.text(moment))}"
        }
      ),
    ]
    let members = parts.filter { $0.0 == "claims" || !$0.1.isEmpty }.map { name, items in
      "\"\(name)\":[\(items.joined(separator: ","))]"
    }
    return Array("{\"schema\":1,\(members.joined(separator: ","))}\n".utf8)
  }

  private static func text(_ since: Timestamp?) -> String {
    since.map { ",\"since\":\($0.secondsSinceEpoch)" } ?? ""
  }

  private static func text(_ identity: ItemIdentity, _ rest: String) -> String {
    "{\"id\":" + JSONText.quotedText(identity.id.text) + ",\"hash\":\"\(identity.hash)\"\(rest)}"
  }
}
