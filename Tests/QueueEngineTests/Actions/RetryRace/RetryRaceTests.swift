import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// Two programs change one file: with the lock nothing is lost, and neither waits for ever.
///
/// `MEM0TOP_RACE_SECONDS` makes it as long as anybody likes.
@Suite("Retry race", .serialized, .tags(.alone))
struct RetryRaceTests {
  private static let duration = Duration.seconds(
    ProcessInfo.processInfo.environment["MEM0TOP_RACE_SECONDS"].flatMap(Double.init) ?? 3
  )

  @Test("no update of either side is lost", arguments: RetryRaceWorker.Style.allCases)
  func nothingIsLost(_ style: RetryRaceWorker.Style) throws {
    let race = try RetryRace(style: style)
    let account = try race.run(for: Self.duration) { key throws(ActionError) in
      try RetryItems(keys: [key]).perform(settings: race.settings).changed == 1
    }
    print("retry race \(style): \(account)")
    #expect(account.refusals == [])
    #expect(account.lostRounds == 0)
    #expect(account.lostItems == 0)
    #expect(account.lostRetries == 0)
    #expect(account.workerRounds >= RetryRace.fewestRetries)
    #expect(account.retries >= RetryRace.fewestRetries)
    #expect(account.longestWait < .seconds(5))
    #expect(account.longestWorkerWait < .seconds(5))
  }

  @Test("and the naive way, to read, change and write without the lock, is caught")
  func theNaiveWayIsCaught() throws {
    let race = try RetryRace(style: .pidfile)
    let file = URL(filePath: race.scene.path)
    let account = try race.run(for: Self.duration) { key throws(ActionError) in
      do {
        let edit = FastRetry(WantedItems([key]), file: "naive", now: Timestamp(0))
        let content = try edit.apply(to: Array(Data(contentsOf: file)))
        guard let bytes = content.bytes else { return false }
        try Data(bytes).write(to: file, options: .atomic)
        return true
      } catch {
        throw .failed("\(error)")
      }
    }
    print("retry race without the lock: \(account)")
    #expect(account.hasLosses)
  }
}
