internal import LosslessJSON

/// Changes to one list that are collected first and then made in one pass, losslessly.
///
/// It also knows what the result must hold, so that the result can be read and compared before it is
/// written.
struct WorkEdit {
  private let listing: WorkListing
  private var removed: Set<Int> = []
  private var failures: [Int: Int] = [:]
  private var appended: [(bytes: [UInt8], id: String, failures: Int)] = []
  private var replacements: [JSONReplacement] = []

  /// Begins with no change to a list.
  init(of listing: WorkListing) {
    self.listing = listing
  }

  /// Whether nothing changes.
  var isEmpty: Bool { removed.isEmpty && appended.isEmpty && replacements.isEmpty }

  /// Takes an item out.
  mutating func remove(at index: Int) {
    removed.insert(index)
  }

  /// Sets members of an item, one of which counts its failures.
  mutating func set(
    _ values: [(name: String, value: [UInt8])],
    failures count: Int,
    at index: Int
  ) throws(DecodingProblem) {
    replacements += try listing.members(at: index).setting(values)
    failures[index] = count
  }

  /// Puts an item behind the last one.
  mutating func append(_ bytes: [UInt8], id: String, failures: Int) {
    appended.append((bytes, id, failures))
  }

  /// Adds to a number of `stats`; where there is none, it stays so.
  mutating func count(_ name: String, adding number: Int) throws(DecodingProblem) {
    guard number > 0, let offset = listing.statsOffset else { return }
    let stats = try listing.members(from: offset)
    guard let value = stats.value(of: name),
      let total = listing.text.withCursor({ $0.integer(of: value) })
    else { return }
    let (sum, isTooLarge) = total.addingReportingOverflow(number)
    if !isTooLarge { replacements += stats.setting([(name, Array("\(sum)".utf8))]) }
  }

  /// Sets a time of `stats` in the form that it has; where there is none, it stays so.
  mutating func noteTime(_ name: String, _ now: Timestamp) throws(DecodingProblem) {
    guard let offset = listing.statsOffset else { return }
    let stats = try listing.members(from: offset)
    if let value = stats.value(of: name) { setTime(in: value.range, now) }
  }

  /// Sets `last_update` in the form that it has; where there is none, it stays so.
  mutating func noteUpdate(_ now: Timestamp) {
    if let range = listing.lastUpdate { setTime(in: range, now) }
  }

  /// The new bytes.
  var bytes: [UInt8]? {
    let elements = listing.elements.replacements(
      removing: removed.sorted(),
      appending: appended.map(\.bytes),
      in: listing.text
    )
    let all = (replacements + elements).sorted { $0.range.lowerBound < $1.range.lowerBound }
    return listing.text.replacing(all)?.bytes
  }

  /// Whether a list holds what this edit makes of the one that it began with.
  func isMet(by result: WorkListing) -> Bool {
    let kept = listing.items.indices.lazy.filter { !removed.contains($0) }
    guard result.items.count == listing.items.count - removed.count + appended.count else {
      return false
    }
    for (index, item) in zip(kept, result.items) {
      let old = listing.items[index]
      guard item.key.exactID == old.key.exactID, item.failures == failures[index] ?? old.failures
      else {
        return false
      }
    }
    return zip(appended, result.items.suffix(appended.count)).allSatisfy {
      ExactText($0.id) == $1.key.exactID && $0.failures == $1.failures
    }
  }

  private mutating func setTime(in range: Range<Int>, _ now: Timestamp) {
    if let bytes = TimeToken.bytes(of: now, like: listing.text.bytes[range]) {
      replacements.append(JSONReplacement(range, with: bytes))
    }
  }
}
