internal import ArgumentParser
internal import CLibrary
internal import QueueEngine
internal import SyncWorker

/// How many dead letters become due in a minute, as a person writes it: `30/min`, `2/s`, `600/h`, or `30`.
struct RetryPace: ExpressibleByArgument, Equatable {
  /// More is no pace: all at once is then quicker and costs less.
  static let most = 6000

  let perMinute: Int

  init?(argument: String) {
    let parts = argument.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let number = parts.first.flatMap({ Int($0) }), number > 0 else { return nil }
    let perMinute: Int
    switch parts.count == 1 ? "min" : parts[1] {
    case "s", "sec": perMinute = number.multipliedReportingOverflow(by: 60).partialValue
    case "min", "m": perMinute = number
    case "h", "hour": perMinute = max(number / 60, 1)
    default: return nil
    }
    guard (1...Self.most).contains(perMinute), number <= Self.most * 60 else { return nil }
    self.perMinute = perMinute
  }
}

/// `retry` at a pace: makes a few due at a time until all are, one fails that was to show the way, or a signal
/// comes; what was not made due by then stays as it is.
struct PacedRetryRun {
  /// Between two looks at the file.
  private static let pollInterval = Duration.milliseconds(500)

  let settings: EngineSettings
  /// Made by a signal.
  let stop: StopRequest
  /// Runs the worker once; `nil` where whoever runs it otherwise does.
  let runWorker: (() async throws -> Void)?
  /// Called with each step, one sentence.
  let tell: (String) -> Void

  /// Carries a plan out, and returns what came of it.
  func run(_ plan: PacedRetry) async throws -> ActionReport {
    var (plan, evidence) = (plan, [String]())
    var reader = SnapshotReader(settings: settings)
    while !plan.isOver {
      if stop.isMade { plan.stop("Stopped.") }
      let snapshot = reader.readSettled { SystemClock.now }
      let reading = snapshot.deadLetters
      if let problem = reading.problem { plan.stop("\(problem.message).") }
      let letters = reading.state == .ok ? reading.content?.items ?? [] : []
      let causes = CauseIndex(snapshot.log.content?.lines ?? [])
      plan.review(letters) { causes.cause(of: $0) }
      let batch = plan.nextBatch(at: SystemClock.now, among: letters)
      if batch.isEmpty {
        if !plan.isOver { await rest() }
      } else {
        evidence += make(batch, due: &plan)
        if !plan.isStopped { try await runWorker?() }
      }
    }
    return report(on: plan, evidence)
  }

  /// Makes some due; returns the facts behind it.
  private func make(_ batch: [ItemKey], due plan: inout PacedRetry) -> [String] {
    let isFirst = plan.phase == .trial
    let report = ActionReport(running: RetryItems(keys: batch), settings: settings)
    guard report.result == .done else {
      plan.stop(report.summary)
      return report.evidence
    }
    plan.succeed(at: SystemClock.now)
    if isFirst, let first = plan.first {
      let others =
        switch plan.restCount {
        case 0: ""
        case 1: "; once it has been delivered, the other one follows"
        default: "; once it has been delivered, the other \(plan.restCount) follow"
        }
      tell("\(first.key.shortID) is due\(others). Ctrl-C stops.")
    } else if !plan.isOver {
      tell("\(plan.dueCount) of \(plan.total) are due.")
    }
    return report.evidence
  }

  private func rest() async {
    await withTaskGroup(of: Void.self) { group in
      // Cut short by the signal.
      group.addTask { try? await Task.sleep(for: Self.pollInterval) }
      group.addTask { [stop] in await stop.wait() }
      await group.next()
      group.cancelAll()
    }
  }

  private func report(on plan: PacedRetry, _ evidence: [String]) -> ActionReport {
    let due = ListFile.deadLetters.counted(plan.dueCount) + (plan.dueCount == 1 ? " was" : " were")
    let action = RetryItems(keys: []).name
    guard case .stopped(let reason) = plan.phase else {
      return ActionReport(
        action: action,
        changed: plan.dueCount,
        summary: "\(due) made due.",
        evidence: evidence
      )
    }
    let rest =
      plan.restCount == 1
      ? "the other one stays as it is" : "the other \(plan.restCount) stay as they are"
    return ActionReport(
      action: action,
      result: .refused,
      changed: plan.dueCount,
      summary: plan.restCount == 0
        ? "\(reason) \(due) made due." : "\(reason) \(due) made due; \(rest).",
      evidence: evidence
    )
  }
}

extension PacedRetry {
  fileprivate var isStopped: Bool {
    if case .stopped = phase { true } else { false }
  }
}
