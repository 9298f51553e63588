package import QueueEngine

/// Which dead letters the person marked.
///
/// A mark belongs to an item's key: it goes where the item goes, and leaves with it. It is held as a
/// flag for each place in the file, because hashing 100 000 keys takes longer than a key press may;
/// keys are compared only when the file has changed.
package struct Marks: Hashable, Sendable {
  /// One for each item, in the order of the file; empty where nothing was marked yet.
  private var flags: [Bool] = []
  package private(set) var count = 0

  package init() {}

  package var isEmpty: Bool { count == 0 }

  /// Whether the item at this place of the file is marked.
  package func contains(index: Int) -> Bool { !isEmpty && flags[index] }

  /// The keys of the marked ones among the items that the marks are for, in the order of the file.
  package func keys(in items: [DeadLetter]) -> [ItemKey] {
    isEmpty ? [] : items.indices.lazy.filter { flags[$0] }.map { items[$0].key }
  }

  /// Marks one of `total` items, or takes its mark off.
  mutating func toggle(index: Int, of total: Int) {
    if flags.count != total { flags = Array(repeating: false, count: total) }
    flags[index].toggle()
    count += flags[index] ? 1 : -1
  }

  /// Marks these of `total` items, or takes their marks off if all of them are marked already.
  mutating func toggleAll(of indices: [Int], in total: Int) {
    if flags.count != total { flags = Array(repeating: false, count: total) }
    let isMarked = indices.contains { !flags[$0] }
    for index in indices where flags[index] != isMarked {
      flags[index] = isMarked
      count += isMarked ? 1 : -1
    }
  }

  /// How many of these items are marked.
  func count(among indices: [Int]) -> Int {
    isEmpty ? 0 : indices.count { flags[$0] }
  }

  /// Takes the marks off items that were acted on.
  mutating func remove(_ done: [ItemKey], in items: [DeadLetter]) {
    let (done, marked) = (Set(done), flags)
    keep(items) { index in marked[index] && !done.contains(items[index].key) }
  }

  /// Follows the marked items into another list; the marks of those that are gone are forgotten.
  mutating func follow(from old: [DeadLetter], to new: [DeadLetter]) {
    let marked = Set(keys(in: old))
    keep(new) { index in marked.contains(new[index].key) }
  }

  private mutating func keep(_ items: [DeadLetter], where isKept: (Int) -> Bool) {
    guard !isEmpty else {
      flags = []
      return
    }
    let kept = items.indices.map(isKept)
    count = kept.count { $0 }
    flags = kept
  }
}
