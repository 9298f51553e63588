internal import CLibrary
internal import NIOCore
internal import NIOHTTP1

/// One connection of the receiver: gathers each request whole and replies as the ledger says.
final class ReceiverConnection: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let ledger: ReceiverLedger
  private let connections: ReceiverConnections
  private var head: HTTPRequestHead?
  private var body: [UInt8] = []

  init(ledger: ReceiverLedger, connections: ReceiverConnections) {
    self.ledger = ledger
    self.connections = connections
  }

  func channelActive(context: ChannelHandlerContext) {
    connections.add(context.channel)
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    connections.remove(context.channel)
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      self.head = head
      body = []
    case .body(let part): body.append(contentsOf: part.readableBytesView)
    case .end:
      guard let head else { return }
      let request = ReceivedRequest(
        method: head.method.rawValue,
        path: head.uri,
        body: body,
        headers: head.headers.map { ($0.name, $0.value) }
      )
      answer(ledger.reply(to: request), context)
    }
  }

  /// Sends the reply when its time has come.
  private func answer(_ reply: ReceiverFault.Reply, _ context: ChannelHandlerContext) {
    let delay = TimeAmount(ledger.nextDelay())
    guard delay > .zero else { return send(reply, context) }
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    context.eventLoop.scheduleTask(in: delay) {
      let (connection, context) = bound.value
      connection.send(reply, context)
    }
  }

  private func send(_ reply: ReceiverFault.Reply, _ context: ChannelHandlerContext) {
    switch reply {
    case .answer(let status, let headers, let body):
      var fields = HTTPHeaders(headers.map { ($0.name, $0.value) })
      fields.replaceOrAdd(name: "content-type", value: "application/json")
      fields.replaceOrAdd(name: "content-length", value: "\(body.utf8.count)")
      write(status, fields, context)
      context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: body)))), promise: nil)
      context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    case .silence: break
    case .reset: reset(context)
    case .close: context.close(promise: nil)
    case .drip(let status):
      write(status, ["transfer-encoding": "chunked"], context)
      pour(ByteBuffer(string: " "), every: .milliseconds(50), context)
    case .flood(let status):
      write(status, ["transfer-encoding": "chunked"], context)
      pour(ByteBuffer(repeating: 0x20, count: 16_384), every: .zero, context)
    }
  }

  private func write(_ status: Int, _ headers: HTTPHeaders, _ context: ChannelHandlerContext) {
    let head = HTTPResponseHead(
      version: .http1_1,
      status: HTTPResponseStatus(statusCode: status),
      headers: headers
    )
    context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
  }

  /// Sends the chunk again and again until the other side has gone.
  private func pour(_ chunk: ByteBuffer, every pause: TimeAmount, _ context: ChannelHandlerContext)
  {
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(chunk)))).whenSuccess {
      bound.eventLoop.scheduleTask(in: pause) {
        let (connection, context) = bound.value
        if context.channel.isActive { connection.pour(chunk, every: pause, context) }
      }
    }
  }

  /// Closes with nothing left to wait for, which the kernel tells the other side as a reset.
  private func reset(_ context: ChannelHandlerContext) {
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    guard let socket = context.channel as? any SocketOptionProvider else { return }
    socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in
      bound.value.close(promise: nil)
    }
  }
}
