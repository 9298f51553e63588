internal import CLibrary
internal import CNcurses

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
  private static let timeout = Duration.milliseconds(500)
  /// Nobody has read a text that was shown for less: a pager like `cat` leaves it on the screen.
  private static let shortestReading = Duration.seconds(1)
  private static let invitation = "\r\n[mem0top: press any key to return]"

  /// What the shell runs: `$PAGER`, else the first of the usual ones that is there.
  private let command =
    Environment.value(of: "PAGER")
    ?? "if command -v less >/dev/null; then exec less; else exec more; fi"

  /// Shows a text until the person leaves the pager.
  ///
  /// The text goes to the pager in a file without a name, so that nothing of it stays behind. Signals
  /// reach us meanwhile: one that stops the pager stops us with it, one that ends us ends it.
  func show(_ text: String, signals: borrowing SignalGuard) -> Outcome {
    let start = ContinuousClock.now
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
          _ = pager.status(within: Self.timeout)
          return .interrupted(signal)
        case .suspend: signals.stop()
        case .resize, .redraw: break  // The pager hears of it itself.
        }
      }
      if watched[0].revents != 0 {
        let status = pager.status(within: .zero)
        guard status == 0, .now < start + Self.shortestReading else {
          return .ended(status: status)
        }
        return awaitKey(signals: signals)
      }
    }
  }

  /// Leaves what a pager has written on the screen until a key is pressed.
  private func awaitKey(signals: borrowing SignalGuard) -> Outcome {
    reset_prog_mode()
    tcflush(STDIN_FILENO, TCIFLUSH)
    _ = write(STDOUT_FILENO, Self.invitation, Self.invitation.utf8.count)
    while true {
      var watched = [
        pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
        pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0),
      ]
      poll(&watched, nfds_t(watched.count), -1)
      for case .end(let signal) in SignalRequest.sorted(signals.take()) {
        return .interrupted(signal)
      }
      if watched[0].revents != 0 { return .ended(status: 0) }
    }
  }
}
