internal import Dispatch
package import QueueEngine

/// Takes in the emergency file before a run begins, on a thread of its own, since it waits for the lock.
package enum EmergencyIntake {
  /// What came of it; `nil` where there is none, which costs a listing.
  package static func takeIn(settings: EngineSettings) async -> Result<ActionOutcome, ActionError>?
  {
    guard AbsorbEmergency.isWanted(settings: settings) else { return nil }
    return await withCheckedContinuation { continuation in
      DispatchQueue(label: "mem0top.emergency").async {
        continuation.resume(
          returning: Result { () throws(ActionError) in
            try AbsorbEmergency().run(settings: settings, origin: .worker)
          }
        )
      }
    }
  }
}

extension RunRecord {
  /// Notes what was taken in; returns what there is to tell of it.
  ///
  /// That it could not be is no reason not to deliver what is in the queue.
  mutating func note(takenIn result: Result<ActionOutcome, ActionError>?) -> [SyncRun.News] {
    switch result {
    case nil: return []
    case .success(let outcome):
      report.takenInCount = outcome.changed
      report.remarks += outcome.evidence
      let lines = ["📥 \(outcome.summary)"]
      append(lines)
      return [.lines(lines)]
    case .failure(let error):
      report.remarks.append(error.description)
      return []
    }
  }
}
