internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// A healthy server on 127.0.0.1 that answers every request after a little while.
package struct DemoReceiver: Sendable {
  /// The addresses of the health endpoints, by name.
  package let endpoints: [(name: String, url: String)]
  private let group: MultiThreadedEventLoopGroup

  /// Starts to listen, on ports that the system chooses.
  package static func start() async throws(DemoError) -> DemoReceiver {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    do {
      var endpoints: [(name: String, url: String)] = []
      for (index, name) in ["api", "sync"].enumerated() {
        let channel = try await bootstrap(group, seed: index).bind(host: "127.0.0.1", port: 0).get()
        endpoints.append((name, "http://127.0.0.1:\(channel.localAddress?.port ?? 0)/health"))
      }
      return DemoReceiver(endpoints: endpoints, group: group)
    } catch {
      try? await group.shutdownGracefully()
      throw DemoError("The demo's server cannot listen on 127.0.0.1: \(error).")
    }
  }

  /// Ends it; an error here would change nothing for anybody.
  package func stop() async {
    try? await group.shutdownGracefully()
  }

  private static func bootstrap(_ group: MultiThreadedEventLoopGroup, seed: Int) -> ServerBootstrap
  {
    ServerBootstrap(group: group)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          try channel.pipeline.syncOperations.addHandler(HealthResponder(seed: seed))
        }
      }
  }
}

/// Answers each request with 200, 20 to 45 ms later; the waits look random and are always the same.
private final class HealthResponder: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private static let body = #"{"status":"healthy"}"#
  private var count: Int

  init(seed: Int) {
    count = seed * 3
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .end = unwrapInboundIn(data) else { return }
    count += 1
    let wait = TimeAmount.milliseconds(Int64(20 + (count * count * 7 + count * 3) % 26))
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    context.eventLoop.scheduleTask(in: wait) {
      let (responder, context) = bound.value
      responder.answer(context)
    }
  }

  private func answer(_ context: ChannelHandlerContext) {
    let headers: HTTPHeaders = [
      "content-type": "application/json", "content-length": "\(Self.body.utf8.count)",
    ]
    let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: Self.body)))), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
  }
}
