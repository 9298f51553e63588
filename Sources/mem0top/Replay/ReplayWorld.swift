internal import Dashboard
internal import QueueEngine
internal import Terminal

/// A recording, as the loop meets it: nothing changes by itself, and nothing can be changed.
@MainActor
final class ReplayWorld: World {
  private let source: ReplaySource
  private let clock: ReplayClock

  let changes: Int32? = nil
  let interval = Duration.seconds(1)

  init(_ recording: Recording, settings: EngineSettings, isOwn: Bool, inbox: Inbox) {
    clock = ReplayClock(recording.start ?? SystemClock.now)
    source = ReplaySource(recording, settings: settings, isOwn: isOwn, inbox: inbox)
  }

  func begin() {
    Task.detached { [source] in await source.begin() }
  }

  func takeNews() {}

  func refresh() {}

  func zoneOffset(at moment: Timestamp) -> Duration { LocalTime.offset(at: clock.shown) }

  func perform(_ effect: Effect) {
    if case .replay(let step) = effect, case .moment(let moment) = step { clock.shown = moment }
    Task.detached { [source] in await source.perform(effect) }
  }
}

/// About which moment is shown, for the zone that held then.
@MainActor
private final class ReplayClock {
  var shown: Timestamp

  init(_ shown: Timestamp) { self.shown = shown }
}

/// Puts the moments of a recording together, away from the screen.
actor ReplaySource {
  private var recording: Recording
  private let settings: EngineSettings
  /// Whether it is the recording of this directory, whose figures and incidents are kept here.
  private let isOwn: Bool
  private let inbox: Inbox
  private var place: Int

  init(_ recording: Recording, settings: EngineSettings, isOwn: Bool, inbox: Inbox) {
    self.recording = recording
    self.settings = settings
    self.isOwn = isOwn
    self.inbox = inbox
    place = recording.skipped
  }

  /// The first moment, for the first frame.
  func begin() {
    guard isOwn else { return }
    let state = StateDirectory(settings: settings)
    let figures = FigureSubject.allCases.flatMap { subject in
      FigureGrain.allCases.map { FigureRing.series(subject, $0, in: state, now: SystemClock.now) }
    }
    inbox.post(.recorded(figures))
    var log = IncidentLog(settings: settings)
    _ = log.refresh()
    inbox.post(.incidents(log.book.incidents))
  }

  func perform(_ effect: Effect) {
    switch effect {
    case .replay(.changes(let count)):
      place = min(max(place + count, recording.skipped), recording.count - 1)
      show(at: recording.moment(of: place))
    case .replay(.moment(let moment)):
      guard let start = recording.start, let end = recording.end else { return }
      let moment = min(max(moment, start), end)
      place = max(recording.place(at: moment), recording.skipped)
      show(at: max(moment, recording.moment(of: place)))
    case .loadItem(let key, _):
      let detail = ItemDetail(key: key, problem: "A recording has no contents of items.")
      inbox.post(.itemLoaded(key, detail))
    case .loadPreviews(let keys, _):
      inbox.post(.previewsLoaded(Dictionary(uniqueKeysWithValues: Set(keys).map { ($0, []) })))
    case .loadHistory where isOwn:
      inbox.post(.historyLoaded(AuditLog(settings: settings).entries(last: 200)))
    default:
      break  // Nothing else is asked of a recording, or can be done to it.
    }
  }

  private func show(at moment: Timestamp) {
    guard let snapshot = recording.snapshot(at: place) else { return }
    inbox.post(.replayed(Replay.Frame(snapshot: snapshot, moment: moment, place: place)))
  }
}
