internal import CLibrary
package import Dashboard
internal import QueueEngine

/// Shows the dashboard until the person quits, a signal comes or the terminal goes away.
///
/// It blocks the main thread, where curses has to be; everything that takes time happens elsewhere
/// and comes back through `inbox`. The terminal's size and characters are written into the model.
///
/// - Parameters:
///   - model: what is shown first.
///   - wish: the colours, glyphs and mouse that the person wants; `NO_COLOR` rules the first out.
///   - inbox: what happens in the world; the first snapshot is waited for, but not long.
///   - world: where effects go and changes come from.
/// - Returns: why it ended; the terminal is restored by then.
/// - Throws: `TerminalError` where there is no terminal that can show it, which is as it was then.
@MainActor
package func runDashboard(
  model: Model,
  wish: ScreenWish,
  inbox: Inbox,
  world: any World
) throws(TerminalError) -> ExitReason {
  let screen = try Screen(wish)
  var loop = DashboardLoop(screen: screen, model: model, inbox: inbox, world: world)
  return loop.run()
}

/// The loop: it sleeps until a key, a signal, a message or the next second comes, hands what came
/// to the model, and paints once.
@MainActor
struct DashboardLoop {
  /// How long the first frame waits for its first snapshot, so that there is something to see.
  private static let timeout = Duration.milliseconds(250)
  /// How long it waits for the verdict on the lock, so that it is complete where that comes at once.
  private static let timeoutForLock = Duration.milliseconds(4)
  /// A file that is rewritten without end is not looked at more often than this.
  private static let debounceInterval = Duration.milliseconds(15)

  private let screen: Screen
  private let inbox: Inbox
  private let world: any World
  private let openedAt = ContinuousClock.now
  private var model: Model
  private var canvas = Canvas(size: Size(columns: 0, rows: 0))
  private var decoder = KeyDecoder(keys: .current, escapeDelay: Environment.escapeDelay)
  private var clock = LoopClock()
  /// Until then news of changes is left waiting.
  private var debouncedUntil: ContinuousClock.Instant?
  private var needsPaint = true
  private var hasBegun = false
  private var exitReason: ExitReason?

  init(screen: Screen, model: Model, inbox: Inbox, world: any World) {
    self.screen = screen
    self.model = model
    self.inbox = inbox
    self.world = world
    self.model.charset = screen.charset
    self.model.appearance = screen.appearance
    self.model.isMouseOn = screen.isMouseWanted
  }

  mutating func run() -> ExitReason {
    receive(.resized(screen.size))
    pass()
    while true {
      let ready = wait()
      // Whoever had the terminal while we were stopped may have read the input.
      if ready.hasSignals { meetSignals() } else if ready.hasInput { readInput() }
      if ready.isGone { exitReason = exitReason ?? .hangUp }
      if ready.hasNews { takeNews() }
      for message in ready.hasMessages ? inbox.takeAll() : [] { receive(message) }
      pass()
      if let exitReason {
        screen.close()
        return exitReason
      }
      if needsPaint, ready.isWritable { paint() }
      if !hasBegun, !needsPaint { begin() }
    }
  }

  /// Lets begin what the first frame did not wait for.
  private mutating func begin() {
    hasBegun = true
    ask()
    world.begin()
  }

  private mutating func ask() {
    if screen.askForBackground() { decoder.expectAnswer(at: .now) }
  }

  private mutating func receive(_ message: Message) {
    needsPaint = true
    for effect in update(&model, message) { perform(effect) }
    screen.isMouseWanted = model.isMouseOn
  }

  private mutating func perform(_ effect: Effect) {
    switch effect {
    case .quit: exitReason = exitReason ?? .quit
    case .copy(let text):
      if let reason = screen.copy(text) { receive(.copyFailed(reason)) }
    case .alert(let alert): screen.alert(alert)
    case .redraw: screen.measure()
    case .page(let text): page(text)
    default: world.perform(effect)
    }
  }

