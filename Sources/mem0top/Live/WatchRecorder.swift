internal import Dashboard
internal import QueueEngine
internal import Terminal

/// Keeps what a dashboard sees while it is open: the figures of the past, the incidents, and snapshots for
/// a replay; and has somebody told of what begins and ends.
final class WatchRecorder {
  private let chronicle: Chronicle
  private let snapshots: SnapshotRecorder
  private let alerts: AlertDispatcher
  private let inbox: Inbox
  /// The last snapshot; what nothing has changed since is recorded again.
  private var seen: Snapshot?
  /// Nothing is recorded before the first frame.
  private var isRecording = false

  init(_ configuration: Configuration, inbox: Inbox) {
    chronicle = Chronicle(configuration, channels: Set(AlertChannel.allCases))
    snapshots = SnapshotRecorder(settings: configuration.engine)
    alerts = AlertDispatcher(configuration)
    self.inbox = inbox
  }

  /// Posts what was recorded by now; from then on what is seen is recorded.
  func begin(now: Timestamp) {
    let (figures, incidents) = chronicle.load(now: now)
    inbox.post(.recorded(figures))
    inbox.post(.incidents(incidents))
    isRecording = true
  }

  /// Takes a snapshot that was just made.
  func note(_ snapshot: Snapshot) {
    seen = snapshot
    record()
  }

  /// Records the last snapshot as it is now, and tells of what has begun or ended.
  func record() {
    guard isRecording, let seen else { return }
    let now = SystemClock.now
    let news = chronicle.note(seen, at: now)
    if let incidents = news.incidents { inbox.post(.incidents(incidents)) }
    snapshots.note(seen, findings: chronicle.findings, at: now)
    guard !news.alerts.isEmpty else { return }
    Task.detached { [alerts, inbox] in
      await alerts.tell(news.alerts, of: seen) {
        inbox.post(.alertFailed($0))
      } show: {
        inbox.post(.alert($0))
      }
    }
  }

  /// Writes what is under way; another program may record from then on.
  func close() { chronicle.close() }

  /// What could not be kept, one sentence each.
  var remarks: [String] {
    let replay = snapshots.problem.map { "No replay is recorded. \($0)." }
    return chronicle.remarks + [replay].compactMap(\.self)
  }
}
