internal import Dashboard
internal import Dispatch
internal import Fleet
internal import QueueEngine
internal import Synchronization
internal import Terminal

/// Runs the actions that are asked for over a link, each id once and no more.
///
/// What became of an id stands in the `RequestLedger`, so that whoever asks again over another link is
/// told, whether this process still lives or not.
final class RemoteActionRunner: Sendable {
  /// For how long the end of the link waits for an action in the middle of a change.
  private static let gracePeriod = Duration.seconds(5)
  /// How often it is looked whether an action that another process carries out has ended.
  private static let pollInterval = Duration.milliseconds(100)

  private let ledger: RequestLedger
  private let runner: ActionRunner
  private let questions = DispatchQueue(label: "mem0top.questions")
  /// Wakes the loop, which takes the reports then.
  private let inbox: Inbox
  private let reports = Mutex<[[UInt8]]>([])
  private let isClosed = Atomic(false)

  init(settings: EngineSettings, inbox: Inbox) {
    ledger = RequestLedger(settings: settings)
    runner = ActionRunner(settings: settings)
    self.inbox = inbox
  }

  /// The lines that are to be told, oldest first.
  func takeReports() -> [[UInt8]] {
    reports.withLock { reports in
      defer { reports = [] }
      return reports
    }
  }

  /// Runs an action, or tells what became of it where its id is known.
  func run(_ id: String, _ action: RemoteAction) {
    let request = ActionRequest(action)
    let ticket: RequestTicket
    do throws(SystemError) {
      guard let begun = try ledger.begin(id, isJournaled: request.needsLock) else {
        findOut(id)
        return
      }
      ticket = begun
    } catch {
      let sentence = "Nothing was changed: \(error); make mem0top's state directory writable there."
      tell(Report.ended(id: id, .failed(.failed(sentence))).line)
      return
    }
    runner.run(
      request,
      id: id,
      tell: { [self] standing in tell(Report.waits(id: id, standing).line) },
      finish: { [self] result in
        var outcome: RemoteOutcome
        switch result {
        case .success(let done): outcome = .done(done)
        case .failure(let error): outcome = .failed(error)
        }
        do throws(SystemError) {
          try ticket.note(Report.ended(id: id, outcome).line)
        } catch {
          if case .done(var done) = outcome {
            done.evidence.append("what became of it could not be noted: \(error)")
            outcome = .done(done)
          }
        }
        tell(Report.ended(id: id, outcome).line)
      }
    )
  }

  /// Finds out what became of an id and tells it, once it has ended.
  func findOut(_ id: String) {
    questions.async { [self] in
      while !isClosed.load(ordering: .relaxed) {
        let standing: RequestLedger.Standing
        do throws(SystemError) {
          standing = try ledger.standing(of: id)
        } catch {
          let sentence = "What became of it cannot be told: \(error)."
          tell(Report.ended(id: id, .failed(.failed(sentence))).line)
          return
        }
        guard standing == .underWay else {
          tell(Self.line(for: standing, of: id))
          return
        }
        SystemClock.wait(Self.pollInterval)
      }
    }
  }

  /// Gives up all that waits for the lock; what has the lock already goes on.
  func cancelWaits() { runner.cancelWaits() }

  /// Lets what has the lock come to its end.
  func close() {
    isClosed.store(true, ordering: .relaxed)
    runner.close(within: Self.gracePeriod)
  }

  private static func line(for standing: RequestLedger.Standing, of id: String) -> [UInt8] {
    switch standing {
    case .ended(let note): note
    case .withdrawn, .cut(hasChanged: false), .underWay: Report.ended(id: id, .notDone).line
    case .cut(hasChanged: nil): Report.ended(id: id, .unknown).line
    case .cut(hasChanged: true):
      Report.ended(
        id: id,
        .done(
          ActionOutcome(
            action: "",
            summary: "It was done, although the program that did it was ended before it said so.",
            evidence: ["the journal has the change"],
            changed: 1
          )
        )
      ).line
    }
  }

  private func tell(_ line: [UInt8]) {
    reports.withLock { $0.append(line) }
    inbox.wake()
  }
}
