internal import CLibrary
internal import CNcurses

/// A shell command that reads a text from us and has the terminal for the rest.
struct GuestProgram: ~Copyable {
  private let pid: pid_t
  /// Ends when the command and all that it has started have closed the other end.
  private var life: Pipe

  private init(pid: pid_t, life: consuming Pipe) {
    self.pid = pid
    self.life = life
    self.life.closeWriteEnd()
  }

  /// Starts a command; `nil` where the system does not let us.
  static func start(_ command: String, reading text: String) -> GuestProgram? {
    var text = text
    let file = text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { cn_text_file($0.baseAddress, $0.count) }
    }
    guard file >= 0 else { return nil }
    defer { close(file) }
    do {
      let life = try Pipe()
      var pid: pid_t = 0
      guard cn_guest_start(command, file, life.writeEnd, &pid) == 0 else { return nil }
      return GuestProgram(pid: pid, life: life)
    } catch {
      return nil  // No pipe, no program: the caller has another way or none.
    }
  }

  /// Readable once the command has ended.
  var end: Int32 { life.readEnd }

  /// Waits so long for the command, and returns its exit status; `nil` where it still runs.
  func status(within limit: Duration) -> Int32? {
    var watched = pollfd(fd: end, events: Int16(POLLIN), revents: 0)
    poll(&watched, 1, Int32(limit / .milliseconds(1)))
    let status = cn_guest_status(pid, watched.revents != 0)
    return status < 0 ? nil : status
  }

  /// Sends the command a signal.
  func send(_ signal: Int32) {
    kill(pid, signal)
  }
}
