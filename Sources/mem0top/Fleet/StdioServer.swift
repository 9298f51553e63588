internal import CLibrary
internal import Dashboard
internal import Fleet
internal import QueueEngine
internal import Terminal

/// Tells what is seen of one directory over standard output, and does what standard input asks for.
///
/// It looks as the dashboard does, by the same `LiveWorld`, and ends with its input: whoever has started
/// it may have gone without a word.
@MainActor
final class StdioServer {
  /// For how long nothing is told at most.
  private static let heartbeat = Duration.seconds(15)
  /// The longest line that is taken, in bytes: a retry of all has a key for each dead letter.
  private static let longestRequest = 16 << 20
  /// So many contents are read at once for a table.
  private static let mostPreviews = 200

  private let configuration: Configuration
  private let allowsActions: Bool
  private let inbox: Inbox
  private let world: LiveWorld
  private let actions: RemoteActionRunner
  private var splitter = LineSplitter(longest: longestRequest)
  private var writer = SnapshotWriter(depth: .rows)
  private var seen: Snapshot?
  private var lastTold = ContinuousClock.now
  private var second = 0
  private var isOver = false
  /// Whether a snapshot was told; the first ones may still lack the lock.
  private var hasToldSeen = false
  private var inputEndedAt: ContinuousClock.Instant?
  /// The files have been looked at by then, unless their disk hangs.
  private static let firstLook = Duration.seconds(2)

  init(
    _ configuration: Configuration,
    environment: [String: String],
    allowsActions: Bool
  ) throws {
    self.configuration = configuration
    self.allowsActions = allowsActions
    inbox = try Inbox()
    world = try LiveWorld(configuration, environment: environment, inbox: inbox) {}
    actions = RemoteActionRunner(settings: configuration.engine, inbox: inbox)
  }

  /// Runs until the input ends or nobody reads.
  func run() throws {
    defer {
      actions.close()
      world.end()
      ExitBarrier.close()
    }
    let hello = Hello(
      program: Version.text,
      host: HostFacts.ownHostName(),
      at: SystemClock.now,
      settings: configuration.engine,
      allowsActions: allowsActions,
      workerCommand: allowsActions ? configuration.runnableWorker : []
    )
    write(hello.line)
    world.begin()
    while !isOver {
      // Who asks nothing gets one whole snapshot.
      if inputEndedAt.map({ hasToldSeen || .now - $0 > Self.firstLook }) == true { break }
      let ready = wait()
      if ready.hasInput { readRequests() }
      if ready.hasNews { world.takeNews() }
      for message in inbox.takeAll() { tell(message) }
      let reports = actions.takeReports()
      if !reports.isEmpty { world.perform(.look) }
      for report in reports { write(report) }
      pass()
    }
  }

  // MARK: Waiting

