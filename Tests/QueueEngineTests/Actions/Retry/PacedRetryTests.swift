import TestSupport
import Testing

@testable import QueueEngine

/// What a retry at a pace names, and when.
struct PacedRetryTests {
  private static func letters(_ count: Int) -> [DeadLetter] {
    (0..<count).map { index in
      DeadLetter(
        key: ItemKey(id: "item-\(index)"),
        project: "p",
        retryCount: 3,
        lastAttempt: Timestamp(1000)
      )
    }
  }

  /// Steps of a second until it is over, at most an hour; what each made due.
  private func steps(_ plan: inout PacedRetry, _ letters: [DeadLetter]) -> [(
    second: Int, count: Int
  )] {
    var steps: [(second: Int, count: Int)] = []
    for second in 0..<3600 where !plan.isOver {
      let batch = plan.nextBatch(at: Timestamp(Double(second)), among: letters)
      guard !batch.isEmpty else { continue }
      steps.append((second, batch.count))
      plan.succeed(at: Timestamp(Double(second)))
    }
    return steps
  }

  @Test(arguments: [1, 2, 6, 7, 30, 59, 600, 6000])
  func noMinuteHasMoreThanThePace(_ pace: Int) {
    let letters = Self.letters(min(pace * 4, 3000))
    var plan = PacedRetry(letters.map(\.key), first: nil, perMinute: pace)
    let steps = steps(&plan, letters)
    #expect(plan.phase == .done && plan.dueCount == letters.count)
    #expect(steps.reduce(0) { $0 + $1.count } == letters.count)
    for step in steps {
      // The first of a minute's batches counts for the time before it.
      let within = steps.filter { (step.second..<step.second + 60).contains($0.second) }
      #expect(within.dropFirst().reduce(0) { $0 + $1.count } <= pace)
    }
  }

  @Test func thoseThatHaveLeftArePassedOver() {
    let letters = Self.letters(100)
    var plan = PacedRetry(letters.map(\.key), first: nil, perMinute: 60)
    let rest = Array(letters.suffix(3))
    #expect(plan.nextBatch(at: Timestamp(0), among: rest) == rest.map(\.key))
    plan.succeed(at: Timestamp(0))
    #expect(plan.phase == .done)
    var gone = PacedRetry(letters.map(\.key), first: nil, perMinute: 60)
    #expect(gone.nextBatch(at: Timestamp(0), among: []).isEmpty && gone.phase == .done)
  }

  @Test func aClockThatIsSetBackHoldsNothingUp() {
    let letters = Self.letters(20)
    var plan = PacedRetry(letters.map(\.key), first: nil, perMinute: 6)
    _ = plan.nextBatch(at: Timestamp(100_000), among: letters)
    plan.succeed(at: Timestamp(100_000))
    #expect(plan.nextBatch(at: Timestamp(100_001), among: letters).isEmpty)
    #expect(!plan.nextBatch(at: Timestamp(5), among: letters).isEmpty)
  }

  @Test func theFirstIsOneThatNothingElseCanBeTakenFor() {
    var letters = Self.letters(3)
    letters[0].flags = [.duplicateID]
    let keys = letters.map(\.key)
    let find = { (preferred: ItemKey?) in
      PacedRetry.candidate(among: keys, preferring: preferred, in: letters)?.key
    }
    #expect(find(nil) == keys[1])
    #expect(find(keys[2]) == keys[2])
    #expect(find(keys[0]) == keys[1])
    letters = letters.map { letter in
      var letter = letter
      letter.key.id = ""
      return letter
    }
    #expect(PacedRetry.candidate(among: letters.map(\.key), preferring: nil, in: letters) == nil)
  }

  @Test func oldTimesThatComeBackAreNoFailure() {
    let letters = Self.letters(3)
    var plan = PacedRetry(letters.map(\.key), first: letters[0], perMinute: 30)
    plan.review(letters) { _ in nil }
    #expect(plan.phase == .trial)
    #expect(plan.nextBatch(at: Timestamp(0), among: letters) == [letters[0].key])
    plan.review(letters) { _ in nil }
    #expect(plan.phase == .trial)
    plan.succeed(at: Timestamp(0))
    plan.review(letters) { _ in nil }
    #expect(plan.phase == .stopped("item-0 has its old time again, so it was not tried."))
  }
}
