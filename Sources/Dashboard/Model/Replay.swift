package import QueueEngine

/// Where a replay stands in its recording.
package struct Replay: Hashable, Sendable {
  /// A way to go through a recording.
  package enum Step: Hashable, Sendable {
    /// So many changes on, or back.
    case changes(Int)
    /// To what was seen at a moment.
    case moment(Timestamp)
  }

  /// A moment of a recording, as it is to be shown.
  package struct Frame: Sendable {
    package var snapshot: Snapshot
    /// The moment that is shown: that of the snapshot, or one until the next.
    package var moment: Timestamp
    /// The number of the snapshot, from 0.
    package var place: Int

    package init(snapshot: Snapshot, moment: Timestamp, place: Int) {
      self.snapshot = snapshot
      self.moment = moment
      self.place = place
    }
  }

  static let readOnlyReason = "A recording cannot be changed."
  /// How many seconds of the recording pass in one.
  static let speeds = [1, 10, 60, 600, 3600]

  /// When the recording begins and ends.
  package let start: Timestamp
  package let end: Timestamp
  /// How many snapshots it has.
  package let count: Int
  package internal(set) var place = 0
  package internal(set) var isPlaying = false
  package internal(set) var speed = 60

  package init(start: Timestamp, end: Timestamp, count: Int) {
    self.start = start
    self.end = max(start, end)
    self.count = count
  }

  /// How much of it lies behind a moment, 0 to 1.
  func share(at moment: Timestamp) -> Double {
    end > start ? min(max((moment - start).seconds / (end - start).seconds, 0), 1) : 1
  }
}

extension Model {
  /// The incidents as they are known at the moment that is shown: a recording knows nothing of what came later.
  var shownIncidents: [Incident] {
    guard replay != nil else { return incidents }
    return incidents.compactMap { incident in
      guard incident.since <= now else { return nil }
      var known = incident
      if let end = incident.end, end.moment > now { known.end = nil }
      return known
    }
  }

  /// Shows a moment of the recording, which may lie before the one that is shown.
  mutating func show(_ frame: Replay.Frame) {
    now = frame.moment
    replay?.place = frame.place
    if let end = replay?.end, now >= end { replay?.isPlaying = false }
    history = PendingHistory()
    _ = take(frame.snapshot)
  }

  /// Lets a second pass: of a recording as much as its speed says, where it plays.
  mutating func playOn() -> [Effect] {
    guard let replay, replay.isPlaying else { return [] }
    return [.replay(.moment(min(now + .seconds(replay.speed), replay.end)))]
  }

  mutating func togglePlaying() -> [Effect] {
    guard let replay else { return [] }
    self.replay?.isPlaying.toggle()
    // At its end it begins anew.
    return !replay.isPlaying && now >= replay.end ? [.replay(.moment(replay.start))] : []
  }

  mutating func changeReplaySpeed(by step: Int) {
    guard let replay, let place = Replay.speeds.firstIndex(of: replay.speed) else { return }
    self.replay?.speed = Replay.speeds[min(max(place + step, 0), Replay.speeds.count - 1)]
    note(
      .hint,
      "A second shows \(Duration.seconds(self.replay?.speed ?? 0).ageText) of the recording."
    )
  }

  /// Why a key of the replay does nothing here.
  var replayObstacle: String? {
    replay == nil ? "This is no recording; \"mem0top replay\" opens one." : nil
  }
}
