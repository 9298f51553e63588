extension LockStatus {
  /// How it stands with the lock and who has it, as half a sentence: `it is held by pid 7 (…)`.
  func standing(at now: Timestamp) -> String {
    switch state {
    case .free: "there is no lock"
    case .idle: "nobody holds it; the file is left in place by workers that lock it"
    case .held: "it is held by \(holderText(at: now))"
    case .hung:
      "it \(isNamedOnly ? "names" : "is held by") \(holderText(at: now)), "
        + "and nothing has moved for too long"
    case .settling where isOwnLeftover:
      "nobody holds it; mem0top left it, empty, while somebody had it open"
    case .settling where settlesAt == nil:
      "nobody holds it; the last run left it in place, and nobody has been refused since"
    case .settling:
      "nobody is seen to hold it, but it is too recent to judge"
        + (settlesAt.map { "; \(($0 - now).ageText) to go" } ?? "")
    case .stale: "it is stale: \(evidence.first ?? "nobody holds it")"
    case .unknown:
      "it cannot be judged: \(evidence.first ?? "the evidence contradicts itself")"
        + (reasonRow.map { "; \($0.nextStep)" } ?? "")
    }
  }

  /// What can be done about a lock without progress.
  var wayOutOfHang: String {
    if isNamedOnly {
      return "if that is your worker, name it in worker.match; if not, remove the lock by hand"
    }
    guard let holder = holders.first else {
      return "its holder cannot be seen from here: look as root (sudo mem0top status)"
    }
    return "end its holder first (mem0top unlock --force \(holder.pid))"
  }

  /// The holders with their commands and starts.
  private func holderText(at now: Timestamp) -> String {
    guard let holder = holders.first else { return "a process that cannot be seen" }
    let others =
      switch holders.count {
      case 1: ""
      case 2: ", and 1 other process"
      default: ", and \(holders.count - 1) other processes"
      }
    return holder.introduction(at: now) + others
  }
}

extension RunningProcess {
  /// The process in words: `pid 7 (python3 worker.py), started 3m 02s ago`.
  func introduction(at now: Timestamp) -> String {
    let start = startedAt.map { ", started \((now - $0).ageText) ago" } ?? ""
    return label(atMost: 80) + start
  }
}
