import DemoWorld
import Foundation
import QueueEngine
import SyncWorker
import TestSupport
import Testing

/// Python workers and ours at one queue, among signals that no program can catch.
final class SoakField {
  /// What came of it.
  struct Figures: CustomStringConvertible {
    var added: Set<String> = []
    var stored = 0
    var deadLetters = 0
    var kills = 0
    var stops = 0
    var clears = 0
    /// Memories that stood twice in the files after a crash, until the next turn.
    var doubled = 0
    /// Live locks that were taken away, of Python workers and of ours.
    var removed = 0
    var robbed = 0
    /// Files that a worker has torn, being killed while it wrote in place, and that were recovered.
    var recovered = 0
    /// Why workers of others failed, if they did.
    var crashes = ""
    var lost: Set<String> = []
    /// Memories that stay twice in the files, and in which; not by a kill between another's two writes.
    var duplicated: Set<String> = []

    var description: String {
      "\(added.count) added, \(stored) stored, \(deadLetters) dead letters, \(kills) kills,"
        + " \(stops) stops, \(clears) locks cleared, \(doubled) doubled for a while, \(recovered) recovered;"
        + " \(removed + robbed) live locks removed, \(lost.count) lost, \(duplicated.count) duplicated"
    }
  }

  private(set) var figures = Figures()

  /// Whether so much has happened that something can have gone wrong.
  var hasSeenEnough: Bool { figures.added.count > 10 && figures.kills > 0 && figures.stops > 0 }

  private let scene: SyncScene
  private let style: String
  /// A second way to the directory, by which our commands go.
  private let otherWay: BindMount?
  private let script: String
  private var settings: EngineSettings
  private var random: SeededGenerator
  private var actors: [String: WorkerProgram] = [:]
  private var stopped: Set<String> = []
  private var errands: [(program: WorkerProgram, adds: String?)] = []
  private var starts = 0

  /// Makes the field of one style on a scene.
  init(style: String, seed: UInt64, scene: SyncScene) throws {
    self.scene = scene
    self.style = style
    random = SeededGenerator(seed: seed)
    // The name by which our engine knows these workers, and takes no others for them.
    let name = "soak_worker_\(UUID().uuidString)"
    script = scene.path + "/\(name).py"
    try scene.write(SoakScript.text, to: "\(name).py")
    settings = scene.settings
    settings.workerMatch = [name]
    settings.workerInterval = .milliseconds(1)
    settings.lockStyle = ["flock", "lockf", "outthere"].contains(style) ? .flock : .pidfile
    otherWay = style == "mounts" ? try BindMount(of: scene.path) : nil
    if style == "outthere" {
      // The queue is ours, and its worker counts in it without asking.
      let memory = NewMemory(project: "p", content: "the first")
      _ = try EnqueueMemories(memories: [memory]).perform(settings: settings)
      let letters = (0..<6).map {
        #"{"id": "letter-\#($0)", "project_id": "\#($0 < 3 ? "poison" : "p")", "content": "letter-\#($0)", "retry_count": 0, "last_attempt": 0}"#
      }
      try scene.write(
        "{\"items\": [\(letters.joined(separator: ", "))]}",
        to: "mem0_queue_dlq.json"
      )
      figures.added = Set(["the first"]).union((0..<6).map { "letter-\($0)" })
    } else {
      try scene.write(#"{"queue": []}"#, to: "mem0_queue.json")
    }
    if ["flock", "lockf"].contains(style) { try scene.write("", to: "mem0_queue.lock") }
    scene.receiver.setFault(.status(422), on: .item("poison"))
  }

  /// Lets everybody work for a while, ends all of them at once, and looks at what is left.
  func playRound(for duration: Duration) async throws {
    let end = ContinuousClock.now + duration
    for name in ["work", "produce 1", "produce 2", "daemon"] { actors[name] = try start(name) }
    while ContinuousClock.now < end {
      try await Task.sleep(for: .milliseconds(Int.random(in: 5...40, using: &random)))
      try await disturb()
    }
    for actor in actors.values { actor.send(SIGKILL) }
    for actor in actors.values { _ = try await actor.end() }
    (actors, stopped) = ([:], [])
    for errand in errands { try await collect(errand) }
    errands = []
    try await clearLock()
    try await check()
  }

  /// Delivers all that waits, and looks once more.
  func finish() async throws {
    // Nobody is left, and a lock that merely lies there names no style to a first look.
    let lock = settings.directory + "/mem0_queue.lock"
    if settings.lockStyle == .flock { unlink(lock) }
    // Those that were killed last may take a while to end.
    let timeout = ContinuousClock.now + .seconds(20)
    while FileManager.default.fileExists(atPath: lock), ContinuousClock.now < timeout {
      try await clearLock()
      try await Task.sleep(for: .milliseconds(20))
    }
    #expect(try await scene.sync().isSuccess)
    #expect(try scene.queued.allSatisfy { $0["project_id"] as? String == "poison" })
    try await check()
    figures.stored = scene.receiver.deliveries.count
    figures.deadLetters = try scene.letters.count
  }

  // MARK: What happens

  private func start(_ name: String) throws -> WorkerProgram {
    starts += 1
    let words = name.split(separator: " ").map(String.init)
    guard words[0] != "daemon" else { return try program("sync", "--watch", "--interval", "1s") }
    let (own, seed) = ("\(words.joined())-\(starts)", String(starts))
    return try WorkerProgram(
      script: script,
      [words[0], scene.path, style == "mounts" ? "pid" : style, scene.receiver.url, own, seed]
    )
  }

  private func program(_ arguments: String...) throws -> WorkerProgram {
    let isDaemon = arguments.first == "sync"
    return try WorkerProgram(
      arguments,
      in: scene,
      lockStyle: settings.lockStyle.rawValue,
      directory: isDaemon ? nil : otherWay?.path
    )
  }

  private func disturb() async throws {
    guard let name = actors.keys.sorted().randomElement(using: &random) else { return }
    switch Int.random(in: 0..<10, using: &random) {
    case 0, 1:
      actors[name]?.send(SIGKILL)
      _ = try await actors[name]?.end()
      stopped.remove(name)
      figures.kills += 1
      actors[name] = try start(name)
    case 2, 3:
      actors[name]?.send(SIGSTOP)
      stopped.insert(name)
      figures.stops += 1
    case 4, 5, 6:
      for name in stopped { actors[name]?.send(SIGCONT) }
      stopped = []
    case 7: errands.append((try program("retry", "--all"), nil))
    case 8:
      let text = "enqueued-\(errands.count)-\(starts)"
      let errand = try program("enqueue", "--project", "p", "--content", text)
      errands.append((errand, text))
    default:
      errands.append((try program("unlock"), nil))
      try await clearLock()
    }
  }

  /// What a person does who believes that the lock is stale; a refusal is what a live one gets.
  ///
  /// Workers in Python notice by themselves that their lock is gone. Ours are told by the process id
  /// for which it was cleared: who runs after that has run all the time.
  private func clearLock() async throws {
    let clear = ClearLock(settle: .milliseconds(2), emptyRecheck: .milliseconds(3))
    guard let outcome = try? clear.perform(settings: settings), outcome.changed == 1 else { return }
    figures.clears += 1
    let owners = outcome.evidence.joined(separator: "\n").matches(of: /pid ([0-9]+)/).map(\.1)
    let living = (Array(actors.values) + errands.map(\.program)).filter(\.isRunning)
    figures.robbed += living.count { owners.contains(Substring("\($0.processID)")) }
  }

  /// A command that said that it has added something has; of one that is ended nobody knows.
  private func collect(_ errand: (program: WorkerProgram, adds: String?)) async throws {
    let timeout = ContinuousClock.now + .seconds(1)
    while errand.program.isRunning, ContinuousClock.now < timeout {
      try await Task.sleep(for: .milliseconds(5))
    }
    if errand.program.isRunning { errand.program.send(SIGKILL) }
    if try await errand.program.end() == 0, let text = errand.adds { figures.added.insert(text) }
  }

  // MARK: What is left

  private func check() async throws {
    figures.added.formUnion(scene.text(of: "added").split(separator: "\n").map(String.init))
    figures.removed = scene.text(of: "removed").count { $0.isNewline }
    figures.crashes = scene.text(of: "crashed")
    try recover()
    figures.doubled += try doubles().count
    // Any turn of a worker of ours begins by taking away what a crash has doubled.
    try await takeTurn()
    let moves = scene.text(of: "moving").split(separator: "\n")
    let cut = Set(moves.filter { $0.hasPrefix("+") }.map { String($0.dropFirst()) })
      .filter { text in moves.count { $0 == "+" + text } > moves.count { $0 == "-" + text } }
    figures.duplicated.formUnion(
      try doubles().filter { !cut.contains($0.key) }.map { "\($0.key) in \($0.value)" }
    )
    let beside = try FileManager.default.contentsOfDirectory(atPath: scene.path)
      .filter { $0.hasPrefix("mem0_emergency.json") }
      .flatMap { scene.text(of: $0).split(separator: "\n") }
      .compactMap { try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] }
    let kept = try (scene.queued + scene.letters + beside).compactMap { $0["content"] as? String }
    let stored = scene.receiver.stored.map(\.content)
    figures.lost = figures.added.subtracting(kept).subtracting(stored)
  }

