internal import CLibrary

/// What the loop woke up for.
struct Readiness {
  private(set) var hasInput = false
  /// The terminal is gone.
  private(set) var isGone = false
  private(set) var hasSignals = false
  private(set) var hasMessages = false
  private(set) var hasNews = false
  private(set) var isWritable = false

  /// The descriptors that the loop sleeps on, the terminal's own among them.
  struct Watch {
    let signals: Int32
    let messages: Int32
    /// Where changes on disk are told, if that is listened to.
    var news: Int32?
    /// Whether keys are read.
    var reading = true
    /// Whether there is something to write.
    var writing = false

    init(signals: Int32, messages: Int32) {
      self.signals = signals
      self.messages = messages
    }

    /// Sleeps until one of them is ready or the time is over.
    func wait(atMost limit: Duration) -> Readiness {
      let due = Int16(POLLIN)
      // A negative descriptor is passed over.
      var watched = [
        pollfd(fd: STDIN_FILENO, events: reading ? due : 0, revents: 0),
        pollfd(fd: signals, events: due, revents: 0),
        pollfd(fd: messages, events: due, revents: 0),
        pollfd(fd: news ?? -1, events: due, revents: 0),
        pollfd(fd: STDOUT_FILENO, events: writing ? Int16(POLLOUT) : 0, revents: 0),
      ]
      guard poll(&watched, nfds_t(watched.count), Self.milliseconds(limit)) > 0 else {
        return Readiness()
      }
      let gone = Int16(POLLHUP | POLLERR | POLLNVAL)
      var ready = Readiness()
      ready.hasInput = watched[0].revents & due != 0
      ready.isGone = watched[0].revents & gone != 0 || watched[4].revents & gone != 0
      ready.hasSignals = watched[1].revents != 0
      ready.hasMessages = watched[2].revents != 0
      ready.hasNews = watched[3].revents != 0
      ready.isWritable = watched[4].revents & Int16(POLLOUT) != 0
      return ready
    }

    /// Rounded up, so that nobody wakes before the time.
    private static func milliseconds(_ duration: Duration) -> Int32 {
      Int32(max((duration / .milliseconds(1)).rounded(.up), 0))
    }
  }
}
