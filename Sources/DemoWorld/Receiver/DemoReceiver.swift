internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import Synchronization

/// A server on 127.0.0.1 that takes memories like those of all presets, well or badly by script; a custom
/// one's are added at `/notes`.
///
/// It knows the paths of every preset at once, so the client's choice of a preset decides what is
/// tested. All endpoints serve the same; memories go to the last. One thread serves everything.
package final class DemoReceiver: Sendable {
  /// The addresses of the health endpoints, by name.
  package let endpoints: [(name: String, url: String)]
  /// Where memories are added: the base address that `server.url` takes.
  package let url: String

  private let group: MultiThreadedEventLoopGroup
  private let ports: [Int]
  private let listeners: Mutex<[any Channel]>
  private let ledger: ReceiverLedger
  private let connections: ReceiverConnections

  /// Starts to listen, on ports that the system chooses; every answer takes a time within `latency`.
  ///
  /// It begins with the memories of `stored`, as a server does that takes another's place.
  package static func start(
    endpoints names: [String] = ["api", "sync"],
    latency: ClosedRange<Duration> = .milliseconds(20) ... .milliseconds(45),
    stored: [ReceivedMemory] = []
  ) async throws(DemoError) -> DemoReceiver {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let ledger = ReceiverLedger(latency: latency, stored: stored)
    let connections = ReceiverConnections()
    do {
      let listeners = try await listen(
        at: names.map { _ in 0 },
        bootstrap(group, ledger, connections)
      )
      return DemoReceiver(names, listeners, group, ledger, connections)
    } catch {
      // Why it cannot listen is what matters; a thread that does not end does no harm.
      try? await group.shutdownGracefully()
      throw DemoError("The demo's server cannot listen on 127.0.0.1: \(error).")
    }
  }

  private init(
    _ names: [String],
    _ listeners: [any Channel],
    _ group: MultiThreadedEventLoopGroup,
    _ ledger: ReceiverLedger,
    _ connections: ReceiverConnections
  ) {
    ports = listeners.map { $0.localAddress?.port ?? 0 }
    endpoints = zip(names, ports).map { ($0, "http://127.0.0.1:\($1)/health") }
    url = "http://127.0.0.1:\(ports.last ?? 0)"
    self.listeners = Mutex(listeners)
    self.group = group
    self.ledger = ledger
    self.connections = connections
  }

  /// Ends it; an error here would change nothing for anybody.
  package func stop() async {
    try? await group.shutdownGracefully()
  }

  /// Makes requests of this scope misbehave from now on, or the next `times`; `nil` ends the fault.
  package func setFault(
    _ fault: ReceiverFault?,
    on scope: ReceiverScope = .adds,
    times: Int? = nil
  ) {
    ledger.setFault(fault, on: scope, times: times)
  }

  /// Changes how it does what is left to each server from now on.
  package func setManner(_ manner: ReceiverManner) {
    ledger.setManner(manner)
  }

  /// Changes how long answers take from now on.
  package func setLatency(_ latency: ClosedRange<Duration>) {
    ledger.setLatency(latency)
  }

  /// Goes down: nobody listens any more, and every connection ends.
  package func goDown() async {
    connections.refuse()
    let closing = listeners.withLock { listeners in
      defer { listeners = [] }
      return listeners
    }
    // A listener that cannot be closed is closed already.
    for listener in closing { try? await listener.close().get() }
  }

  /// Comes back on the same ports; it does nothing while it is up.
  package func comeUp() async throws(DemoError) {
    guard listeners.withLock({ $0.isEmpty }) else { return }
    connections.allow()
    // Another program may have got one of the ports meanwhile, most often for a short connection.
    let timeout = ContinuousClock.now + Self.portTimeout
    while true {
      do {
        let opened = try await Self.listen(
          at: ports,
          Self.bootstrap(group, ledger, connections)
        )
        listeners.withLock { $0 = opened }
        return
      } catch {
        guard ContinuousClock.now < timeout, !Task.isCancelled else {
          throw DemoError("The demo's server cannot listen on 127.0.0.1 again: \(error).")
        }
        // Cut short where the demo ends, which ends the loop.
        try? await Task.sleep(for: Self.portRest)
      }
    }
  }

  /// For how long a port that somebody else has is waited for, and how long between two tries.
  private static let (portTimeout, portRest) = (Duration.seconds(10), Duration.milliseconds(50))

  /// The memories that were stored, in that order; one that came twice is there twice.
  package var stored: [ReceivedMemory] { ledger.stored }

  /// How often each id was stored.
  package var deliveries: [String: Int] { ledger.deliveries }

  /// The latest requests, at most 2000, faulty ones among them, oldest first.
  package var requests: [ReceivedRequest] { ledger.requests }

  /// How many connections were ever accepted; clients that keep theirs open need few.
  package var connectionCount: Int { connections.accepted }

  private static func listen(
    at ports: [Int],
    _ bootstrap: ServerBootstrap
  ) async throws -> [any Channel] {
    var channels: [any Channel] = []
    do {
      for port in ports {
        channels.append(try await bootstrap.bind(host: "127.0.0.1", port: port).get())
      }
    } catch {
      // Half a server is none; one that cannot be closed is closed already.
      for channel in channels { try? await channel.close().get() }
      throw error
    }
    return channels
  }

  private static func bootstrap(
    _ group: MultiThreadedEventLoopGroup,
    _ ledger: ReceiverLedger,
    _ connections: ReceiverConnections
  ) -> ServerBootstrap {
    ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 256)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          try channel.pipeline.syncOperations.addHandler(
            ReceiverConnection(ledger: ledger, connections: connections)
          )
        }
      }
  }
}
