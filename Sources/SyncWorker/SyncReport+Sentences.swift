internal import QueueEngine

extension SyncReport {
  /// What the run came to, as one sentence for a person.
  package var summary: String {
    guard takenInCount > 0 else { return course }
    let count = takenInCount == 1 ? "1 memory" : "\(takenInCount) memories"
    return "Took in \(count) from the emergency file. \(course)"
  }

  private var course: String {
    guard pending != nil || changedCount > 0 else {
      return reason ?? obstacle ?? "Nothing was done."
    }
    var parts = [delivered]
    if failedCount > 0 { parts.append("\(failedCount) failed") }
    if movedCount > 0 {
      parts.append(movedCount == 1 ? "1 became a dead letter" : "\(movedCount) became dead letters")
    }
    switch pending {
    case nil: break
    case 0: parts.append("nothing waits")
    case 1: parts.append("1 memory waits")
    case let count?: parts.append("\(count) memories wait")
    }
    let counts = parts.joined(separator: "; ") + "."
    return reason.map { "\($0) \(counts)" } ?? counts
  }

  /// The facts behind the summary, for the audit log.
  var evidence: [String] {
    [
      "synced \(syncedCount)", "recovered \(recoveredCount)", "failed \(failedCount)",
      "moved to the dead letters \(movedCount)", "vanished \(vanishedCount)",
      "undeliverable \(undeliverableCount)", "pending \(pending.map(String.init) ?? "unknown")",
      "dead letters \(deadLetterCount.map(String.init) ?? "unknown")",
    ] + (takenInCount > 0 ? ["taken in \(takenInCount)"] : [])
  }

  /// Why it ended before everything was done; `nil` where it did not.
  package var reason: String? {
    switch ending {
    case .finished: nil
    case .interrupted: "Stopped as asked."
    case .serverAtFault(let cause, let retryAfter):
      "The server accepts nothing (\(cause)); the run stopped"
        + (failedCount == 0 ? ", and nothing was counted against the items" : "")
        + (retryAfter.map { "; it asks us to wait for \($0.ageText)." } ?? ".")
    case .storageAtFault(let cause):
      "The server answers, but stored none of the first items (\(cause)); the run stopped."
    case .receiptMissing(let cause):
      "\(LogLine.unconfirmedRun) (\(cause)): check server.api; the run stopped, and nothing was counted."
    case .lockRefused(let error): "\(SyncLines.lockRefused): \(unacknowledged(error))"
    case .filesRefused(let error): unacknowledged(error)
    }
  }

  private func unacknowledged(_ error: ActionError) -> String {
    unacknowledgedCount == 0
      ? error.description
      : "\(error.description) \(unacknowledgedCount) delivered memories are still in their files"
        + " and may be sent again."
  }

  private var delivered: String {
    let recovered = recoveredCount > 0 ? " and recovered \(recoveredCount)" : ""
    return "Delivered \(syncedCount)\(recovered)"
  }
}
