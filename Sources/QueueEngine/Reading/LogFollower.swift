/// The worker's log, followed as it grows, is truncated, or is rotated away.
///
/// It never reads a log from its start: the first reading and every leap take its last bytes, 256 KiB
/// where nothing else is said.
package struct LogFollower {
  /// How many lines are kept.
  package static let keptLines = 1000

  /// The most that one reading takes, in bytes, where all is to be known that a log tells.
  package static let wholeWindow = 256 << 10
  /// Below it a log has begun lately, and so much of the one before is read; in bytes.
  private static let shortLog = 64 << 10
  /// What fills a screen, for a first frame.
  package static let firstFrameWindow = 16 << 10

  /// Of a longer reading these are kept, with some more, of which the first of them may need the cause;
  /// those before are only skimmed.
  private static let readLines = keptLines + 64

  /// Bytes before the place where we stopped, compared to tell an appended file from a rewritten one.
  private static let fingerprintSize = 64

  /// Whoever wrote a stamp may have a clock that is a little ahead of the file system's.
  private static let futureTolerance = Duration.seconds(2)

  private typealias Entry = (line: LogLine, stamp: LogStamp?)
  private typealias Skimmed = (kind: LogLine.Kind, stamp: LogStamp?)

  private let path: String
  private let name: String
  private let window: Int
  private var stamp: FileStamp?
  private var stampIsReliable = false
  /// Up to where the file was read, in bytes.
  private var offset = 0
  private var fingerprint: [UInt8] = []
  /// The bytes of a last line that has no end yet.
  private var unfinished: [UInt8] = []
  /// The same, read as a line.
  private var last: Entry?
  private var clock = LogClock.local
  private var context = LogContext()
  private var lines: [LogLine] = []
  private var droppedLines = 0
  private var lastRefusal: Timestamp?
  private var lastActivity: Timestamp?
  private var history = RunHistoryBuilder()

  package private(set) var reading = FileReading<LogTail>()

  /// Whether the last line of the reading has no end yet.
  package var hasUnfinishedLine: Bool { !unfinished.isEmpty }

  /// How far the file was read, up to the end of its last whole line, in bytes.
  package var finishedBytes: Int { offset - unfinished.count }

  /// Follows the log at `path`, and takes so many bytes at a time.
  package init(path: String, window: Int = wholeWindow) {
    self.path = path
    self.window = window
    name = PathText(path).shownName
  }

  /// Reads what was appended since the last time.
  package mutating func refresh(now: Timestamp) {
    do {
      let current = try FileStamp.at(path)
      if current != stamp || !stampIsReliable { try follow(now) }
      reading.contentAsOf = now
    } catch {
      stamp = nil
      let wasUnreadable = reading.state == .unreadable
      reading.state = error.isMissing ? .missing : .unreadable
      if !wasUnreadable {
        reading.unreadableSince = FileStamp.changeMoment(at: path, now: now) ?? now
      }
      reading.problem = error.isMissing ? nil : ReadProblem(unreadable: name, error)
    }
  }

  private mutating func follow(_ now: Timestamp) throws(SystemError) {
    let file = try OpenFile(path: path)
    let isFirstReading = reading.content == nil
    let isContinued = try continues(in: file)
    if isContinued, file.stamp == stamp {
      stampIsReliable = file.stamp.isReliable(at: now)
      return
    }
    if !isContinued { restart(file.stamp, now) }
    var start = max(offset, file.stamp.size - window)
    let isLeap = start > offset
    if isLeap { unfinished = [] }
    var appended = try file.read(at: start, count: file.stamp.size - start)
    if isLeap, appended.first != 0, let lineEnd = appended.firstIndex(of: UInt8(ascii: "\n")) {
      // What precedes the first line end is the rest of a line whose start was skipped; but what
      // follows a hole of NULs is a line of its own.
      appended.removeFirst(lineEnd + 1)
      start += lineEnd + 1
    }
    offset = start + appended.count
    if isFirstReading, start == 0, file.stamp.size < Self.shortLog { readRotated(now) }
    take(appended, file: file.stamp, isFirstReading: isFirstReading, now: now)
    if !appended.isEmpty { history.finishReading(modifiedAt: file.stamp.modifiedAt) }
    fingerprint = try file.read(
      at: max(offset - Self.fingerprintSize, 0),
      count: min(offset, Self.fingerprintSize)
    )
    stamp = file.stamp
    stampIsReliable = file.stamp.isReliable(at: now)
    publish(file.stamp, now)
  }

  /// Learns of the runs that a log which was rotated lately tells of: they are over all the same.
  private mutating func readRotated(_ now: Timestamp) {
    // Where there is none, or none that we may read, nothing is known of them.
    guard let file = try? OpenFile(path: path + ".1"), file.stamp.modifiedAt <= now else { return }
    let start = max(file.stamp.size - Self.shortLog, 0)
    guard var bytes = try? file.read(at: start, count: file.stamp.size - start), !bytes.isEmpty
    else { return }
    if start > 0, let lineEnd = bytes.firstIndex(of: UInt8(ascii: "\n")) {
      bytes.removeFirst(lineEnd + 1)
    }
    var (context, offsets) = (LogContext(), LocalOffsets())
    var skimmed: [Skimmed] = []
    for piece in bytes.splitAtLineFeeds() where piece.contains(where: { $0 != 0 }) {
      var line = LogLineParser.skim(piece, &offsets)
      context.complete(&line.kind, of: piece)
      skimmed.append(line)
    }
    setClock(by: skimmed.map(\.stamp), file.stamp)
    for line in skimmed { note(line.kind, moment(of: line.stamp, file.stamp, now), nil, now) }
    history.finishReading(modifiedAt: file.stamp.modifiedAt)
    if skimmed.last?.kind.isActivity == true { noteActivity(at: file.stamp.modifiedAt) }
  }

  /// Whether the open file is the one that was read so far, only longer.
  private func continues(in file: borrowing OpenFile) throws(SystemError) -> Bool {
    guard let stamp, stamp.device == file.stamp.device, stamp.inode == file.stamp.inode,
      file.stamp.size >= offset
    else { return false }
    return try file.read(at: offset - fingerprint.count, count: fingerprint.count) == fingerprint
  }

  /// Begins with a new file; the lines of the old one stay on the screen.
  private mutating func restart(_ file: FileStamp, _ now: Timestamp) {
    if let entry = finishedEntry() { note(entry, time: nil, file, now) }
    last = nil
    offset = 0
    fingerprint = []
  }

  private mutating func take(
    _ bytes: [UInt8],
    file: FileStamp,
    isFirstReading: Bool,
    now: Timestamp
  ) {
    var pieces = bytes.splitAtLineFeeds()[...]
    let tail = pieces.popLast() ?? []
    let skimmed = skim(&pieces)
    var entries: [Entry] = []
    for piece in pieces {
      unfinished += piece
      if let entry = finishedEntry() { entries.append(entry) }
    }
    unfinished += tail
    if unfinished.allSatisfy({ $0 == 0 }) { unfinished = [] }
    if unfinished.count > window { unfinished.removeLast(unfinished.count - window) }
    last = unfinished.isEmpty ? nil : LogLineParser.read(unfinished)
    setClock(by: skimmed.map(\.stamp) + (entries + [last].compactMap(\.self)).map(\.stamp), file)
    // A line without a time stamp that arrives while we watch is dated by the file's own; of those
    // that were there before only the last is.
    let time = isFirstReading ? nil : file.modifiedAt
    for line in skimmed { note(line.kind, moment(of: line.stamp, file, now), time, now) }
    for entry in entries { note(entry, time: time, file, now) }
    let kind = last.map { shown($0, file, now).kind } ?? lines.last?.kind
    if !bytes.isEmpty, let kind, kind.isActivity { noteActivity(at: file.modifiedAt) }
    if isFirstReading, lastRefusal == nil, unfinished.isEmpty, lines.last?.kind == .refused {
      lastRefusal = file.modifiedAt
    }
  }

  /// Skims the lines that will not be kept, and takes them from the pieces.
  private mutating func skim(_ pieces: inout ArraySlice<ArraySlice<UInt8>>) -> [Skimmed] {
    // The first continues what has no end yet.
    guard unfinished.isEmpty, pieces.count > Self.readLines else { return [] }
    var offsets = LocalOffsets()
    var skimmed: [Skimmed] = []
    for var piece in pieces.dropLast(Self.readLines) {
      if piece.last == UInt8(ascii: "\r") { piece.removeLast() }
      guard piece.contains(where: { $0 != 0 }) else { continue }
      var line = LogLineParser.skim(piece, &offsets)
      context.complete(&line.kind, of: piece)
      skimmed.append(line)
    }
    pieces = pieces.suffix(Self.readLines)
    // None of the lines before is shown any more.
    droppedLines += lines.count + skimmed.count
    lines = []
    return skimmed
  }

  /// The bytes before a line end as a line; `nil` where there are none.
  private mutating func finishedEntry() -> Entry? {
    defer { unfinished = [] }
    if unfinished.last == UInt8(ascii: "\r") { unfinished.removeLast() }
    guard unfinished.contains(where: { $0 != 0 }) else { return nil }
    return LogLineParser.read(unfinished)
  }

  /// Learns the writer's zone from the last stamp that names none.
  private mutating func setClock(by stamps: [LogStamp?], _ file: FileStamp) {
    guard let place = stamps.lastIndex(where: { $0.map { $0.zone == nil } ?? false }),
      let stamp = stamps[place]
    else { return }
    clock = LogClock(
      fitting: stamp,
      file.modifiedAt,
      isLastLine: place == stamps.count - 1
    )
  }

  /// When a line was written, as its stamp says; no line lies in the future.
  private func moment(of stamp: LogStamp?, _ file: FileStamp, _ now: Timestamp) -> Timestamp? {
    guard let moment = stamp.flatMap({ clock.moment(of: $0) }),
      moment <= max(file.modifiedAt, now) + Self.futureTolerance
    else { return nil }
    return moment
  }

  private mutating func note(
    _ entry: Entry,
    time: Timestamp?,
    _ file: FileStamp,
    _ now: Timestamp
  ) {
    var line = entry.line
    line.time = moment(of: entry.stamp, file, now)
    context.complete(&line)
    note(line.kind, line.time, time, now)
    lines.append(line)
    // Dropping in bulk keeps the cost of a line constant.
    if lines.count >= Self.keptLines * 2 {
      droppedLines += lines.count - Self.keptLines
      lines.removeFirst(lines.count - Self.keptLines)
    }
  }

  /// Notes what a line says of the runs; without a stamp it counts as come at `time`.
  private mutating func note(
    _ kind: LogLine.Kind,
    _ stamp: Timestamp?,
    _ time: Timestamp?,
    _ now: Timestamp
  ) {
    history.note(kind, stamp, now: now)
    guard let moment = stamp ?? time else { return }
    if kind == .refused { lastRefusal = moment }
    if kind.isActivity { noteActivity(at: moment) }
  }

  /// A line as it would be if it ended here.
  private func shown(_ entry: Entry, _ file: FileStamp, _ now: Timestamp) -> LogLine {
    var (line, context) = (entry.line, context)
    line.time = moment(of: entry.stamp, file, now)
    context.complete(&line)
    return line
  }

  /// The order of the lines outranks their stamps: one that went before by a clock that was set back
  /// since is not the last.
  private mutating func noteActivity(at moment: Timestamp) { lastActivity = moment }

  private mutating func publish(_ stamp: FileStamp, _ now: Timestamp) {
    var tail = LogTail()
    tail.bytes = stamp.size
    tail.lines = lines.suffix(Self.keptLines)
    if let last { tail.lines.append(shown(last, stamp, now)) }
    tail.lineNumberOfFirst = droppedLines + max(lines.count - Self.keptLines, 0)
    tail.lastRefusal = lastRefusal
    tail.lastActivity = lastActivity
    tail.history = history.history
    reading.state = .ok
    reading.problem = nil
    reading.content = tail
    reading.revision += 1
    reading.modifiedAt = stamp.modifiedAt
  }
}
