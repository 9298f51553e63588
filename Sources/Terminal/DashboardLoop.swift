internal import CNcurses
package import Dashboard
internal import QueueEngine

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// Shows the dashboard until the person quits, a signal comes or the terminal goes away.
///
/// It blocks the main thread, where curses has to be; everything that takes time happens elsewhere
/// and comes back through `inbox`. The terminal's size and characters are written into the model.
///
/// - Parameters:
///   - model: what is shown first, with the colours that the person wants; `NO_COLOR` rules them out.
///   - inbox: what happens in the world.
///   - perform: starts an effect other than `quit`; it has to return at once.
/// - Returns: why it ended; the terminal is restored by then.
/// - Throws: `TerminalError` where there is no terminal that can show it; nothing was changed then.
@MainActor
package func runDashboard(
  model: Model,
  inbox: Inbox,
  perform: @escaping (Effect) -> Void
) throws(TerminalError) -> ExitReason {
  let screen = try Screen(appearance: model.appearance)
  var loop = DashboardLoop(screen: screen, model: model, inbox: inbox, perform: perform)
  return loop.run()
}

/// The loop: it sleeps until a key, a signal, a message or the next second comes, hands what came
/// to the model, and paints once.
@MainActor
struct DashboardLoop {
  private let screen: Screen
  private let inbox: Inbox
  private let perform: (Effect) -> Void
  private var model: Model
  private var canvas = Canvas(size: Size(columns: 0, rows: 0))
  private var decoder = KeyDecoder()
  private var impatience: ContinuousClock.Instant?
  private var second: Int64 = 0
  private var needsPaint = true
  private var exitReason: ExitReason?

  init(screen: Screen, model: Model, inbox: Inbox, perform: @escaping (Effect) -> Void) {
    self.screen = screen
    self.model = model
    self.inbox = inbox
    self.perform = perform
    self.model.charset = screen.charset
  }

  mutating func run() -> ExitReason {
    receive(.resized(screen.size))
    tick()
    while true {
      let ready = wait()
      if ready.hasSignals { meetSignals() }
      if ready.hasInput { readInput() }
      if ready.isGone { exitReason = exitReason ?? .hangUp }
      for message in ready.hasMessages ? inbox.takeAll() : [] { receive(message) }
      tick()
      if let exitReason {
        screen.close()
        return exitReason
      }
      if needsPaint, ready.isWritable { paint() }
    }
  }

  private mutating func receive(_ message: Message) {
    needsPaint = true
    for effect in update(&model, message) {
      if effect == .quit {
        exitReason = exitReason ?? .quit
      } else {
        perform(effect)
      }
    }
  }

  private mutating func paint() {
    view(model, on: &canvas)
    screen.show(canvas)
    needsPaint = false
  }

  private mutating func readInput() {
    let (bytes, isAtEnd) = readAvailable(STDIN_FILENO, atMost: 4_096)
    if isAtEnd { exitReason = exitReason ?? .hangUp }
    deliver(decoder.decode(bytes))
    impatience = decoder.isWaiting ? ContinuousClock.now + KeyDecoder.patience : nil
  }

  private mutating func deliver(_ inputs: [KeyDecoder.Input]) {
    for input in inputs where exitReason == nil {
      switch input {
      case .key(let key): receive(.key(key))
      case .paste(let text): receive(.paste(text))
      }
    }
  }

  private mutating func meetSignals() {
    for request in SignalRequest.sorted(screen.signals.take()) {
      switch request {
      case .end(let signal): exitReason = exitReason ?? .signal(signal)
      case .suspend: screen.suspend()
      case .resize: screen.measure()
      case .redraw: screen.resume()
      }
      receive(.resized(screen.size))
    }
  }

  /// Tells the model that another second has begun, and gives up on an escape sequence that hangs.
  private mutating func tick() {
    let now = cn_wall_clock_ns() / 1_000_000_000
    if now != second {
      second = now
      receive(.tick(Timestamp(Double(second))))
    }
    if let impatience, impatience <= .now {
      self.impatience = nil
      deliver(decoder.giveUp())
    }
  }

  private struct Readiness {
    var hasInput = false
    var isGone = false
    var hasSignals = false
    var hasMessages = false
    var isWritable = false
  }

  /// Sleeps until something is to do; with a paint due, until the terminal takes it.
  private func wait() -> Readiness {
    let due = Int16(POLLIN)
    var watched = [
      pollfd(fd: STDIN_FILENO, events: due, revents: 0),
      pollfd(fd: screen.signals.descriptor, events: due, revents: 0),
      pollfd(fd: inbox.descriptor, events: due, revents: 0),
      pollfd(fd: STDOUT_FILENO, events: needsPaint ? Int16(POLLOUT) : 0, revents: 0),
    ]
    guard poll(&watched, nfds_t(watched.count), timeout()) > 0 else { return Readiness() }
    let gone = Int16(POLLHUP | POLLERR | POLLNVAL)
    return Readiness(
      hasInput: watched[0].revents & due != 0,
      isGone: watched[0].revents & gone != 0 || watched[3].revents & gone != 0,
      hasSignals: watched[1].revents != 0,
      hasMessages: watched[2].revents != 0,
      isWritable: watched[3].revents & Int16(POLLOUT) != 0
    )
  }

  /// Milliseconds to the next second or to the end of our patience, rounded up.
  private func timeout() -> Int32 {
    let toNextSecond = Int32(
      (1_000_000_000 - cn_wall_clock_ns() % 1_000_000_000 + 999_999) / 1_000_000
    )
    guard let impatience else { return toNextSecond }
    let left = ContinuousClock.now.duration(to: impatience) / .milliseconds(1)
    return min(toNextSecond, max(Int32(left.rounded(.up)), 0))
  }
}
