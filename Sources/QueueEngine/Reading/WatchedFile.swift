/// A file that another program rewrites at any time, decoded each time it changes.
///
/// A reading that fails keeps the last good content. A file that does not parse is not called
/// corrupt before it has stayed so for a second, by what was seen of it or by its own time: a program
/// that rewrites it in place leaves it torn for moments, and trying again tells the two apart: a silent
/// mixture never occurred, so a parse failure is the signal (`docs/safety.md#changing-a-file`).
package struct WatchedFile<Content: Sendable> {
  private let path: String
  private let name: String
  private let decode:
    (_ bytes: [UInt8], _ name: String, _ now: Timestamp, _ writtenAt: Timestamp)
      throws(DecodingProblem) -> Content
  private var stamp: FileStamp?
  private var stampIsReliable = false
  private var failingSince: Timestamp?

  package private(set) var reading = FileReading<Content>()

  /// That every user of the machine can read the file; `nil` where that is not so.
  private(set) var exposure: String?

  /// Watches the file at `path` whose bytes `decode` turns into content.
  package init(
    path: String,
    decode:
      @escaping (_ bytes: [UInt8], _ name: String, _ now: Timestamp, _ writtenAt: Timestamp)
      throws(DecodingProblem) -> Content
  ) {
    self.path = path
    name = PathText(path).shownName
    self.decode = decode
  }

  /// Whether the file did not parse and deserves another try in 20 ms.
  package var wantsAnotherTry: Bool {
    failingSince != nil && reading.state != .corrupt
  }

  /// The stamp of the content that the reading holds.
  package var contentStamp: FileStamp? { reading.state == .ok ? stamp : nil }

  /// Reads the file if it changed since the last time.
  package mutating func refresh(now: Timestamp) {
    do {
      let current = try FileStamp.at(path)
      if current == stamp, stampIsReliable, failingSince == nil {
        confirm(now)
      } else {
        try load(now)
      }
    } catch {
      fail(error, now)
    }
  }

  private mutating func confirm(_ now: Timestamp) {
    if reading.state == .ok { reading.contentAsOf = now }
  }

  private mutating func load(_ now: Timestamp) throws(SystemError) {
    let file = try OpenFile(path: path)
    stamp = file.stamp
    stampIsReliable = file.stamp.isReliable(at: now)
    reading.modifiedAt = file.stamp.modifiedAt
    exposure = FileExposure.remark(onFile: file.stamp, at: path, name: name)
    guard file.stamp.size <= DecodingProblem.largestFile else {
      settle(.corrupt, DecodingProblem(tooLarge: name).problem)
      return
    }
    let bytes = try file.readAll()
    do {
      reading.content = try decode(bytes, name, now, file.stamp.modifiedAt)
      reading.contentAsOf = now
      reading.revision += 1
      settle(.ok, nil)
    } catch {
      let since = failingSince ?? now
      let isOld = failingSince == nil && now - file.stamp.modifiedAt >= TornFile.timeout
      if isOld || now - since >= TornFile.timeout || now < since {
        settle(.corrupt, error.problem)
        stampIsReliable = true
      } else {
        failingSince = since
      }
    }
  }

  private mutating func settle(_ state: FileState, _ problem: ReadProblem?) {
    reading.state = state
    reading.problem = problem
    failingSince = nil
    if state != .unreadable { reading.unreadableSince = nil }
  }

  private mutating func fail(_ error: SystemError, _ now: Timestamp) {
    stamp = nil
    reading.modifiedAt = nil
    let since = reading.unreadableSince
    defer {
      if reading.state == .unreadable {
        reading.unreadableSince = since ?? FileStamp.changeMoment(at: path, now: now) ?? now
      }
    }
    if error.isMissing, let link = DanglingLink(at: path) {
      settle(.unreadable, ReadProblem(link.problem(of: name)))
    } else if error.isMissing {
      settle(.missing, nil)
    } else {
      settle(.unreadable, ReadProblem(unreadable: name, error))
    }
  }
}
