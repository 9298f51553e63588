internal import CLibrary

/// The person's pager, which has the terminal for as long as it shows a text.
@MainActor
struct Pager {
  enum Outcome: Equatable {
    /// It ended by itself, with this exit status; `nil` where it was never started.
    case ended(status: Int32?)
    /// This signal asked us to end meanwhile; the pager has been told to end, too.
    case interrupted(Int32)
  }

  /// How long a pager may take to end when we have to.
  private static let patience = Duration.milliseconds(500)

  /// What the shell runs: `$PAGER`, else the first of the usual ones that is there.
  private let command =
    Environment.value(of: "PAGER")
    ?? "if command -v less >/dev/null; then exec less; else exec more; fi"

  /// Shows a text until the person leaves the pager.
  ///
  /// The text goes to the pager in a file without a name, so that nothing of it stays behind. Signals
  /// reach us meanwhile: one that stops the pager stops us with it, one that ends us ends it.
  func show(_ text: String, signals: borrowing SignalGuard) -> Outcome {
    guard let pager = GuestProgram.start(command, reading: text) else {
      return .ended(status: nil)
    }
    while true {
      var watched = [
        pollfd(fd: pager.end, events: Int16(POLLIN), revents: 0),
        pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0),
      ]
      poll(&watched, nfds_t(watched.count), -1)
      for request in SignalRequest.sorted(signals.take()) {
        switch request {
        case .end(let signal):
          pager.send(SIGHUP)
          _ = pager.status(within: Self.patience)
          return .interrupted(signal)
        case .suspend: signals.stop()
        case .resize, .redraw: break  // The pager hears of it itself.
        }
      }
      if watched[0].revents != 0 {
        return .ended(status: pager.status(within: .zero))
      }
    }
  }
}
