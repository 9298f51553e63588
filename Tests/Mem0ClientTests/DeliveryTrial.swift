import DemoWorld
import Mem0Client
import QueueEngine

/// A client and a real receiver that it delivers to.
struct DeliveryTrial {
  static let memory = Memory(
    id: "3f2a91c0-0000-4000-8000-000000000001",
    project: "mem0-brain",
    content: "remember this",
    createdAt: Timestamp(1_700_000_000)
  )

  /// How the receiver is spoken to at `/notes`.
  static var custom: CustomServer {
    var custom = CustomServer()
    custom.health = "/health"
    custom.add = "/notes"
    custom.body =
      #"{"user_id":"{project}","content":"{content}","metadata":{"queue_id":"{id}"},"at":"{created}"}"#
    custom.accept = "note.id"
    return custom
  }

  let receiver: DemoReceiver
  let client: DeliveryClient

  /// Runs a trial, and ends the receiver whatever comes of it.
  static func run(
    _ api: ServerAPI = .bridge,
    deadline: Duration = .seconds(20),
    key: String? = nil,
    _ trial: (DeliveryTrial) async throws -> Void
  ) async throws {
    let receiver = try await DemoReceiver.start(latency: .zero ... .zero)
    do {
      var settings = ServerSettings()
      settings.api = api
      settings.url = receiver.url
      settings.health = receiver.endpoints.map { HealthEndpoint(name: $0.name, url: $0.url) }
      settings.custom = custom
      settings.keyEnvironment = key.map { _ in "KEY" }
      let client = try DeliveryClient(
        settings: settings,
        environment: key.map { ["KEY": $0] } ?? [:],
        deadline: deadline,
        healthDeadline: deadline
      )
      try await trial(DeliveryTrial(receiver: receiver, client: client))
    } catch {
      await receiver.stop()
      throw error
    }
    await receiver.stop()
  }

  /// What comes of one delivery while the receiver has this fault.
  static func outcome(
    _ api: ServerAPI = .bridge,
    _ fault: ReceiverFault,
    deadline: Duration = .seconds(20),
    key: String? = nil
  ) async throws -> DeliveryOutcome {
    var outcome = DeliveryOutcome.stored
    try await run(api, deadline: deadline, key: key) { trial in
      trial.receiver.setFault(fault)
      outcome = await trial.client.add(memory)
    }
    return outcome
  }
}

extension DeliveryOutcome {
  /// The text of a delivery that did not succeed; empty for one that did.
  var text: String {
    switch self {
    case .stored: ""
    case .rejected(let text), .failed(_, let text), .unknown(let text),
      .unconfirmed(let text, _):
      text
    }
  }
}
