/// The facts behind a verdict in plain words, one short sentence each.
///
/// No sentence claims more than was seen: where processes could not be inspected or locks are
/// invisible, it says so.
struct LockSentences {
  let evidence: LockEvidence
  let file: LockFileFacts
  let now: Timestamp

  /// The sentences for a verdict, what weighs most first.
  func all(for status: LockStatus) -> [String] {
    var sentences: [String] = []
    switch status.reason {
    case .notRegular: sentences = ["it is \(file.oddity)"]
    case .foreignOwner: sentences = ["it belongs to user \(file.owner), not to this one"]
    case .unreadable: sentences = ["it cannot be read: \(file.readProblem ?? "unknown error")"]
    default:
      if status.reason == .hiddenProcesses { sentences.append(Self.hidden) }
      sentences += workers(status)
      sentences += clock(status)
      sentences += invisibility
      sentences += recorded(status)
      sentences += possession
    }
    sentences.append(age)
    if status.reason == .orphan, status.bystanders.isEmpty {
      sentences.append("no worker is running")
    }
    sentences += refusal(status)
    sentences += progress(status)
    sentences += unseen.filter { !sentences.contains($0) }
    return sentences + evidence.remarks
  }

  private static let hidden = "the system hides the processes of other users (hidepid)"

  private var invisibility: [String] {
    var sentences: [String] = []
    if let kind = evidence.networkFileSystem {
      sentences.append("it is on a network file system (\(kind)), whose locks cannot all be seen")
    }
    if evidence.host.isInChildNamespace {
      sentences.append("mem0top runs in a PID namespace, which hides the processes outside it")
    }
    if let namesake = evidence.namesakes.first {
      sentences.append(
        "in a container a process has the recorded pid, or belongs to its group (here it is"
          + " \(named(namesake)))"
      )
    }
    return sentences
  }

  private func recorded(_ status: LockStatus) -> [String] {
    switch evidence.recorded {
    case .none:
      return [status.style == .flock ? "workers lock it and leave it in place" : "no pid in it"]
    case .invalid(let text): return ["it holds \"\(text)\", which is not a process id"]
    case .foreign(let host, let pid): return ["it names pid \(pid) on the machine \(host)"]
    case .pid(let pid):
      guard let process = evidence.recordedProcess?.process else {
        return ["pid \(pid) is not running"]
      }
      switch status.reason {
      case .previousBoot:
        let boot = (now - evidence.host.bootedAt).ageText
        return [
          "the machine booted \(boot) ago, after it was written",
          "\(named(process)) has that pid now, and is not a worker",
        ]
      case .reusedPID:
        if pid == 1 {
          return ["\(named(process)) is the machine's first process, and not a worker"]
        }
        guard let start = process.startedAt, start > file.modifiedAt else {
          return ["\(named(process)) is not the process that was first seen with that pid"]
        }
        let later = (start - file.modifiedAt).ageText
        return ["\(named(process)) started \(later) after it was written"]
      default:
        return ["\(named(process)) is running"]
          + (status.isNamedOnly ? ["its command is not that of a worker of this directory"] : [])
      }
    }
  }

  /// Who has a lock on the file or has it open.
  private var possession: [String] {
    var sentences = evidence.heldKernelLocks.map { lock in
      "kernel lock (\(lock.kind))" + (lock.pid.map { ", taken by pid \($0)" } ?? "")
    }
    if sentences.isEmpty { sentences.append("no kernel lock on it") }
    let waiting = evidence.kernelLocks.count - evidence.heldKernelLocks.count
    if waiting > 0 {
      sentences.append(counted(waiting, "process waits", "processes wait") + " for it")
    }
    let openers = evidence.openers.filter {
      $0.process.process.pid != evidence.host.ownPID && ($0.mode == .writing || $0.hasLock)
    }
    for opener in openers {
      sentences.append("\(named(opener.process.process)) has it open")
    }
    if openers.isEmpty { sentences.append(nobody) }
    return sentences
  }

  private var nobody: String {
    let looks = evidence.openers.contains { $0.process.process.pid != evidence.host.ownPID }
    let purpose = looks ? " for writing" : ""
    return evidence.uninspected == UninspectedProcesses()
      ? "nobody has the file open\(purpose)"
      : "no process that can be inspected has it open\(purpose)"
  }

  private var age: String {
    let age = now - file.modifiedAt
    return age < .seconds(-2)
      ? "its time is \((file.modifiedAt - now).ageText) in the future"
      : "written \(age.ageText) ago"
  }

  /// Who may own the lock, and what speaks for that; who runs although it is stale.
  private func workers(_ status: LockStatus) -> [String] {
    status.possibleOwners.map { "\(named($0)) \(claim(of: $0))" }
      + status.bystanders.map { "\(named($0)) runs, and nothing shows that the lock is its own" }
  }

  private func claim(of process: RunningProcess) -> String {
    let isSame: (RunningProcess) -> Bool = { $0.pid == process.pid }
    if evidence.descendants.contains(where: { $0.pid == process.pid }) {
      return "was started by the recorded process"
    }
    if evidence.kin.contains(where: isSame) { return "belongs to the recorded process's group" }
    if evidence.readers.contains(where: { isSame($0.process.process) }) {
      return "has the file open for reading"
    }
    if evidence.mappers.contains(where: isSame) { return "has the file mapped" }
    return evidence.workers.contains(where: isSame)
      ? "is a worker that is running" : "may be a worker, and is running"
  }

  private func clock(_ status: LockStatus) -> [String] {
    guard status.reason == .clockStep else { return [] }
    return ["the clock was set since it was written, or that cannot be ruled out"]
  }

  private func refusal(_ status: LockStatus) -> [String] {
    guard status.refusedSomebody, let refusal = evidence.history.lastRefusal?.latest else {
      return []
    }
    return ["a worker was refused the lock \((now - refusal).ageText) ago"]
  }

  private func progress(_ status: LockStatus) -> [String] {
    guard status.state == .hung || status.state == .held else { return [] }
    let holders = status.holders.compactMap { holder in
      evidence.progress[holder.pid].map { (holder.pid, $0) }
    }
    var sentences = holders.filter(\.1.isStopped).map {
      "pid \($0.0) is stopped (kill -CONT \($0.0))"
    }
    for (pid, progress) in holders {
      guard let answer = progress.waitsFor else { continue }
      sentences.append(
        "pid \(pid) waits for \(answer.server), which has not answered for \(answer.since.ageText)"
      )
    }
    if status.state == .hung {
      sentences.append("it has shown no progress of its own for that long")
    }
    return sentences
  }

  private var unseen: [String] {
    let unseen = evidence.uninspected
    var sentences: [String] = []
    if unseen.foreignCount > 0 {
      let processes = counted(unseen.foreignCount, "process", "processes")
      let users = unseen.users == 1 ? "another user" : "other users"
      sentences.append("\(processes) of \(users) could not be inspected")
    }
    if unseen.ownCount > 0 {
      let processes = counted(unseen.ownCount, "process", "processes")
      sentences.append("\(processes) of this user could not be inspected")
    }
    if unseen.areHidden { sentences.append(Self.hidden) }
    return sentences
  }

  private func counted(_ count: Int, _ one: String, _ many: String) -> String {
    "\(count) \(count == 1 ? one : many)"
  }

  private func named(_ process: RunningProcess) -> String {
    process.label(atMost: 80)
  }
}
