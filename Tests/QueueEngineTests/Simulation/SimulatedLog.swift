@testable import QueueEngine

/// The log of a simulated worker, which may be buffered and stamped in the writer's zone.
struct SimulatedLog {
  /// So many bytes a program keeps to itself that writes to a pipe.
  private static let bufferSize = 8192
  /// So many lines are read, as by the follower.
  private static let mostLines = 200

  private struct Entry {
    let line: LogLine
    let wall: Int?
  }

  /// The zone that stamps are in; `nil` for a log without any.
  let writer: SimulatedZone?
  let isBuffered: Bool
  private(set) var modifiedAt: Timestamp?
  private(set) var revision = 0
  private var entries: [Entry] = []
  private var buffer: [Entry] = []
  private var bufferedBytes = 0

  init(writer: SimulatedZone?, isBuffered: Bool) {
    self.writer = writer
    self.isBuffered = isBuffered
  }

  mutating func write(_ text: String, at now: Timestamp, byOther: Bool = false) {
    let entry = Entry(
      line: LogLineParser.parse(Array(text.utf8)),
      wall: writer.map { $0.wall(now) }
    )
    guard isBuffered, !byOther else { return append([entry], at: now) }
    buffer.append(entry)
    bufferedBytes += text.utf8.count + 1
    if bufferedBytes >= Self.bufferSize { flush(at: now) }
  }

  /// What a program does at its end, unless it is killed.
  mutating func flush(at now: Timestamp) {
    append(buffer, at: now)
    discard()
  }

  mutating func discard() { (buffer, bufferedBytes) = ([], 0) }

  private mutating func append(_ more: [Entry], at now: Timestamp) {
    guard !more.isEmpty else { return }
    entries = (entries + more).suffix(Self.mostLines)
    modifiedAt = now
    revision += 1
  }

  /// What somebody finds in it who reads it for the first time, as `LogFollower` does.
  func tail(in viewer: SimulatedZone, at now: Timestamp, isLocalOnly: Bool) -> LogTail {
    var tail = LogTail()
    guard let modifiedAt, let last = entries.last else { return tail }
    let clock = clock(in: viewer, modifiedAt, isLocalOnly: isLocalOnly)
    var builder = RunHistoryBuilder()
    for entry in entries {
      var line = entry.line
      if let stamp = entry.wall.map({ Self.stamp($0, viewer) }),
        let moment = clock.moment(of: stamp), moment <= max(modifiedAt, now) + .seconds(2)
      {
        line.time = moment
      }
      builder.note(line, now: now)
      if line.kind == .refused { tail.lastRefusal = line.time ?? tail.lastRefusal }
      if line.kind.isActivity { tail.lastActivity = line.time ?? tail.lastActivity }
      tail.lines.append(line)
    }
    if last.line.kind.isActivity { tail.lastActivity = modifiedAt }
    if last.line.kind == .refused, tail.lastRefusal == nil { tail.lastRefusal = modifiedAt }
    builder.finishReading(modifiedAt: modifiedAt)
    tail.history = builder.history
    return tail
  }

  private func clock(in viewer: SimulatedZone, _ modifiedAt: Timestamp, isLocalOnly: Bool)
    -> LogClock
  {
    guard !isLocalOnly, let place = entries.lastIndex(where: { $0.wall != nil }),
      let wall = entries[place].wall
    else { return .local }
    return LogClock(
      fitting: Self.stamp(wall, viewer),
      modifiedAt,
      isLastLine: place == entries.count - 1
    )
  }

  private static func stamp(_ wall: Int, _ viewer: SimulatedZone) -> LogStamp {
    LogStamp(secondsInUTC: wall, secondsInLocalTime: viewer.moment(wall), fraction: 0, zone: nil)
  }
}
