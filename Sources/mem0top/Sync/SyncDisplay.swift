internal import QueueEngine
internal import SyncWorker
internal import Synchronization

/// Shows a run as it goes on: one line that renews itself in a terminal, the log's lines elsewhere.
///
/// Once standard output takes nothing more it shows nothing more: the run goes on, and its status and
/// the log tell how it went.
final class SyncDisplay: Sendable {
  /// How the run is shown.
  enum Form {
    case nothing, lines, counter
  }

  private struct State {
    var start = ContinuousClock.now
    var shown = 0
    var isRefused = false

    /// Writes as long as all that was written before was taken.
    mutating func write(_ text: String) {
      if !isRefused { isRefused = !Output.offer(text) }
    }
  }

  private let form: Form
  /// Called whenever the run tells anything: it gets on.
  private let moved: @Sendable () -> Void
  private let state = Mutex(State())

  init(_ form: Form, moved: @escaping @Sendable () -> Void = {}) {
    self.form = form
    self.moved = moved
  }

  /// The form for standard output; a shell that appends it to the log has the lines already.
  static func form(isJSON: Bool, settings: EngineSettings) -> Form {
    if isJSON { return .nothing }
    if Output.isTerminal { return .counter }
    return Output.isFile(at: settings.path(of: \.log)) ? .nothing : .lines
  }

  /// Shows what a run tells.
  @Sendable func show(_ news: SyncRun.News) {
    moved()
    switch (form, news) {
    case (.lines, .lines(let lines)):
      state.withLock { state in
        for line in lines { state.write(Scrubber.scrub(line) + "\n") }
      }
    case (.counter, .progress(let progress)) where progress.total > 0:
      state.withLock { state in
        let elapsed = ContinuousClock.now - state.start
        let counter = SyncCounter(done: progress.done, total: progress.total, elapsed: elapsed)
        let text = counter.text
        state.write("\r" + text.padded(to: state.shown))
        state.shown = text.count
      }
    default: break
    }
  }

  /// Ends the line that renews itself, if there is one.
  func end() {
    state.withLock { state in
      if state.shown > 0 { state.write("\n") }
      state = State(isRefused: state.isRefused)
    }
  }
}

/// The counter of a run: `120 of 3600 · 38/s · 1m 31s left`.
struct SyncCounter {
  let done: Int
  let total: Int
  let elapsed: Duration

  var text: String {
    var parts = ["\(done) of \(total)"]
    if done > 0, elapsed > .zero {
      let rate = Double(done) / elapsed.seconds
      let tenths = Int((rate * 10).rounded())
      parts.append(rate < 10 ? "\(tenths / 10).\(tenths % 10)/s" : "\(tenths / 10)/s")
      if done < total {
        parts.append("\(Duration(seconds: Double(total - done) / rate).ageText) left")
      }
    }
    return parts.joined(separator: " · ")
  }
}
