internal import CLibrary
internal import QueueEngine

/// The links with the processes that carry them, as the one thread of a `LinkPool` has them.
///
/// It is called in turns: `sleep` until something happens, `open` and `send` what others have asked for
/// meanwhile, and `pass` to read, to let time pass and to learn what is to be told.
struct LinkLoop {
  /// Machines are told of no more often than this, unless one of them is open.
  private static let debounceInterval = Duration.milliseconds(100)
  /// So many bytes are read from one machine at a time, and so often in a second at most.
  private static let (bytesAtOnce, readsEachSecond) = (64 << 10, 64)
  /// So many processes are started at once.
  private static let startsAtOnce = 16

  private var links: [Link]
  private var processes: [Int: LinkProcess] = [:]
  private let rsh: [String]?
  private let environment: [String]
  private var opened: Int?
  private var dirty: Set<Int> = []
  private var reads: [Int: Int] = [:]
  private var second = ContinuousClock.now
  private var toldAt = ContinuousClock.now - .seconds(1)
  private var polled: [pollfd] = []
  private var places: [(place: Int, kind: Kind)] = []
  private var random = SystemRandomNumberGenerator()
  private let isWhole: Bool

  private enum Kind { case output, complaints, input }

  init(_ machines: [RemoteMachine], rsh: [String]?, environment: [String], isWhole: Bool) {
    self.environment = environment
    self.isWhole = isWhole
    let instant = ContinuousClock.now
    links = machines.map { Link(host: $0.host, now: $0.since, at: instant) }
    if isWhole { for place in links.indices { _ = links[place].open(true) } }
    self.rsh = rsh
  }

  /// Sleeps until a process writes, somebody wakes us, or a second is over.
  mutating func sleep(_ waker: WakePipe) {
    polled = [pollfd(fd: waker.readEnd, events: Int16(POLLIN), revents: 0)]
    places = []
    for (place, process) in processes {
      let mayRead = reads[place, default: 0] < Self.readsEachSecond || place == opened
      watch(mayRead ? process.output : -1, POLLIN, place, .output)
      watch(process.complaints, POLLIN, place, .complaints)
      watch(process.unsent.isEmpty ? -1 : process.input, POLLOUT, place, .input)
    }
    // A process that has closed its pipes has not ended yet.
    let isClosing = processes.values.contains { $0.output < 0 }
    let rest = links.compactMap(\.restsUntil).min().map { ContinuousClock.now.duration(to: $0) }
    let pause = max((rest ?? .seconds(1)) / .milliseconds(1), 10)
    let limit: Int32 = isClosing ? 100 : Int32(min(pause.rounded(.up), 1000))
    _ = poll(&polled, nfds_t(polled.count), dirty.isEmpty ? limit : 50)
    if polled[0].revents != 0 { waker.drain() }
  }

  private mutating func watch(_ descriptor: Int32, _ event: Int32, _ place: Int, _ kind: Kind) {
    guard descriptor >= 0 else { return }
    polled.append(pollfd(fd: descriptor, events: Int16(event), revents: 0))
    places.append((place, kind))
  }

  mutating func open(_ place: Int?) {
    guard place != opened else { return }
    let before = opened
    opened = place
    for index in [before, place].compactMap({ $0 }) where links.indices.contains(index) {
      let orders = links[index].open(index == place || isWhole)
      carryOut(orders, place: index)
    }
  }

  mutating func send(_ bytes: [UInt8], to place: Int) {
    guard links.indices.contains(place), links[place].isLive else { return }
    carryOut([.send(bytes)], place: place)
  }

  /// Reads what there is, lets time pass, and returns what is to be told.
  mutating func pass() -> (changed: [Int: RemoteMachine], news: [LinkPool.News]) {
    let instant = ContinuousClock.now
    let now = SystemClock.now
    if second.duration(to: instant) >= .seconds(1) { (reads, second) = ([:], instant) }
    for (watched, spot) in zip(polled.dropFirst(), places) where watched.revents != 0 {
      meet(spot.kind, place: spot.place, now: now, at: instant)
    }
    reap(now, instant)
    var starts = 0
    for place in links.indices {
      guard links[place].hasProcess || starts < Self.startsAtOnce else { continue }
      let orders = links[place].pass(instant)
      if orders.contains(.start) { starts += 1 }
      carryOut(orders, place: place)
    }
    return take(at: instant)
  }

