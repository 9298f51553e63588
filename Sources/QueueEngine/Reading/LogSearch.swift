/// Looks for lines of a whole log, from its end to its beginning, so that the last ones of a log of any size
/// are found at once.
package struct LogSearch {
  /// So much is read at a time; a longer line is cut, in bytes.
  private static let window = 256 << 10

  /// Whoever wrote a stamp may have a clock that is a little ahead of the file system's.
  private static let futureTolerance = Duration.seconds(2)

  /// The text that a line must hold, whatever the case of its ASCII letters; empty takes every line.
  private let wanted: [UInt8]
  /// The moment before which no line counts.
  private let since: Timestamp?
  /// So many lines at most.
  private let limit: Int
  private let now: Timestamp

  private var found: [LogLine] = []
  /// Lines without a time of their own: they belong to the one before them.
  private var undated: [LogLine] = []
  private var clock: LogClock?
  private var offsets = LocalOffsets()
  private var isFirstLine = true
  private var isOver = false

  private init(wanted: String, since: Timestamp?, limit: Int, now: Timestamp) {
    self.wanted = wanted.utf8.map(Self.folded)
    self.since = since
    self.limit = limit
    self.now = now
  }

  /// The last lines that hold a text and are not older than a moment.
  ///
  /// Where `since` is given, lines without a time count with the line before them; where no line has a time, all
  /// of them count.
  ///
  /// - Parameters:
  ///   - wanted: The text; empty takes every line.
  ///   - since: The moment; `nil` takes lines of any age.
  ///   - limit: How many lines at most.
  ///   - path: The log.
  ///   - end: Where the search begins, in bytes; `nil` begins at the end of the file.
  ///   - now: The present moment: no line lies behind it.
  /// - Returns: the lines, oldest first, scrubbed.
  /// - Throws: why the log cannot be read.
  package static func lines(
    holding wanted: String,
    since: Timestamp? = nil,
    limit: Int,
    in path: String,
    before end: Int? = nil,
    now: Timestamp
  ) throws(SystemError) -> [LogLine] {
    let file = try OpenFile(path: path)
    var search = LogSearch(wanted: wanted, since: since, limit: limit, now: now)
    try search.read(file, before: min(end ?? file.stamp.size, file.stamp.size))
    return search.found.reversed()
  }

  private mutating func read(_ file: borrowing OpenFile, before end: Int) throws(SystemError) {
    var (end, head) = (end, [UInt8]())
    while end > 0, !isOver {
      let start = max(end - Self.window, 0)
      var bytes = try file.read(at: start, count: end - start) + head
      end = start
      head = []
      if start > 0 {
        guard let lineEnd = bytes.firstIndex(of: UInt8(ascii: "\n")) else {
          head = Array(bytes.prefix(Self.window))
          continue
        }
        head = Array(bytes[..<lineEnd])
        bytes.removeFirst(lineEnd + 1)
      }
      for line in bytes.split(separator: UInt8(ascii: "\n")).reversed() where !isOver {
        take(line, file.stamp)
      }
    }
    // A line that is longer than what is read at a time.
    if !head.isEmpty, !isOver { take(head[...], file.stamp) }
    // Nothing tells when these were written.
    if !isOver { keep(undated) }
  }

  private mutating func take(_ line: ArraySlice<UInt8>, _ file: FileStamp) {
    var line = line
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    guard line.contains(where: { $0 != 0 }) else { return }
    let stamp = LogLineParser.skim(line, &offsets).stamp
    if clock == nil, let stamp, stamp.zone == nil {
      clock = LogClock(fitting: stamp, file.modifiedAt, isLastLine: isFirstLine)
    }
    isFirstLine = false
    let time = moment(of: stamp, file)
    if let since, let time, time < since {
      // What has no time and stands behind it is as old, or of no known age.
      isOver = true
      return
    }
    var matches: [LogLine] = []
    if holdsWanted(line) {
      var match = LogLineParser.read(Array(line)).line
      match.time = time
      matches = [match]
    }
    guard since != nil, time == nil else {
      keep(undated + matches)
      undated = []
      return
    }
    undated += matches
  }

  private mutating func keep(_ lines: [LogLine]) {
    found += lines.prefix(limit - found.count)
    if found.count >= limit { isOver = true }
  }

  /// When a line was written, as its stamp says; no line lies in the future.
  private func moment(of stamp: LogStamp?, _ file: FileStamp) -> Timestamp? {
    guard let moment = stamp.flatMap({ (clock ?? .local).moment(of: $0) }),
      moment <= max(file.modifiedAt, now) + Self.futureTolerance
    else { return nil }
    return moment
  }

  private func holdsWanted(_ line: ArraySlice<UInt8>) -> Bool {
    guard let first = wanted.first else { return true }
    return line.withUnsafeBufferPointer { text in
      var start = 0
      while start + wanted.count <= text.count {
        if Self.folded(text[start]) == first {
          var length = 1
          while length < wanted.count, Self.folded(text[start + length]) == wanted[length] {
            length += 1
          }
          if length == wanted.count { return true }
        }
        start += 1
      }
      return false
    }
  }

  /// A byte with an ASCII letter made small.
  private static func folded(_ byte: UInt8) -> UInt8 {
    byte &- 0x41 < 26 ? byte | 0x20 : byte
  }
}
