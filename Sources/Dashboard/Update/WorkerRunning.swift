internal import QueueEngine

/// The worker that a key starts: its lines go into the log panel, its end into a sentence.
extension Model {
  private static let title = ActionKind.runWorker.row.title
  /// So many of its last lines are kept in the history.
  private static let linesInRecord = 5

  mutating func runWorker() -> [Effect] {
    if workerRun == nil {
      workerRun = WorkerRun(startedAt: now)
    } else {
      workerRun?.restart(at: now)
    }
    logScroll = .following
    return [.runWorker]
  }

  mutating func takeWorkerOutput(_ text: String) {
    let number = snapshot?.log.content?.nextLineNumber ?? 0
    workerRun?.append(text, beforeLogLine: number)
    rebuildLogFeed()
  }

  mutating func endWorker(status: Int32) {
    guard let run = workerRun, run.isRunning else { return }
    workerRun?.isRunning = false
    let elapsed = now - run.startedAt
    let time = elapsed < .seconds(60) ? "\(max(elapsed.wholeSeconds, 0)) s" : elapsed.ageText
    let (account, hasFailures) = Self.account(of: run)
    let sentence =
      switch status {
      case 0: "The worker finished (\(time))\(account.map { ": \($0)" } ?? "")."
      case ..<0: "The worker was ended by signal \(-status) after \(time)."
      default: "The worker ended with status \(status) after \(time)\(Self.reason(of: run))."
      }
    // What became of the one that was tried first says more than that the run is over.
    let before = notice.flatMap { $0.kind == .refusal && $0.shownAt >= run.startedAt ? $0 : nil }
    takeWorkerOutput(sentence)
    record(
      Self.title,
      status != 0 ? .failure : hasFailures ? .refusal : .success,
      sentence,
      run.lastLines(Self.linesInRecord)
    )
    if status == 0, let before { notice = before }
  }

  /// What a run came to by what it wrote, without a full stop, and whether some of it failed.
  private static func account(of run: WorkerRun) -> (text: String?, hasFailures: Bool) {
    let (delivered, failed) = run.tally
    let counts = [(delivered, "delivered"), (failed, "failed")].filter { $0.0 > 0 }
    if counts.isEmpty, let line = run.onlyLine {
      let text = line.hasSuffix(".") ? String(line.dropLast()) : line
      let isPlain = text.dropFirst().allSatisfy { !$0.isUppercase }
      let sentence = isPlain ? text.prefix(1).lowercased() + text.dropFirst() : text
      return (sentence, line.contains(/\b[1-9][0-9]* failed/))
    }
    let text = counts.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    return (text.isEmpty ? nil : text, failed > 0)
  }

  /// Why a run failed by the last line that it wrote, behind a colon and without a full stop.
  private static func reason(of run: WorkerRun) -> String {
    guard let line = run.lastLines(1).first else { return "" }
    let name = "mem0top: "
    let text = line.hasPrefix(name) ? line.dropFirst(name.count) : line[...]
    return ": " + (text.hasSuffix(".") ? text.dropLast() : text)
  }

  mutating func reportWorkerNotStarted(_ reason: String) {
    workerRun?.isRunning = false
    record(Self.title, .failure, reason, [])
  }

  mutating func rebuildLogFeed() {
    logFeed = LogFeed(
      snapshot?.log.content,
      workerRun,
      only: isLogNarrowed && !search.isEmpty ? search : nil
    )
  }
}
