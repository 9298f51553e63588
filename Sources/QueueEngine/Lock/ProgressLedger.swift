/// What was counted of holders and workers at earlier looks, and when each was last seen to get on.
///
/// Progress is what the kernel counts of a process itself: bytes that its connections received or had
/// acknowledged, a new connection, a fifth of a core of processor time. At a first look it is what the
/// kernel dates. All moments are times since the boot, which nobody sets.
struct ProgressLedger: Hashable, Sendable {
  private struct Account: Hashable, Sendable {
    var processorTime: Duration
    var bytes: [UInt64: UInt64]
    /// When this was counted, and when it last grew.
    var countedAt: Duration
    var movedAt: Duration?
  }

  /// The part of a core that is progress.
  private static let busyPart = 0.2
  /// Over less than this processor time says nothing.
  private static let shortestSpan = Duration.seconds(1)

  private let bootID: String
  private var accounts: [ProcessMark: Account] = [:]

  init(bootID: String) {
    self.bootID = bootID
  }

  /// Takes new counts in.
  ///
  /// - Parameters:
  ///   - counters: What is counted now, by process id.
  ///   - uptime: The time since the boot.
  ///   - timeout: How far back what the kernel dates counts at a first look.
  mutating func note(
    _ counters: [Int32: ProcessCounters],
    uptime: Duration,
    timeout: Duration
  ) {
    var next: [ProcessMark: Account] = [:]
    for (pid, counted) in counters {
      let mark = ProcessMark(bootID: bootID, pid: pid, startTicks: counted.startTicks)
      let bytes = Dictionary(counted.connections.map { ($0.inode, $0.bytes) }) { first, _ in first }
      guard var account = accounts[mark] else {
        let quiet = counted.connections.map(\.quiet).min()
        next[mark] = Account(
          processorTime: counted.processorTime,
          bytes: bytes,
          countedAt: uptime,
          movedAt: quiet.flatMap { $0 < timeout ? uptime - $0 : nil }
        )
        continue
      }
      let hasGrown = bytes.contains { inode, count in
        account.bytes[inode].map { count > $0 } ?? true
      }
      account.bytes = bytes
      let span = uptime - account.countedAt
      var isBusy = false
      if span >= Self.shortestSpan {
        isBusy = (counted.processorTime - account.processorTime) / span >= Self.busyPart
        account.processorTime = counted.processorTime
        account.countedAt = uptime
      }
      if hasGrown || isBusy { account.movedAt = uptime }
      next[mark] = account
    }
    accounts = next
  }

  /// What is known of each process, at the moment `now` of the wall clock.
  func progress(
    _ counters: [Int32: ProcessCounters],
    uptime: Duration,
    now: Timestamp
  ) -> [Int32: ProcessProgress] {
    var known: [Int32: ProcessProgress] = [:]
    for (pid, counted) in counters {
      let mark = ProcessMark(bootID: bootID, pid: pid, startTicks: counted.startTicks)
      var progress = ProcessProgress(isStopped: counted.isStopped)
      progress.lastAt = accounts[mark]?.movedAt.map { now - (uptime - $0) }
      let waiting = counted.connections.compactMap { connection in
        connection.waiting.map { ProcessProgress.Answer(server: connection.server, since: $0) }
      }
      progress.waitsFor = waiting.max { $0.since < $1.since }
      known[pid] = progress
    }
    return known
  }

  // MARK: Between runs of the program

  private static let header = "mem0top progress 1"

  /// The ledger as lines of text.
  var text: String {
    let lines = accounts.map { mark, account in
      let bytes = account.bytes.map { "\($0.key):\($0.value)" }.sorted().joined(separator: ",")
      let moved = account.movedAt.map { "\($0.seconds)" } ?? "-"
      return "\(mark.pid) \(mark.startTicks) \(account.processorTime.seconds) "
        + "\(account.countedAt.seconds) \(moved) \(bytes.isEmpty ? "-" : bytes)"
    }
    return ([Self.header, bootID] + lines.sorted() + ["end", ""]).joined(separator: "\n")
  }

  /// Reads what `text` wrote in this boot; anything else is an empty ledger.
  init(text: String?, bootID: String) {
    self.bootID = bootID
    let lines = (text ?? "").split(separator: "\n").map(String.init)
    guard lines.count > 2, lines[0] == Self.header, lines[1] == bootID, lines.last == "end" else {
      return
    }
    for line in lines[2...].dropLast() {
      let words = line.split(separator: " ").map(String.init)
      guard words.count == 6, let pid = Int32(words[0]), let ticks = UInt64(words[1]),
        let processor = Double(words[2]), let counted = Double(words[3])
      else { continue }
      let pairs = words[5].split(separator: ",").compactMap { pair -> (UInt64, UInt64)? in
        let parts = pair.split(separator: ":")
        guard parts.count == 2, let inode = UInt64(parts[0]), let bytes = UInt64(parts[1]) else {
          return nil
        }
        return (inode, bytes)
      }
      accounts[ProcessMark(bootID: bootID, pid: pid, startTicks: ticks)] = Account(
        processorTime: Duration(seconds: processor),
        bytes: Dictionary(pairs) { first, _ in first },
        countedAt: Duration(seconds: counted),
        movedAt: Double(words[4]).map { Duration(seconds: $0) }
      )
    }
  }
}
