import DemoWorld
import Mem0Client
import QueueEngine
import Testing

/// The script of the receiver that the worker's tests and the demo rely on.
@Suite struct DemoReceiverTests {
  private func memory(_ id: String, _ content: String = "c") -> Memory {
    Memory(id: id, project: "p", content: content)
  }

  @Test func aFaultLastsAsLongAsItWasAskedTo() async throws {
    try await DeliveryTrial.run { trial in
      trial.receiver.setFault(.status(500), times: 2)
      var outcomes: [Bool] = []
      for number in 0..<3 {
        outcomes.append(await trial.client.add(memory("\(number)")) == .stored)
      }
      #expect(outcomes == [false, false, true])
      #expect(trial.receiver.stored.map(\.id) == ["2"])
      #expect(trial.receiver.requests.count == 3)
    }
  }

  @Test func aFaultOfOneItemLeavesTheOthersAlone() async throws {
    try await DeliveryTrial.run { trial in
      trial.receiver.setFault(.status(422), on: .item("poison"))
      #expect(await trial.client.add(memory("1", "the poison pill")) == .rejected("HTTP 422"))
      #expect(await trial.client.add(memory("poison")) == .rejected("HTTP 422"))
      #expect(await trial.client.add(memory("2")) == .stored)
      trial.receiver.setFault(nil, on: .item("poison"))
      #expect(await trial.client.add(memory("poison")) == .stored)
    }
  }

  @Test func whatComesTwiceIsCountedTwice() async throws {
    try await DeliveryTrial.run(.mem0) { trial in
      for id in ["a", "b", "a"] { #expect(await trial.client.add(memory(id)) == .stored) }
      #expect(trial.receiver.deliveries == ["a": 2, "b": 1])
      #expect(trial.receiver.stored.map(\.id) == ["a", "b", "a"])
    }
  }

  @Test(arguments: ServerAPI.allCases)
  func anUnacceptedAnswerIsOneForEveryPreset(api: ServerAPI) async throws {
    let outcome = try await DeliveryTrial.outcome(api, .unaccepted)
    #expect(outcome == .failed(.broken, "HTTP 200 without a receipt"))
  }

  @Test func latencyIsTakenSeriously() async throws {
    try await DeliveryTrial.run { trial in
      trial.receiver.setLatency(.milliseconds(300) ... .milliseconds(400))
      let start = ContinuousClock.now
      #expect(await trial.client.add(memory("a")) == .stored)
      #expect(ContinuousClock.now - start >= .milliseconds(300))
    }
  }

  @Test func itComesBackAsOftenAsItGoesDown() async throws {
    try await DeliveryTrial.run { trial in
      for round in 0..<3 {
        await trial.receiver.goDown()
        await trial.receiver.goDown()
        #expect(await !trial.client.isHealthy())
        try await trial.receiver.comeUp()
        try await trial.receiver.comeUp()
        #expect(await trial.client.add(memory("\(round)")) == .stored)
      }
      #expect(trial.receiver.stored.count == 3)
    }
  }
}
