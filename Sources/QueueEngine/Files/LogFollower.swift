/// The worker's log, followed as it grows, is truncated, or is rotated away.
///
/// It never reads a log from its start: the first reading and every leap take the last 256 KiB.
package struct LogFollower {
  /// How many lines are kept.
  package static let keptLines = 1000

  /// The most that one reading takes, in bytes.
  private static let window = 256 << 10

  /// Bytes before the place where we stopped, compared to tell an appended file from a rewritten one.
  private static let fingerprintSize = 64

  private let path: String
  private let name: String
  private var stamp: FileStamp?
  private var stampIsReliable = false
  /// Up to where the file was read, in bytes.
  private var offset = 0
  private var fingerprint: [UInt8] = []
  /// The bytes of a last line that has no end yet.
  private var unfinished: [UInt8] = []
  private var lines: [LogLine] = []
  private var droppedLines = 0
  private var lastRefusal: Timestamp?
  private var lastActivity: Timestamp?
  private var history = RunHistoryBuilder()

  package private(set) var reading = FileReading<LogTail>()

  /// Whether the last line of the reading has no end yet.
  package var hasUnfinishedLine: Bool { !unfinished.isEmpty }

  /// Follows the log at `path`.
  package init(path: String) {
    self.path = path
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
      reading.state = error.isMissing ? .missing : .unreadable
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
    if !isContinued { restart(now) }
    var start = max(offset, file.stamp.size - Self.window)
    let isLeap = start > offset
    if isLeap { unfinished = [] }
    var appended = try file.read(at: start, count: file.stamp.size - start)
    if isLeap, let lineEnd = appended.firstIndex(of: UInt8(ascii: "\n")) {
      // What precedes the first line end is the rest of a line whose start was skipped.
      appended.removeFirst(lineEnd + 1)
      start += lineEnd + 1
    }
    offset = start + appended.count
    take(appended, file: file.stamp, isFirstReading: isFirstReading, now: now)
    if !appended.isEmpty { history.finishReading(modifiedAt: file.stamp.modifiedAt) }
    fingerprint = try file.read(
      at: max(offset - Self.fingerprintSize, 0),
      count: min(offset, Self.fingerprintSize)
    )
    stamp = file.stamp
    stampIsReliable = file.stamp.isReliable(at: now)
    publish(file.stamp)
  }

  /// Whether the open file is the one that was read so far, only longer.
  private func continues(in file: borrowing OpenFile) throws(SystemError) -> Bool {
    guard let stamp, stamp.device == file.stamp.device, stamp.inode == file.stamp.inode,
      file.stamp.size >= offset
    else { return false }
    return try file.read(at: offset - fingerprint.count, count: fingerprint.count) == fingerprint
  }

  /// Begins with a new file; the lines of the old one stay on the screen.
  private mutating func restart(_ now: Timestamp) {
    finishLine(time: nil, now: now)
    offset = 0
    fingerprint = []
  }

  private mutating func take(
    _ bytes: [UInt8],
    file: FileStamp,
    isFirstReading: Bool,
    now: Timestamp
  ) {
    // A line without a time stamp that arrives while we watch is dated by the file's own; of those
    // that were there before only the last is.
    var pieces = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)[...]
    let tail = pieces.popLast() ?? []
    for piece in pieces {
      unfinished += piece
      finishLine(time: isFirstReading ? nil : file.modifiedAt, now: now)
    }
    unfinished += tail
    if unfinished.count > Self.window { unfinished.removeLast(unfinished.count - Self.window) }
    let last = unfinished.isEmpty ? lines.last : LogLineParser.parse(unfinished)
    if !bytes.isEmpty, let last, last.kind.isActivity { noteActivity(at: file.modifiedAt) }
    if isFirstReading, lastRefusal == nil, unfinished.isEmpty, lines.last?.kind == .refused {
      lastRefusal = file.modifiedAt
    }
  }

  private mutating func finishLine(time: Timestamp?, now: Timestamp) {
    defer { unfinished = [] }
    if unfinished.last == UInt8(ascii: "\r") { unfinished.removeLast() }
    guard !unfinished.isEmpty else { return }
    let line = LogLineParser.parse(unfinished)
    history.note(line, now: now)
    if line.kind == .refused, let moment = line.time ?? time {
      lastRefusal = max(moment, lastRefusal ?? moment)
    }
    if line.kind.isActivity, let moment = line.time ?? time { noteActivity(at: moment) }
    lines.append(line)
    // Dropping in bulk keeps the cost of a line constant.
    if lines.count >= Self.keptLines * 2 {
      droppedLines += lines.count - Self.keptLines
      lines.removeFirst(lines.count - Self.keptLines)
    }
  }

  private mutating func noteActivity(at moment: Timestamp) {
    lastActivity = max(moment, lastActivity ?? moment)
  }

  private mutating func publish(_ stamp: FileStamp) {
    var tail = LogTail()
    tail.bytes = stamp.size
    tail.lines = lines.suffix(Self.keptLines)
    if !unfinished.isEmpty { tail.lines.append(LogLineParser.parse(unfinished)) }
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
