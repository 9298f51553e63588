internal import CLibrary
internal import QueueEngine
internal import Synchronization

/// Tells systemd how the daemon is, by the protocol of sd_notify(3): a datagram of `NAME=value` lines.
///
/// Written by hand: it is one socket and one call, and a library would be needed on every machine.
final class ServiceNotifier: Sendable {
  private let address: String?
  /// How often a sign of life is wanted; `nil` where no watchdog is set.
  let watchdogInterval: Duration?
  private let lastStatus = Mutex("")

  /// Takes `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID`; without them it tells nobody.
  init(environment: [String: String], processID: Int32 = getpid()) {
    let path = environment["NOTIFY_SOCKET"] ?? ""
    address = path.hasPrefix("/") || path.hasPrefix("@") ? path : nil
    let isForUs = environment["WATCHDOG_PID"].map { Int32($0) == processID } ?? true
    watchdogInterval = environment["WATCHDOG_USEC"].flatMap(Int64.init)
      .flatMap { $0 > 0 && isForUs ? .microseconds($0) / 2 : nil }
  }

  func ready() { send("READY=1") }

  func stopping() { send("STOPPING=1") }

  func signOfLife() { send("WATCHDOG=1") }

  /// Says in one line how it is; the same line is said once.
  func status(_ sentence: String) {
    let line = Scrubber.scrub(sentence)
    let isNew = lastStatus.withLock { last in
      defer { last = line }
      return last != line
    }
    if isNew { send("STATUS=\(line)") }
  }

  /// Whoever does not listen misses it: the service goes on.
  private func send(_ text: String) {
    guard let address else { return }
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    var name = sockaddr_un()
    name.sun_family = sa_family_t(AF_UNIX)
    // A name in the abstract namespace begins with a zero byte.
    var bytes = Array(address.utf8)
    if bytes[0] == UInt8(ascii: "@") { bytes[0] = 0 }
    guard bytes.count < MemoryLayout.size(ofValue: name.sun_path) else { return }
    withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: bytes) }
    let length = MemoryLayout.offset(of: \sockaddr_un.sun_path).map { $0 + bytes.count } ?? 0
    let message = Array(text.utf8)
    withUnsafeBytes(of: &name) { buffer in
      buffer.withMemoryRebound(to: sockaddr.self) { target in
        _ = message.withUnsafeBytes {
          sendto(
            descriptor,
            $0.baseAddress,
            $0.count,
            Int32(MSG_DONTWAIT),
            target.baseAddress,
            socklen_t(length)
          )
        }
      }
    }
  }
}

/// Gives signs of life for as long as the daemon waits, and while a run gets on.
///
/// A timer alone would go on while a run hangs, and a watchdog is there for that.
final class Heartbeat: Sendable {
  private struct State {
    var isRunning = false
    var movedAt = ContinuousClock.now
  }

  private let notifier: ServiceNotifier
  private let state = Mutex(State())

  init(_ notifier: ServiceNotifier) {
    self.notifier = notifier
  }

  func runBegins() { move(isRunning: true) }

  func runEnds() { move(isRunning: false) }

  /// A run has got on.
  func runMoves() { move(isRunning: true) }

  /// Beats until the task is cancelled; nothing happens where no watchdog is set.
  func beat() async {
    guard let interval = notifier.watchdogInterval else { return }
    repeat {
      if isAlive(within: interval) { notifier.signOfLife() }
      // Cut short at the end.
    } while (try? await Task.sleep(for: interval)) != nil
  }

  /// Whether it waits, or its run has moved within the interval.
  func isAlive(within interval: Duration, at now: ContinuousClock.Instant = .now) -> Bool {
    state.withLock { !$0.isRunning || now - $0.movedAt <= interval }
  }

  private func move(isRunning: Bool) {
    state.withLock { $0 = State(isRunning: isRunning) }
  }
}

/// The daemon's tie to whoever started it.
struct ServiceLink: Sendable {
  let notifier: ServiceNotifier
  let heartbeat: Heartbeat

  init(environment: [String: String]) {
    notifier = ServiceNotifier(environment: environment)
    heartbeat = Heartbeat(notifier)
  }
}
