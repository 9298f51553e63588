/// Records the figures of one subject, as one of several programs that may want to: the one that has the
/// ring's lock does, and another one takes over when it ends.
///
/// What is seen in a slot is written when the slot ends; the slot of the coarse ring that is under way is
/// written as often, so that the end of the program costs ten seconds at most.
package struct FigureRecorder: ~Copyable {
  private let state: StateDirectory
  private let subject: FigureSubject
  private var fine: FigureTrack?
  private var coarse: FigureTrack?
  /// The fine slot in which the lock was asked for last.
  private var askedIn: Int?

  /// Why nothing could be recorded the last time; it is tried again.
  package private(set) var problem: SystemError?

  /// A recorder of the directory in `settings`; nothing is opened yet.
  package init(settings: EngineSettings, subject: FigureSubject) {
    state = StateDirectory(settings: settings)
    self.subject = subject
  }

  /// Whether this program is the one that records.
  package var isRecording: Bool {
    switch fine {
    case .none: false
    case .some: true
    }
  }

  /// Takes what is seen now.
  package mutating func note(_ figures: Figures, at now: Timestamp) {
    guard !figures.isEmpty, let slot = FigureGrain.fine.slot(of: now) else { return }
    do throws(SystemError) {
      if askedIn != slot {
        askedIn = slot
        try take(now)
      }
      guard isRecording else { return }
      let hasEnded = try fine?.note(figures, of: subject, at: now) ?? false
      _ = try coarse?.note(figures, of: subject, at: now)
      if hasEnded { try coarse?.write() }
      problem = nil
    } catch {
      problem = error
      leave()
    }
  }

  /// Writes the slots that are under way, and lets another program record.
  package mutating func close() {
    do throws(SystemError) {
      try fine?.write()
      try coarse?.write()
    } catch {
      problem = error
    }
    leave()
  }

  private mutating func leave() {
    fine = nil
    coarse = nil
  }

  /// Becomes the one that records, unless another program is; a ring that was taken away is left.
  private mutating func take(_ now: Timestamp) throws(SystemError) {
    if let isInPlace = fine?.isInPlace {
      if isInPlace { return }
      leave()
    }
    guard let fineRing = try FigureRing.claim(subject, .fine, in: state),
      let coarseRing = try FigureRing.claim(subject, .coarse, in: state)
    else { return }
    fine = try FigureTrack(fineRing, .fine, at: now)
    coarse = try FigureTrack(coarseRing, .coarse, at: now)
  }
}

/// A ring to which records are added, with the slot that is under way.
private struct FigureTrack: ~Copyable {
  private let ring: FigureRing
  private let grain: FigureGrain
  private var current: FigureSeries.Entry?

  /// Goes on with a slot that was begun before, and forgets what a clock that was set back left behind it.
  init(_ ring: consuming FigureRing, _ grain: FigureGrain, at now: Timestamp) throws(SystemError) {
    self.grain = grain
    guard let slot = grain.slot(of: now) else {
      self.ring = ring
      return
    }
    try ring.forget(after: slot)
    current = try ring.entry(of: slot)
    self.ring = ring
  }

  var isInPlace: Bool { ring.isInPlace }

  /// Takes figures, and writes the slot that has ended; returns whether one has.
  mutating func note(
    _ figures: Figures,
    of subject: FigureSubject,
    at now: Timestamp
  ) throws(SystemError) -> Bool {
    guard var slot = grain.slot(of: now) else { return false }
    var hasEnded = false
    if let last = current?.slot, last != slot {
      if slot < last, grain.start(of: last) - now <= FigureGrain.tolerance {
        slot = last
      } else {
        try write()
        if slot < last { try ring.forget(after: slot) }
        current = try ring.entry(of: slot)
        hasEnded = true
      }
    }
    if current == nil { current = FigureSeries.Entry(slot: slot, figures: Figures()) }
    current?.figures.combine(figures, of: subject)
    return hasEnded
  }

  /// Writes the slot that is under way.
  func write() throws(SystemError) {
    guard let current else { return }
    try ring.write(current)
  }
}
