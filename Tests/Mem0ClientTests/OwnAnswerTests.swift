import Mem0Client
import QueueEngine
import TestSupport
import Testing

/// An answer counts for the request that was written on a silent connection, and for no other
/// (`docs/contract.md#delivery-rules`; bad inputs 113 and 114).
@Suite(.tags(.alone)) struct OwnAnswerTests {
  private static let stored = Receiver.kept("200 OK", body: #"{"success":true}"#)
  private static let failed = Receiver.kept("500 Oh", body: "{}")

  private func client(_ receiver: Receiver) throws -> DeliveryClient {
    var settings = ServerSettings()
    settings.url = receiver.url
    return try DeliveryClient(settings: settings, environment: [:], deadline: .seconds(5))
  }

  private func memory(_ number: Int) -> Memory {
    Memory(id: "\(number)", project: "p", content: "memory \(number) of them")
  }

  /// The server stores every second memory, and says so twice.
  @Test(arguments: [UInt32(0), 200, 1_000, 3_000])
  func anAnswerThatComesTwiceConfirmsNoOtherMemory(pause: UInt32) async throws {
    let receiver = try Receiver(
      .script { request in
        guard request.body.contains("memory 0 ") || request.number.isMultiple(of: 2) else {
          return Receiver.Turn(texts: [(30_000, Self.failed)])
        }
        return Receiver.Turn(texts: [(0, Self.stored), (pause, Self.stored)])
      }
    )
    defer { receiver.stop() }
    let client = try client(receiver)
    for number in 0..<12 {
      let outcome = await client.add(memory(number))
      let expected = number.isMultiple(of: 2) ? DeliveryOutcome.stored : .unknown("HTTP 500")
      #expect(outcome == expected, "memory \(number)")
    }
  }

  @Test(arguments: [stored, "HTTP/1.1 200 OK\r\nContent-Le"])
  func whatIsSentBesideAnAnswerConfirmsNothing(surplus: String) async throws {
    let receiver = try Receiver(
      .script { request in
        request.number == 0
          ? Receiver.Turn(texts: [(0, Self.stored + surplus)])
          : Receiver.Turn(texts: [(20_000, Self.failed)])
      }
    )
    defer { receiver.stop() }
    let client = try client(receiver)
    #expect(await client.add(memory(0)) == .stored)
    #expect(await client.add(memory(1)) == .unknown("HTTP 500"))
  }

  /// The body is large, so that it is still being sent.
  @Test func anAcceptanceBeforeTheWholeRequestIsNone() async throws {
    let receiver = try Receiver(.answer(Self.stored))
    defer { receiver.stop() }
    let content = String(repeating: "x", count: 30_000_000)
    let outcome = try await client(receiver).add(Memory(id: "1", project: "p", content: content))
    #expect(outcome != .stored, "\(outcome)")
  }

  @Test func anAnswerAtTheLastByteOfTheRequestCounts() async throws {
    let receiver = try Receiver(.script { _ in Receiver.Turn(texts: [(0, Self.stored)]) })
    defer { receiver.stop() }
    let client = try client(receiver)
    for number in 0..<200 { #expect(await client.add(memory(number)) == .stored) }
  }

  /// An application server whose process dies with each 500 closes without a word.
  @Test func aServerThatClosesUnannouncedAfterA500IsNotDown() async throws {
    let receiver = try Receiver(
      .script { request in
        request.body.contains("memory 0 ")
          ? Receiver.Turn(texts: [(0, Self.failed)], closes: true)
          : Receiver.Turn(texts: [(0, Self.stored)])
      }
    )
    defer { receiver.stop() }
    let client = try client(receiver)
    for _ in 0..<20 {
      #expect(await client.add(memory(0)) == .unknown("HTTP 500"))
      #expect(await client.add(memory(1)) == .stored)
    }
  }
}
