internal import Dashboard
internal import Fleet
internal import QueueEngine

/// A recording that is gone through: the lines of a link, each moment of which is put together from the
/// last line that has all and those behind it.
struct Recording: Sendable {
  /// A snapshot: the lines that it takes, and when it was seen.
  private struct Entry {
    let lines: Range<Int>
    let moment: Timestamp
    let isWhole: Bool
  }

  /// So many snapshots lie between two that are kept ready.
  private static let stride = 64

  private let bytes: [UInt8]
  private var entries: [Entry] = []
  /// What is kept ready, by the number of the snapshot.
  private var ready: [Int: SnapshotAssembler] = [:]
  /// What the findings are judged by, as the first line says.
  private(set) var settings: RemoteSettings?
  private(set) var directory: String?

  /// Reads the lines of a recording; those that make no sense are left out.
  ///
  /// - Parameters:
  ///   - bytes: All of it.
  ///   - since: What was seen before is left out, but for what was so then.
  init(_ bytes: [UInt8], since: Timestamp? = nil) {
    self.bytes = bytes
    var start = 0
    var group: Int?
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      note(start..<end, &group)
      start = end + 1
    }
    leaveOut(before: since)
  }

  /// How many snapshots there are.
  var count: Int { entries.count }
  var start: Timestamp? { entries.first?.moment }
  var end: Timestamp? { entries.last?.moment }

  /// The number of the snapshot that was so at a moment.
  func place(at moment: Timestamp) -> Int {
    max((entries.firstIndex { $0.moment > moment } ?? entries.count) - 1, 0)
  }

  /// When a snapshot was seen.
  func moment(of place: Int) -> Timestamp { entries[place].moment }

  /// A snapshot; `nil` where its lines make no sense.
  mutating func snapshot(at place: Int) -> Snapshot? {
    guard entries.indices.contains(place) else { return nil }
    var first = entries[...place].lastIndex(where: \.isWhole) ?? 0
    var assembler = SnapshotAssembler()
    if let known = ready.keys.filter({ $0 <= place && $0 >= first }).max(), let kept = ready[known]
    {
      (first, assembler) = (known + 1, kept)
    }
    if first <= place {
      for index in first...place {
        take(entries[index], into: &assembler)
        if index % Self.stride == 0 || index == place { ready[index] = assembler }
      }
    }
    if ready.count > 200 { ready = ready.filter { $0.key % Self.stride == 0 || $0.key == place } }
    return assembler.snapshot
  }

  private func take(_ entry: Entry, into assembler: inout SnapshotAssembler) {
    for line in bytes[entry.lines].split(separator: UInt8(ascii: "\n")) {
      // What makes no sense is left out; what follows stands for itself.
      guard let value = try? WireValue(line: Array(line)) else { continue }
      _ = try? assembler.take(value)
    }
  }

  /// Takes a line into the table, by its first members, which stand in a fixed order.
  private mutating func note(_ line: Range<Int>, _ group: inout Int?) {
    let text = bytes[line]
    if text.starts(with: Self.helloStart) {
      let value = try? WireValue(line: Array(text))
      if settings == nil, let value, let hello = try? Hello(value) {
        (settings, directory) = (hello.settings, hello.directory)
      }
      group = nil
      return
    }
    guard text.starts(with: Self.snapshotStart) else {
      group = group ?? line.lowerBound
      return
    }
    defer { group = nil }
    let digits = text.dropFirst(Self.snapshotStart.count).prefix { $0 != UInt8(ascii: ",") }
    guard let seconds = Double(String(decoding: digits, as: UTF8.self)),
      text.last == UInt8(ascii: "}")
    else { return }
    let rest = text.dropFirst(Self.snapshotStart.count + digits.count)
    let isWhole = rest.starts(with: Self.wholeStart)
    guard isWhole || !entries.isEmpty else { return }
    let moment = Timestamp(seconds)
    // A clock that was set back does not send the recording back.
    let latest = entries.last?.moment ?? moment
    entries.append(
      Entry(
        lines: (group ?? line.lowerBound)..<line.upperBound,
        moment: max(moment, latest),
        isWhole: isWhole
      )
    )
  }

  private mutating func leaveOut(before since: Timestamp?) {
    guard let since, !entries.isEmpty else { return }
    let first = place(at: since)
    let base = entries[...first].lastIndex(where: \.isWhole) ?? 0
    skipped = first - base
    entries.removeFirst(base)
  }

  /// The snapshots at its beginning that are only there to put the first one together.
  private(set) var skipped = 0

  private static let helloStart = Array(#"{"is":"hello""#.utf8)
  private static let snapshotStart = Array(#"{"is":"snapshot","at":"#.utf8)
  private static let wholeStart = Array(#","whole":true"#.utf8)
}