  /// Completes what a kill has cut; a lock that was too recent to judge a moment ago may be stale by now.
  private func takeTurn() async throws {
    let timeout = ContinuousClock.now + .seconds(20)
    while true {
      do throws(ActionError) {
        var ledger = WorkLedger(settings: settings)
        _ = try ledger.turn(settling: [], claiming: 0, now: SystemClock.now)
        return
      } catch {
        guard case .refused = error, ContinuousClock.now < timeout else { throw error }
      }
      try await clearLock()
    }
  }

  /// What a person does about a file that a worker has torn, being killed while it wrote in place.
  private func recover() throws {
    guard style == "outthere" else { return }
    for file in ListFile.allCases {
      guard try RecoveryPlan.examine(file, settings: settings) != nil else { continue }
      _ = try RecoverFile(file).perform(settings: settings)
      figures.recovered += 1
    }
  }

  /// The memories that stand twice in the files, each with the names of those.
  private func doubles() throws -> [String: [String]] {
    var places: [String: [String]] = [:]
    for (file, items) in [("queue", try scene.queued), ("dead letters", try scene.letters)] {
      for item in items { places[item["content"] as? String ?? "", default: []].append(file) }
    }
    return places.filter { $0.value.count > 1 }
  }
}

/// A second path to a directory, by a mount; it is taken away again with this value.
final class BindMount {
  private let place: TemporaryDirectory

  var path: String { place.path }

  init(of directory: String) throws {
    place = try TemporaryDirectory()
    try #require(Self.run("/bin/mount", "--bind", directory, place.path))
  }

  deinit {
    _ = Self.run("/bin/umount", "-l", place.path)
  }

  private static func run(_ program: String, _ arguments: String...) -> Bool {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  /// Whether this machine lets us make one.
  static let isPossible: Bool = {
    guard geteuid() == 0, let directory = try? TemporaryDirectory() else { return false }
    return (try? BindMount(of: directory.path)) != nil
  }()
}
