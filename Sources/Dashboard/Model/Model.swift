package import QueueEngine

/// Everything that the screen depends on; `update` changes it, `view` draws it.
package struct Model: Sendable {
  package var size: Size
  /// The current moment, as the last tick or snapshot told it.
  package var now: Timestamp
  /// How far local time is ahead of UTC.
  package var zoneOffset: Duration
  /// The home directory, shown as `~`.
  package var home: String
  package var charset: Charset
  package var settings: EngineSettings
  package var keymap = Keymap.standard
  /// What the key for running the worker starts; empty where the configuration names nothing.
  package var workerCommand: [String] = []
  /// Whether nothing may be changed, whatever key is pressed.
  package var isReadOnly = false
  /// The colours that the person wants; the loop chooses the palette by it.
  package var appearance = Appearance.auto
  /// The themes that the person has made.
  package var themes: [UserTheme] = []
  /// Whether clicks and the wheel are ours; if not, the terminal selects text with them.
  package var isMouseOn = false
  /// How often everything is looked at, also where no file changes.
  package var refreshInterval = Duration.seconds(1)

  /// The last snapshot; `nil` until the first one.
  package internal(set) var snapshot: Snapshot?
  /// What is wrong in it now, worst first.
  package internal(set) var findings: [Finding] = []
  package internal(set) var deadLetters = ItemList(.deadLetters)
  /// The items of the queue, which are read while the list of them is open.
  package internal(set) var queued = ItemList(.queue)
  /// Whether the list of them is open, in the place of the dead letters.
  package internal(set) var isQueueOpen = false
  /// Whether they have been read since it was opened.
  package internal(set) var isQueueRead = false
  /// Counts up whenever the log gives other causes.
  var causesRevision = 0
  /// The most that there were since the screen has its size; the layout gives them rows.
  package internal(set) var mostDeadLetters = 0
  package internal(set) var history = PendingHistory()
  /// What the sparklines and charts show.
  package internal(set) var past = Past()
  /// What is wrong and was, as all programs that watch have noted it, oldest first.
  package internal(set) var incidents: [Incident] = []
  /// How far local time was ahead of UTC over the last days.
  package internal(set) var zones = ZoneHistory()
  /// Where the recording stands that is shown; `nil` where files are.
  package var replay: Replay?
  /// How much time the charts show, once the person has chosen.
  package internal(set) var chartSpan: ChartSpan?
  package internal(set) var causes = CauseIndex()
  package internal(set) var logFeed = LogFeed()
  package internal(set) var logScroll = LogScroll.following
  /// What is looked for in the log and on pages; empty where nothing is.
  package internal(set) var search = FoldedText("")
  /// The text of the search, while it is typed; keys only edit it then.
  package internal(set) var searchEntry: TextEntry?
  /// Whether the log shows only the lines in which it was found.
  package internal(set) var isLogNarrowed = false
  package internal(set) var focus = Panel.deadLetters
  /// Whether the focused panel fills the screen.
  package internal(set) var isZoomed = false
  /// The views that lie over the dashboard, the last one on top.
  package internal(set) var views: [OpenView] = []
  package internal(set) var isPaused = false
  /// What an action of ours has changed is shown while all else is paused.
  var isAwaitingResult = false
  /// The question that is open; while there is one, keys only answer it.
  package internal(set) var prompt: Prompt?
  /// The filter while it is typed; keys only edit it then.
  package internal(set) var filterEntry: TextEntry?
  /// The list of commands while it is open; keys only choose from it then.
  package internal(set) var palette: CommandPalette?
  /// The actions that were started and have not ended; no two of a kind.
  package internal(set) var running: [ActionRequest] = []
  /// Those of them that wait for the worker's lock.
  package internal(set) var waits: [ActionWait] = []
  /// The retry at a pace that goes on.
  package internal(set) var pacing: PacedRetry?
  /// Whether whoever quits was told what that leaves undone.
  package internal(set) var isLeavingTold = false
  /// The retries of this session that another program may still overwrite.
  package internal(set) var retryWatch = RetryWatch()
  /// The last run of the worker that was asked for here; `nil` until the first one.
  package internal(set) var workerRun: WorkerRun?
  /// What the last key or action came to, until the next key or for some seconds.
  package internal(set) var notice: Notice?
  /// The keys without a meaning that were told of: once is enough.
  package internal(set) var unknownKeys: Set<Key> = []
  /// How things stood when the terminal lost the focus, until the first key after it is back.
  package var absence: Absence?
  /// The machines that are watched over links; `nil` where it is this one alone.
  package internal(set) var fleet: Fleet?
  /// What happens in the demonstration; `nil` where there is none.
  package internal(set) var announcement: String?
  /// What every action of this session came to, oldest first.
  package internal(set) var records: [ActionRecord] = []
  /// What the audit log told when the history was opened last, oldest first.
  package internal(set) var auditRecords: [ActionRecord] = []

  package init(
    size: Size,
    now: Timestamp,
    zoneOffset: Duration,
    home: String,
    settings: EngineSettings,
    charset: Charset = .unicode
  ) {
    self.size = size
    self.now = now
    self.zoneOffset = zoneOffset
    self.home = home
    self.settings = settings
    self.charset = charset
  }

  /// Which bindings are valid now.
  package var mode: Mode {
    switch prompt?.answer {
    case .yesOrNo: .question
    case .number, .text: .typing
    case nil where filterEntry != nil: .filtering
    case nil where searchEntry != nil: .searching
    case nil where palette != nil: .choosing
    case nil: browsingMode
    }
  }

  /// Which bindings are valid where nothing is asked or typed.
  var browsingMode: Mode { views.isEmpty ? (isFleetShown ? .fleet : .dashboard) : .view }

  /// The directory as a person writes it.
  package var directoryText: String {
    let path = Scrubber.scrub(snapshot?.directory ?? settings.directory)
    // Of a machine that never answered only the name is known.
    if let machineName {
      let isSaid = snapshot == nil || machineName.hasSuffix(":" + path)
      return isSaid ? machineName : "\(machineName):\(path)"
    }
    if !home.isEmpty, path == home { return "~" }
    return !home.isEmpty && path.hasPrefix(home + "/") ? "~" + path.dropFirst(home.count) : path
  }
}

/// What keys act on.
package enum Mode: CaseIterable, Sendable {
  /// The panels.
  case dashboard
  /// A view that lies over them.
  case view
  /// The rows of many machines.
  case fleet
  /// A recording is open: its keys come before those of panels and views.
  case replaying
  /// A question that one key answers.
  case question
  /// A question that a typed number answers.
  case typing
  /// The filter, while it is typed.
  case filtering
  /// What is looked for, while it is typed.
  case searching
  /// The palette of commands.
  case choosing

  /// The modes in which nothing is asked.
  package static let browsing: [Mode] = [.dashboard, .view]
  /// The modes in which characters are text.
  package static let writing: [Mode] = [.typing, .filtering, .searching, .choosing]
}
