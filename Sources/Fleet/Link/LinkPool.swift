internal import Dispatch
package import QueueEngine
internal import Synchronization

/// The links to many machines: one thread carries them all, and what it hears is fetched from elsewhere.
///
/// A machine that floods is read no faster than it may be, one that hangs is waited for by nobody.
package final class LinkPool: Sendable {
  /// A report that came over a link.
  package struct News: Sendable {
    /// Which of the machines, by its place among them.
    package let place: Int
    package let report: Report
  }

  /// What the thread and the others tell each other.
  private struct Shared {
    var machines: [RemoteMachine]
    var changed: Set<Int> = []
    var news: [News] = []
    var outbox: [Int: [UInt8]] = [:]
    var opened: Int?
    var isClosed = false
    var isTold = false
  }

  private let rsh: [String]?
  private let environment: [String]
  private let isWhole: Bool
  private let shared: Mutex<Shared>
  private let wake: WakePipe
  /// Readable while there is something to fetch.
  private let bell: WakePipe
  private let ended = DispatchSemaphore(value: 0)

  /// Makes the links; none is begun yet.
  ///
  /// - Parameters:
  ///   - hosts: The machines, by whose places they are called from here on.
  ///   - rsh: What takes the place of `ssh` and its options; `nil` for those.
  ///   - environment: The variables of the processes that carry the links.
  ///   - isWhole: Whether all that a dashboard shows is told of every machine, not only of an open one.
  /// - Throws: The system's reason where not even a pipe is to be had.
  package init(
    hosts: [RemoteHost],
    rsh: [String]?,
    environment: [String: String],
    isWhole: Bool = false
  ) throws(SystemError) {
    (wake, bell) = (try WakePipe(), try WakePipe())
    self.rsh = rsh
    self.isWhole = isWhole
    self.environment = environment.map { "\($0.key)=\($0.value)" }
    let now = SystemClock.now
    shared = Mutex(Shared(machines: hosts.map { RemoteMachine(host: $0, since: now) }))
  }

  /// Begins all links.
  package func begin() {
    DispatchQueue(label: "mem0top.links").async { [self] in
      var loop = LinkLoop(machines, rsh: rsh, environment: environment, isWhole: isWhole)
      while turn(&loop) {}
      loop.close()
      ended.signal()
    }
  }

  /// The machines as they stand.
  package var machines: [RemoteMachine] { shared.withLock(\.machines) }

  /// Readable while there is something to fetch with `takeNews`.
  package var descriptor: Int32 { bell.readEnd }

  /// The machines that have changed since the last time, and the reports that came.
  package func takeNews() -> (changed: [Int: RemoteMachine], news: [News]) {
    bell.drain()
    return shared.withLock { shared in
      defer { (shared.changed, shared.news, shared.isTold) = ([], [], false) }
      let pairs = shared.changed.map { ($0, shared.machines[$0]) }
      return (Dictionary(uniqueKeysWithValues: pairs), shared.news)
    }
  }

  /// Asks a machine for something; where the link is not live nothing is sent.
  package func send(_ request: Request, to place: Int) {
    shared.withLock { $0.outbox[place, default: []] += request.line }
    wake.ring()
  }

  /// Has all told of one machine that the dashboard shows, or of none.
  package func open(_ place: Int?) {
    shared.withLock { $0.opened = place }
    wake.ring()
  }

  /// Ends all links, and waits for their processes, but not long.
  package func end() {
    shared.withLock { $0.isClosed = true }
    wake.ring()
    _ = ended.wait(timeout: .now() + 1)
  }

  // MARK: On the thread

  /// Sleeps until something happens, and carries it on; `false` at the end.
  private func turn(_ loop: inout LinkLoop) -> Bool {
    loop.sleep(wake)
    let (outbox, opened, isClosed) = shared.withLock { shared in
      defer { shared.outbox = [:] }
      return (shared.outbox, shared.opened, shared.isClosed)
    }
    guard !isClosed else { return false }
    loop.open(opened)
    for (place, bytes) in outbox { loop.send(bytes, to: place) }
    let (changed, news) = loop.pass()
    guard !changed.isEmpty || !news.isEmpty else { return true }
    let isFirst = shared.withLock { shared in
      for (place, machine) in changed {
        shared.machines[place] = machine
        shared.changed.insert(place)
      }
      shared.news += news
      defer { shared.isTold = true }
      return !shared.isTold
    }
    if isFirst { bell.ring() }
    return true
  }
}
