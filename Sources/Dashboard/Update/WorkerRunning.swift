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
    let sentence =
      switch status {
      case 0: "The worker finished (\(time))."
      case ..<0: "The worker was ended by signal \(-status) after \(time)."
      default: "The worker ended with status \(status) after \(time)."
      }
    takeWorkerOutput(sentence)
    record(
      Self.title,
      status == 0 ? .success : .failure,
      sentence,
      run.lastLines(Self.linesInRecord)
    )
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