  private mutating func take(
    at instant: ContinuousClock.Instant
  ) -> (changed: [Int: RemoteMachine], news: [LinkPool.News]) {
    var news: [LinkPool.News] = []
    for place in links.indices {
      for report in links[place].takeReports() {
        news.append(LinkPool.News(place: place, report: report))
      }
    }
    let isPressing = opened.map(dirty.contains) ?? false
    guard !news.isEmpty || isPressing || toldAt.duration(to: instant) >= Self.debounceInterval
    else {
      return ([:], [])
    }
    let pairs = dirty.map { ($0, links[$0].machine) }
    if !dirty.isEmpty { toldAt = instant }
    dirty = []
    return (Dictionary(uniqueKeysWithValues: pairs), news)
  }

  private mutating func meet(
    _ kind: Kind,
    place: Int,
    now: Timestamp,
    at instant: ContinuousClock.Instant
  ) {
    switch kind {
    case .output:
      reads[place, default: 0] += 1
      guard let bytes = processes[place]?.readOutput(atMost: Self.bytesAtOnce), !bytes.isEmpty
      else {
        return
      }
      dirty.insert(place)
      let orders = links[place].take(bytes, now: now, at: instant)
      carryOut(orders, place: place)
    case .complaints:
      guard let bytes = processes[place]?.readComplaints() else { return }
      links[place].takeComplaint(bytes)
    case .input: processes[place]?.flush()
    }
  }

  /// Notes the processes that have ended, once all that they wrote was read.
  private mutating func reap(_ now: Timestamp, _ instant: ContinuousClock.Instant) {
    for (place, process) in processes where process.output < 0 {
      guard let status = process.reap() else { continue }
      // What it complained of last may still be under way.
      while let bytes = processes[place]?.readComplaints(), !bytes.isEmpty {
        links[place].takeComplaint(bytes)
      }
      processes[place]?.closeAll()
      processes[place] = nil
      links[place].end(
        status: status,
        now: now,
        at: instant,
        chance: .random(in: 0..<1, using: &random)
      )
      dirty.insert(place)
    }
  }

  private mutating func carryOut(_ orders: [Link.Order], place: Int) {
    for order in orders {
      switch order {
      case .start: start(place)
      case .end: end(place)
      case .send(let bytes):
        if processes[place]?.send(bytes) == false { end(place) }
      }
    }
  }

  private mutating func start(_ place: Int) {
    let command = links[place].machine.host.command(rsh: rsh)
    do throws(LinkProcess.StartFailure) {
      processes[place] = try LinkProcess(command: command, environment: environment)
    } catch {
      links[place].failToStart(
        "\(Scrubber.scrub(command[0])) could not be started: \(String(cString: strerror(error.code)))",
        now: SystemClock.now,
        at: .now,
        chance: .random(in: 0..<1, using: &random)
      )
      dirty.insert(place)
    }
  }

  /// Ends a process: gently the first time.
  private mutating func end(_ place: Int) {
    guard let process = processes[place] else { return }
    process.signal(process.input < 0 ? SIGKILL : SIGTERM)
    processes[place]?.closeInput()
    processes[place]?.closeOutput()
  }

  /// Ends all processes.
  mutating func close() {
    for place in processes.keys { processes[place]?.closeInput() }
    var left = Array(processes.values)
    // The far side ends with its input, and ssh with the far side; who does not is made to.
    for signal in [SIGTERM, SIGKILL] {
      let deadline = ContinuousClock.now + .milliseconds(300)
      while !left.isEmpty, ContinuousClock.now < deadline {
        left.removeAll { $0.reap() != nil }
        if !left.isEmpty { SystemClock.wait(.milliseconds(5)) }
      }
      for process in left { process.signal(signal) }
    }
    for place in processes.keys { processes[place]?.closeAll() }
    processes = [:]
  }
}
