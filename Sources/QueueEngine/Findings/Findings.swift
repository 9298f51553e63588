/// Everything that is wrong in a snapshot, worst first; never empty.
///
/// It is pure: the same snapshot, moment and settings give the same findings. Among findings of one
/// severity the order of `FindingCode` decides, from what blocks everything to what merely looks odd.
public func findings(
  in snapshot: Snapshot,
  at now: Timestamp,
  settings: EngineSettings
) -> [Finding] {
  let diagnosis = Diagnosis(snapshot: snapshot, now: now, settings: settings)
  let found = diagnosis.directoryFindings + diagnosis.serverFindings + diagnosis.insideFindings
  guard !found.isEmpty else { return [diagnosis.allClear] }
  let rank = { (code: FindingCode) in FindingCode.allCases.firstIndex(of: code) ?? 0 }
  return found.sorted { left, right in
    if left.severity != right.severity { return left.severity > right.severity }
    return rank(left.code) < rank(right.code)
  }
}

/// A snapshot with the moment and the settings to judge it by; each extension holds one group of rules.
struct Diagnosis {
  let snapshot: Snapshot
  let now: Timestamp
  let settings: EngineSettings

  var lock: LockStatus { snapshot.lock }

  /// What is wrong inside the directory; of one that may not be read nothing more can be said.
  var insideFindings: [Finding] {
    if case .unreadable = snapshot.directoryProblem { return [] }
    return fileFindings + lockFindings + workerFindings + itemFindings + sourceFindings
  }

  /// Cron should have started a worker in this time, and another one if that was missed.
  var twoIntervals: Duration { settings.workerInterval * 2 }

  /// The items that wait; what a file that has vanished once held does not count.
  var pending: Int {
    snapshot.queue.state == .missing ? 0 : snapshot.queue.content?.pending ?? 0
  }

  /// The dead letters; what a file that has vanished once held does not count.
  var deadLetters: [DeadLetter] {
    snapshot.deadLetters.state == .missing ? [] : snapshot.deadLetters.content?.items ?? []
  }

  /// The dead letters that a finding may be about.
  var suspects: [DeadLetter] {
    guard snapshot.deadLetters.state != .missing, let letters = snapshot.deadLetters.content else {
      return []
    }
    return letters.suspects.map { letters.items[$0] }
  }

  /// Whether anything waits for a worker, in the queue or as a dead letter.
  var somethingWaits: Bool { pending > 0 || !deadLetters.isEmpty }

  /// How many items wait, in words.
  var waitingText: String {
    var parts: [String] = []
    if pending > 0 { parts.append(count(pending, "item waits", "items wait")) }
    if !deadLetters.isEmpty {
      parts.append(count(deadLetters.count, "dead letter", "dead letters"))
    }
    return parts.isEmpty ? "nothing waits" : parts.joined(separator: ", ")
  }

  func count(_ number: Int, _ one: String, _ many: String) -> String {
    number == 1 ? "1 \(one)" : "\(number) \(many)"
  }

  func age(of moment: Timestamp?) -> String {
    moment.map { (now - $0).ageText } ?? "an unknown time"
  }

  /// The verdict when nothing is wrong, with what was seen.
  var allClear: Finding {
    var facts: [String] = []
    if snapshot.server.state == .up {
      let failures = snapshot.server.endpoints.map(\.consecutiveFailures).max() ?? 0
      facts.append(
        failures == 0
          ? "the VPS is up"
          : "the VPS did not answer the last \(failures == 1 ? "probe" : "\(failures) probes")"
      )
    }
    facts.append(waitingText)
    if somethingWaits, let error = lastError {
      facts.append("the worker's last error: \(error.cause ?? error.text)")
    }
    if let last = snapshot.worker.lastActivity {
      facts.append("a worker was last active \(age(of: last)) ago")
    }
    let sentence = facts.joined(separator: "; ")
    return Finding(.allClear, sentence.prefix(1).uppercased() + sentence.dropFirst())
  }
}
