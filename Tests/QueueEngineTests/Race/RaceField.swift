import CLibrary
import Foundation
import Synchronization
import TestSupport

@testable import QueueEngine

/// Directories side by side in which Python workers take locks while something clears them.
final class RaceField {
  /// What came of a race.
  struct Result: CustomStringConvertible {
    var seed: UInt64
    var duration: Duration
    /// Locks that were cleared.
    var clears: Int
    /// Attempts that cleared nothing.
    var others: Int
    /// How often each word was said by a worker.
    var words: [String: Int]
    /// What workers and clears did around each harm, for a person.
    var timelines: [String] = []

    /// Live locks that were removed or doubled.
    var harmed: Int { words["removed", default: 0] + words["two", default: 0] }

    var description: String {
      let said = words.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
      return "race: seed \(seed), \(clears) clears and \(others) other attempts in "
        + "\(duration.ageText); workers: \(said.joined(separator: ", ")); "
        + "live locks harmed: \(harmed)" + timelines.map { "\n" + $0 }.joined()
    }
  }

  private let root: TemporaryDirectory
  private let fields: [EngineSettings]
  private let seed: UInt64

  /// Makes the directories, the same number of each style in turn.
  init(seed: UInt64, styles: [String], count: Int) throws {
    self.seed = seed
    root = try TemporaryDirectory()
    var fields: [EngineSettings] = []
    for index in 0..<count {
      let directory = root.path("\(styles[index % styles.count])-\(index)")
      let logs = directory + "/logs"
      try FileManager.default.createDirectory(atPath: logs, withIntermediateDirectories: true)
      try Data().write(to: URL(filePath: logs + "/mem0_worker.log"))
      var settings = EngineSettings(directory: directory, stateDirectory: root.path("state"))
      settings.workerMatch = ["worker-\(UUID().uuidString)"]
      // A lock that names nobody may be judged two intervals after it was written.
      settings.workerInterval = .milliseconds(1)
      fields.append(settings)
    }
    self.fields = fields
    for settings in fields where settings.directory.contains("/flock") {
      try Self.leaveInPlace(settings)
    }
  }

  /// Lets workers and `threads` that run `clear` at random race until so many locks were cleared.
  ///
  /// `clear` tries to clear the lock of one directory, and says whether it has.
  func race(
    clears: Int,
    within limit: Duration,
    threads: Int = 8,
    clear: @escaping @Sendable (EngineSettings) -> Bool
  ) throws -> Result {
    let script = root.path("race_worker.py")
    try Data(RaceWorker.program.utf8).write(to: URL(filePath: script))
    let start = ContinuousClock.now
    let workers = try (0..<3).map { index in
      try PythonChild(
        script: script,
        arguments: ["\(seed &+ UInt64(index))", root.path("results")] + fields.map(\.directory)
      )
    }
    let tally = Tally(target: clears)
    let group = DispatchGroup()
    for index in 0..<threads {
      group.enter()
      let (fields, seed) = (fields, seed &* 31 &+ UInt64(index))
      let thread = Thread {
        var chance = SeededGenerator(seed: seed)
        while !tally.isFull, ContinuousClock.now - start < limit {
          let field = fields[Int.random(in: fields.indices, using: &chance)]
          let begin = Self.monotonicNanoseconds
          let isCleared = clear(field)
          tally.count(isCleared)
          if isCleared { Self.note("\(begin) cleared until \(Self.monotonicNanoseconds)", field) }
        }
        group.leave()
      }
      thread.stackSize = 1 << 21
      thread.start()
    }
    group.wait()
    for worker in workers { worker.finish() }
    return Result(
      seed: seed,
      duration: ContinuousClock.now - start,
      clears: tally.clears.load(ordering: .relaxed),
      others: tally.others.load(ordering: .relaxed),
      words: try words(),
      timelines: timelines()
    )
  }

  private static var monotonicNanoseconds: Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int(time.tv_sec) * 1_000_000_000 + Int(time.tv_nsec)
  }

  private static func note(_ line: String, _ settings: EngineSettings) {
    let trace = open(settings.directory + "/trace", O_WRONLY | O_CREAT | O_APPEND, 0o600)
    let bytes = Array((line + "\n").utf8)
    write(trace, bytes, bytes.count)
    close(trace)
  }

  /// The lines around the first harm of each directory, in the order of their moments.
  private func timelines() -> [String] {
    fields.compactMap { settings in
      let text = (try? String(contentsOfFile: settings.directory + "/trace", encoding: .utf8)) ?? ""
      let moment: (Substring) -> Int = { Int($0.prefix { $0 != " " }) ?? 0 }
      let lines = text.split(separator: "\n").sorted { moment($0) < moment($1) }
      guard let harm = lines.firstIndex(where: { $0.hasSuffix("two") || $0.hasSuffix("removed") })
      else { return nil }
      let near = lines[max(harm - 12, 0)..<min(harm + 6, lines.count)]
      return settings.directory + ":\n  " + near.joined(separator: "\n  ")
    }
  }

  private func words() throws -> [String: Int] {
    let text = try String(contentsOfFile: root.path("results"), encoding: .utf8)
    return text.split(separator: "\n").reduce(into: [:]) { $0[String($1), default: 0] += 1 }
  }

  /// A file that workers lock and never remove, as earlier looks have learned.
  private static func leaveInPlace(_ settings: EngineSettings) throws {
    try Data().write(to: URL(filePath: settings.path(of: \.lock)))
    guard let facts = LockFile(path: settings.path(of: \.lock)).look().facts else { return }
    var table = ProcessTable()
    var memory = LockMemory(file: facts, host: HostFacts.current(&table), now: SystemClock.now)
    memory.isUsedWithFlock = true
    try StateDirectory(settings: settings).lockMemory.save(memory.text)
  }
}

/// What the threads of a race have done so far.
private final class Tally: Sendable {
  private let target: Int
  let clears = Atomic(0)
  let others = Atomic(0)

  init(target: Int) {
    self.target = target
  }

  var isFull: Bool { clears.load(ordering: .relaxed) >= target }

  func count(_ isCleared: Bool) {
    if isCleared {
      clears.wrappingAdd(1, ordering: .relaxed)
    } else {
      others.wrappingAdd(1, ordering: .relaxed)
    }
  }
}