  private func wait() -> (hasInput: Bool, hasNews: Bool) {
    let input = inputEndedAt == nil ? STDIN_FILENO : -1
    var watched = [input, inbox.descriptor, world.changes ?? -1].map {
      pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
    let now = SystemClock.now.secondsSinceEpoch
    let rest = Int32(max(((now.rounded(.down) + 1 - now) * 1000).rounded(.up), 1))
    guard poll(&watched, nfds_t(watched.count), min(rest, 1000)) > 0 else { return (false, false) }
    return (watched[0].revents != 0, watched[2].revents != 0)
  }

  /// Lets time pass: a refresh each second, and a heartbeat where nothing else was told.
  private func pass() {
    let now = Int(SystemClock.now.secondsSinceEpoch)
    guard now != second else { return }
    second = now
    world.refresh()
    tellSeen()
    if lastTold + Self.heartbeat <= .now { write(Report.beat(SystemClock.now).line) }
  }

  // MARK: Telling

  private func write(_ line: [UInt8]) {
    guard !isOver else { return }
    lastTold = .now
    if WholeWrite.write(line, to: STDOUT_FILENO) != 0 { isOver = true }
  }

  /// Tells what is new in the latest snapshot; what is wrong is judged as of now.
  private func tellSeen() {
    guard var snapshot = seen else { return }
    let now = SystemClock.now
    let found = findings(in: snapshot, at: now, settings: configuration.engine)
    snapshot.generatedAt = max(snapshot.generatedAt, now)
    for line in writer.lines(for: snapshot, findings: found) {
      write(line)
      hasToldSeen = true
    }
  }

  private func tell(_ message: Message) {
    switch message {
    case .snapshot(let snapshot):
      let isFirst = seen == nil
      seen = snapshot
      // A row is told at most once a second.
      if isFirst || writer.depth == .whole { tellSeen() }
    case .itemLoaded(let key, let detail, _): write(Report.item(key, detail.bounded).line)
    case .previewsLoaded(let contents, _): write(Report.previews(contents).line)
    case .historyLoaded(let entries): write(Report.history(entries).line)
    case .returnExplained(let keys, let reversals): write(Report.returns(keys, reversals).line)
    case .workerOutput(let text): write(Report.workerLine(text).line)
    case .workerEnded(let status): write(Report.workerEnded(status).line)
    case .workerNotStarted(let reason): write(Report.workerNotStarted(reason).line)
    default: break  // The rest is a terminal's business.
    }
  }

  // MARK: Requests

  private func readRequests() {
    var count = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: 64 << 10) { buffer, filled in
      count = read(STDIN_FILENO, buffer.baseAddress, buffer.count)
      filled = max(count, 0)
    }
    if count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN) { inputEndedAt = .now }
    for case .whole(let line) in splitter.add(bytes) { obey(line) }
  }

  private func obey(_ line: [UInt8]) {
    do throws(WireError) {
      // A newer mem0top may ask for more than this one knows of; it learns that from the version.
      guard let request = try Request(WireValue(line: line)) else { return }
      obey(request)
    } catch {
      write(Report.refused("The request was not understood; nothing was done.").line)
    }
  }

  private func obey(_ request: Request) {
    switch request {
    case .depth(let isWhole):
      writer.depth = isWhole ? .whole : .rows
      tellSeen()
    case .look: world.perform(.look)
    case .item(let key): world.perform(.loadItem(key))
    case .previews(let keys): world.perform(.loadPreviews(Array(keys.prefix(Self.mostPreviews))))
    case .history: world.perform(.loadHistory)
    case .returns(let keys): world.perform(.explainReturn(keys))
    case .outcome(let id): actions.findOut(id)
    case .cancel: actions.cancelWaits()
    case .act(let id, let action):
      guard allowsActions else {
        write(Report.ended(id: id, .failed(.refused(Self.refusal, evidence: []))).line)
        return
      }
      actions.run(id, action)
    case .runWorker:
      guard allowsActions else {
        write(Report.workerNotStarted(Self.refusal).line)
        return
      }
      guard !configuration.runnableWorker.isEmpty else {
        write(Report.workerNotStarted("No server is set there, so nothing can be sent.").line)
        return
      }
      world.perform(.runWorker)
    }
  }

  private static let refusal =
    "That machine is only looked at; \"actions = true\" beside its host under [[hosts]] allows more."
}

extension ItemDetail {
  /// A page shows no more over a link, in bytes of its texts.
  private static let mostBytes = 1 << 20

  /// The detail with no more of its content and its JSON than a line may carry.
  fileprivate var bounded: ItemDetail {
    var detail = self
    detail.content = Self.bounded(content)
    detail.rawLines = Self.bounded(rawLines)
    detail.fields = fields.map { field in
      ItemDetail.Field(name: field.name, value: Self.bounded([field.value]).joined(separator: " "))
    }
    return detail
  }

  private static func bounded(_ lines: [String]) -> [String] {
    var room = mostBytes
    var kept: [String] = []
    for line in lines {
      room -= line.utf8.count + 1
      guard room >= 0 else {
        let rest = lines.dropFirst(kept.count).reduce(0) { $0 + $1.utf8.count + 1 }
        return kept + ["… \(rest) bytes more, which only that machine shows"]
      }
      kept.append(line)
    }
    return kept
  }
}