  /// Shows a text in the pager and comes back to a screen that is drawn anew.
  private mutating func page(_ text: String) {
    switch screen.page(text) {
    case .ended(let status): receive(.pagerEnded(status: status))
    case .interrupted(let signal): exitReason = exitReason ?? .signal(signal)
    }
    receive(.resized(screen.size))
    ask()
  }

  private mutating func paint() {
    if !hasBegun { screen.forgetInput() }
    screen.appearance = model.appearance
    view(model, on: &canvas)
    screen.show(canvas)
    needsPaint = false
  }

  private mutating func readInput() {
    let (bytes, isAtEnd) = readAvailable(STDIN_FILENO, atMost: 4_096)
    if isAtEnd { exitReason = exitReason ?? .hangUp }
    deliver(decoder.decode(bytes, at: .now))
  }

  private mutating func deliver(_ inputs: [KeyDecoder.Input]) {
    for input in inputs where exitReason == nil {
      switch input {
      case .key(let key): receive(.key(key))
      case .crowdedKey(let key): receive(.crowdedKey(key))
      case .mouse(let event): receive(.mouse(event))
      case .focus(let isFocused):
        receive(.focused(isFocused))
        // Somebody else may sit there now, or the colours were changed meanwhile.
        if isFocused { ask() }
      case .paste(let text): receive(.paste(text))
      case .background(let background):
        screen.background = background
        needsPaint = true
      }
    }
  }

  private mutating func meetSignals() {
    for request in SignalRequest.sorted(screen.signals.take()) {
      switch request {
      case .end(let signal): exitReason = exitReason ?? .signal(signal)
      case .suspend:
        // Stopped with the lock in our hands we would block every worker.
        ExitBarrier.close()
        screen.suspend()
        ExitBarrier.open()
        ask()
      case .resize:
        screen.measure()
        if screen.answers { ask() }
      case .redraw:
        screen.resume()
        ask()
      }
      receive(.resized(screen.size))
    }
  }

  private mutating func takeNews() {
    world.takeNews()
    debouncedUntil = .now + Self.debounceInterval
  }

  /// Lets time pass: tells the model of a new second, has the world refreshed when that is due, and
  /// gives up on an escape sequence that hangs.
  private mutating func pass() {
    let beginnings = clock.advance(to: SystemClock.nanoseconds, interval: world.interval)
    if let second = beginnings.second {
      let now = Timestamp(Double(second)) + world.clockLead
      model.zoneOffset = world.zoneOffset(at: now)
      receive(.tick(now))
    }
    if beginnings.isRefreshDue { world.refresh() }
    deliver(decoder.expire(at: .now))
    if let debouncedUntil, debouncedUntil <= .now { self.debouncedUntil = nil }
  }

  /// Whether the screen may be drawn: at the start not before there is something to show, if that
  /// comes soon.
  private var mayPaint: Bool {
    model.snapshot?.isLockAwaited == false || ContinuousClock.now >= firstPaint
  }

  /// When the first frame is drawn whatever it lacks.
  private var firstPaint: ContinuousClock.Instant {
    openedAt + (model.snapshot == nil ? Self.timeout : Self.timeoutForLock)
  }

  /// Sleeps until something is to do; with a paint due, until the terminal takes it.
  private func wait() -> Readiness {
    let paints = needsPaint && mayPaint
    var watch = Readiness.Watch(signals: screen.signals.descriptor, messages: inbox.descriptor)
    watch.news = debouncedUntil == nil ? world.changes : nil
    // Keys that were typed before wait: they mean what is on the screen.
    watch.reading = hasBegun
    watch.writing = paints
    let pause = LoopClock.pause(after: SystemClock.nanoseconds, interval: world.interval)
    let deadlines = [
      decoder.deadline, debouncedUntil, needsPaint && !paints ? firstPaint : nil,
    ]
    let now = ContinuousClock.now
    return watch.wait(
      atMost: deadlines.compactMap { $0 }.reduce(.nanoseconds(pause)) {
        min($0, now.duration(to: $1))
      }
    )
  }
}
