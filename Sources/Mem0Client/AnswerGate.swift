internal import NIOCore
internal import NIOHTTP1
internal import QueueEngine

/// Ends a connection on which something comes that cannot be the answer to its request.
///
/// An answer counts for the request that was written on a silent connection, and for no other
/// (`docs/contract.md#delivery-rules`). Each connection carries one request, so what is left to refuse is an acceptance
/// that comes before the request was written whole: no server has read what it accepts there.
///
/// A status below 100 ends it, too: none is. The HTTP client takes every status below 200 for an
/// announcement and waits for the answer itself, while the parser knows only those from 100 on and
/// ends the message: the client traps on that. So a server could end this program with `HTTP/1.1 000`.
final class AnswerGate: ChannelDuplexHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias InboundOut = HTTPClientResponsePart
  typealias OutboundIn = HTTPClientRequestPart
  typealias OutboundOut = HTTPClientRequestPart

  /// How many bytes of the request's body the system has not taken yet; `nil` before its head was.
  private var missingBytes: Int?
  private var isShut = false

  /// Puts a gate behind the parser of a connection that has not been used yet.
  static func install(in channel: any Channel) -> EventLoopFuture<Void> {
    channel.eventLoop.submit {
      let pipeline = channel.pipeline.syncOperations
      let parser = try pipeline.handler(type: ByteToMessageHandler<HTTPResponseDecoder>.self)
      try pipeline.addHandler(AnswerGate(), position: .after(parser))
    }
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head(let head):
      missingBytes = head.headers.first(name: "Content-Length").flatMap { Int($0) } ?? 0
      context.write(data, promise: promise)
    case .body(let part):
      // What waits in a buffer of ours is not written: the system must have taken it.
      let written = promise ?? context.eventLoop.makePromise()
      let count = part.readableBytes
      written.futureResult.assumeIsolated().whenSuccess { self.missingBytes? -= count }
      context.write(data, promise: written)
    case .end:
      // It has no bytes of its own where the length is known: a server may answer before it is said.
      let written = promise ?? context.eventLoop.makePromise()
      written.futureResult.assumeIsolated().whenSuccess { self.missingBytes = 0 }
      context.write(data, promise: written)
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if isShut { return }
    guard case .head(let head) = unwrapInboundIn(data), let failure = refusal(of: head) else {
      return context.fireChannelRead(data)
    }
    isShut = true
    context.fireErrorCaught(failure)
    context.close(promise: nil)
  }

  private var isRequestWritten: Bool { missingBytes.map { $0 <= 0 } ?? false }

  private func refusal(of head: HTTPResponseHead) -> ExchangeFailure? {
    switch head.status.code {
    case ..<100: ExchangeFailure(.http, "the answer is not HTTP")
    case 200..<300 where !isRequestWritten:
      ExchangeFailure(.http, "an answer came before the request was sent")
    default: nil
    }
  }
}
