internal import CLibrary
internal import LosslessJSON

/// Changes to one list that are collected first and then made in one pass, losslessly.
///
/// It also knows what the result must hold, so that the result can be read and compared before it is
/// written.
struct ItemEdit {
  /// A member and the value that it gets.
  typealias Value = (name: String, value: [UInt8])

  /// The list that it began with.
  let listing: ItemListing
  private var removed: Set<Int> = []
  private var changed: [Int: [Value]] = [:]
  private var appended: [[UInt8]] = []
  private var replacements: [JSONReplacement] = []

  /// Begins with no change to a list.
  init(of listing: ItemListing) {
    self.listing = listing
  }

  /// Whether nothing changes.
  var isEmpty: Bool { removed.isEmpty && appended.isEmpty && replacements.isEmpty }

  /// Takes an item out.
  mutating func remove(at index: Int) {
    removed.insert(index)
  }

  /// Sets members of an item.
  mutating func set(_ values: [Value], at index: Int) throws(DecodingProblem) {
    replacements += try listing.members(at: index).setting(values)
    changed[index, default: []] += values
  }

  /// Puts an item behind the last one.
  mutating func append(_ bytes: [UInt8]) {
    appended.append(bytes)
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

  /// Sets a time of `stats` in the form that it has, in seconds where it is `null`; where there is none, it
  /// stays so.
  mutating func noteTime(_ name: String, _ now: Timestamp) throws(DecodingProblem) {
    guard let offset = listing.statsOffset else { return }
    let stats = try listing.members(from: offset)
    guard let value = stats.value(of: name) else { return }
    if value.kind == .null {
      replacements.append(JSONReplacement(value.range, with: TimeToken.seconds(now)))
    } else {
      setTime(in: value.range, now)
    }
  }

  /// Sets `last_update` in the form that it has; where there is none, it stays so.
  mutating func noteUpdate(_ now: Timestamp) {
    if let range = listing.lastUpdate { setTime(in: range, now) }
  }

  /// The new bytes; `nil` where two changes concern the same bytes, which is a mistake of the caller.
  var bytes: [UInt8]? {
    let elements = listing.elements.replacements(
      removing: removed.sorted(),
      appending: appended,
      in: listing.text
    )
    let all = (replacements + elements).sorted { $0.range.lowerBound < $1.range.lowerBound }
    return listing.text.replacing(all)?.bytes
  }

  /// Whether a list holds what this edit makes of the one that it began with: every other item byte
  /// for byte, and of those that change all but what was set.
  func isMet(by result: ItemListing) -> Bool {
    let kept = listing.items.indices.lazy.filter { !removed.contains($0) }
    guard result.items.count == listing.items.count - removed.count + appended.count else {
      return false
    }
    var next = 0
    for index in kept {
      defer { next += 1 }
      if let values = changed[index] {
        guard result.says(the: index, of: listing, at: next), result.has(values, at: next) else {
          return false
        }
      } else {
        let old = listing.text.bytes[listing.elements.elements[index]]
        guard result.text.bytes[result.elements.elements[next]].isSame(as: old) else {
          return false
        }
      }
    }
    return zip(appended, next...).allSatisfy { bytes, index in
      result.text.bytes[result.elements.elements[index]].isSame(as: bytes[...])
    }
  }

  private mutating func setTime(in range: Range<Int>, _ now: Timestamp) {
    if let bytes = TimeToken.bytes(of: now, like: listing.text.bytes[range]) {
      replacements.append(JSONReplacement(range, with: bytes))
    }
  }
}

extension ItemEdit {
  /// Puts items back behind the last one, as many of each as are missing.
  ///
  /// Of those that are the same, as many are to be there as stayed when they left and as leave the
  /// hand now; where more are there already, somebody has brought some back.
  mutating func putBack(
    _ items: [JournalEntry.Item]
  ) -> (appended: [JournalEntry.Item], presentCount: Int) {
    let identities = items.map { item in
      ItemIdentity(ofItem: item.bytes)
        ?? ItemIdentity(id: item.key.exactID, hash: ContentHash(item.bytes))
    }
    let groups = Dictionary(grouping: items.indices) { identities[$0] }
    let present = listing.places(of: Set(identities)).mapValues(\.count)
    var missing = groups.map { identity, group in
      let stayed = group.map { items[$0].twins }.min() ?? 0
      let count = stayed + group.count - (present[identity] ?? 0)
      return group.prefix(max(count, 0))
    }.flatMap(\.self)
    missing.sort()
    for index in missing { append(items[index].bytes) }
    return (missing.map { items[$0] }, items.count - missing.count)
  }
}

extension ItemListing {
  /// Whether an item still says what an item of another list said; one that says nothing has its id.
  fileprivate func says(the other: Int, of list: ItemListing, at index: Int) -> Bool {
    guard items[index].key.exactID == list.items[other].key.exactID else { return false }
    guard let old = list.memory(at: other) else { return true }
    return memory(at: index)?.isSame(as: old) == true
  }

  /// Whether members of an item have these values.
  fileprivate func has(_ values: [ItemEdit.Value], at index: Int) -> Bool {
    guard let members = try? members(at: index) else { return false }
    return values.allSatisfy { name, bytes in
      members.value(of: name).map { text.bytes[$0.range].isSame(as: bytes[...]) } == true
    }
  }
}

extension ArraySlice<UInt8> {
  /// Whether the bytes are the same, compared a word at a time in any build.
  func isSame(as other: ArraySlice<UInt8>) -> Bool {
    count == other.count
      && withUnsafeBytes { one in
        other.withUnsafeBytes { two in
          guard let first = one.baseAddress, let second = two.baseAddress else { return true }
          return memcmp(first, second, one.count) == 0
        }
      }
  }
}
