internal import LosslessJSON

/// When attempts that claim to lie in the future were first seen.
///
/// Such an attempt counts as made at the first sight of it (docs/contract.md#dead-letters): at the
/// latest when the file was written that our worker first found it in. The worker notes that in
/// `claims.json`, so that a file which somebody writes anew every minute does not put it off for ever.
struct FirstSights: Hashable {
  /// An attempt of an item: another one in the future is another sight.
  struct Attempt: Hashable {
    let id: ExactText
    /// Seconds since 1970, as the file says.
    let stated: Timestamp
  }

  /// What lies further ahead than this is in the future; clocks of two programs may differ.
  static let tolerance = Duration.seconds(60)
  /// The most that are kept; what more there is counts from when the file was written.
  static let most = 1000

  private(set) var moments: [Attempt: Timestamp] = [:]

  init() {}

  /// Dates the attempts of dead letters whose times lie in the future.
  func date(_ letters: inout DeadLetters) {
    guard !moments.isEmpty else { return }
    let seen = Dictionary(moments.map { ($0.key.id, $0.value) }) { min($0, $1) }
    var items = letters.items
    for index in letters.suspects where items[index].flags.contains(.futureTime) {
      guard let moment = seen[items[index].key.exactID] else { continue }
      items[index].lastAttempt = min(items[index].lastAttempt, moment)
    }
    letters.items = items
  }

  /// Notes what is new in a file, and forgets what is no longer in it or no longer ahead.
  mutating func note(_ listing: ItemListing?, writtenAt: Timestamp?, now: Timestamp) {
    guard let listing else { return }
    let moment = min(now, writtenAt ?? now)
    var current: [Attempt: Timestamp] = [:]
    for item in listing.items where item.lastAttempt > now + Self.tolerance {
      let attempt = Attempt(id: item.key.exactID, stated: item.lastAttempt)
      if let known = moments[attempt] {
        current[attempt] = known
      } else if current.count < Self.most {
        current[attempt] = moment
      }
    }
    moments = current
  }

  mutating func add(_ moment: Timestamp, of attempt: Attempt) { moments[attempt] = moment }

  /// When an item may be tried again.
  func dueAt(_ item: ItemListing.Item, writtenAt: Timestamp?, now: Timestamp) -> Timestamp {
    guard item.lastAttempt > now + Self.tolerance else { return item.dueAt }
    let attempt = Attempt(id: item.key.exactID, stated: item.lastAttempt)
    let moment = moments[attempt] ?? min(now, writtenAt ?? now)
    return Backoff.due(lastAttempt: moment, retryCount: item.failures)
  }
}
