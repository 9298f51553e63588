/// A lock that somebody has, and whether he gets on.
extension JudgedLock {
  /// Held, or hung if the holder has got nothing done for too long.
  ///
  /// A hold begins at the latest of the file's modification, the holder's start and the last moment
  /// when nobody was seen to have it: a worker that runs for days and locks a file without writing to
  /// it has neither a new start nor a new modification time. Progress is the holder's own: what others
  /// write into the log or the queue is none.
  func decideHold(_ status: inout LockStatus) {
    let start = status.holders.compactMap(\.startedAt).min()
    let written = file.modifiedAt <= now ? file.modifiedAt : nil
    status.heldSince = [start, written, evidence.lastSeenUnheld].compactMap { $0 }.max()
    let moved = [status.heldSince, lastProgress(of: status.holders)].compactMap { $0 }.max() ?? now
    status.progressedAt = moved
    var idle = now - moved
    if evidence.memory?.identity == file.identity, written != nil { idle = min(idle, age) }
    let rest = settings.maxHold + evidence.sleptSinceProgress - idle
    status.set(rest > .zero ? .held : .hung)
    if rest > .zero { status.settlesAt = now + rest }
    status.stopped = status.holders.map(\.pid).filter { evidence.progress[$0]?.isStopped == true }
  }

  /// When the holders last got on, by the log, by what they acknowledged, or by what the kernel counts.
  private func lastProgress(of holders: [RunningProcess]) -> Timestamp? {
    let own = holders.compactMap { evidence.progress[$0.pid]?.lastAt }
    return (own + [workInLog, evidence.lastDelivery].compactMap { $0 }).filter { $0 <= now }.max()
  }

  /// The last work in the log; one without a time before a refusal may be old.
  var workInLog: Timestamp? {
    guard let work = evidence.history.lastProgress else { return nil }
    return evidence.history.isAfter(\.lastRefusal, \.lastProgress) ? work.earliest : work.latest
  }

  /// Those that a kernel lock or an opening for writing proves, each once.
  var provenHolders: [RunningProcess] {
    let lockers = Set(evidence.heldKernelLocks.compactMap(\.pid))
    let writers = evidence.provesHold(byWriting: style) ? evidence.writers : []
    var seen: Set<Int32> = []
    return evidence.openers.compactMap { opener in
      let process = opener.process.process
      guard writers.contains(opener) || opener.hasLock || lockers.contains(process.pid),
        seen.insert(process.pid).inserted
      else { return nil }
      return process
    }
  }
}
