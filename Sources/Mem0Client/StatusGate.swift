internal import NIOCore
internal import NIOHTTP1

/// Ends a connection whose answer has a status below 100, which none has.
///
/// The HTTP client takes every status below 200 for an announcement and waits for the answer itself,
/// while the parser knows only those from 100 on and ends the message: the client traps on that. So
/// a server could end this program with `HTTP/1.1 000`.
final class StatusGate: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias InboundOut = HTTPClientResponsePart

  private var isShut = false

  /// Puts a gate behind the parser of a connection that has not been used yet.
  static func install(in channel: any Channel) -> EventLoopFuture<Void> {
    channel.eventLoop.submit {
      let pipeline = channel.pipeline.syncOperations
      let parser = try pipeline.handler(type: ByteToMessageHandler<HTTPResponseDecoder>.self)
      try pipeline.addHandler(StatusGate(), position: .after(parser))
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if isShut { return }
    guard case .head(let head) = unwrapInboundIn(data), head.status.code < 100 else {
      return context.fireChannelRead(data)
    }
    isShut = true
    context.fireErrorCaught(HTTPParserError.invalidStatus)
    context.close(promise: nil)
  }
}
