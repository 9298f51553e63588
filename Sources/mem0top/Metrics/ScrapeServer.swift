internal import CLibrary
internal import Dispatch
internal import QueueEngine
internal import Synchronization

/// Answers Prometheus's scrapes on one socket.
///
/// It waits for all clients at once, so that one that says nothing holds up nobody; each has two seconds.
/// The files are read anew for each scrape; the server is asked beside that, at its own interval, so
/// that one that does not answer never makes a scrape time out.
final class ScrapeServer: Sendable {
  /// So long a client may take for its request, and for taking the answer.
  private static let timeout = Duration.seconds(2)
  private static let largestHead = 8 << 10
  /// Where more are connected, the one that came first goes.
  private static let mostClients = 64

  /// A client whose request has not come yet.
  private struct Client {
    let descriptor: Int32
    let source: any DispatchSourceRead
    var head: [UInt8] = []
  }

  private let socketDescriptor: Int32
  private let observer: Mutex<Observer>
  private let server: Mutex<ServerStatus>
  private let queue = DispatchQueue(label: "mem0top.scrape")
  /// Kept alive and never touched again; the type does not say that it is safe to share.
  private nonisolated(unsafe) let source: any DispatchSourceRead
  /// By the order in which they came; used on `queue` alone.
  private nonisolated(unsafe) var clients: [Int: Client] = [:]
  private nonisolated(unsafe) var clientCount = 0

  /// Begins to listen, or throws the sentence why that cannot be.
  init(at address: ListenAddress, _ configuration: Configuration, server status: ServerStatus)
    throws(CommandFailure)
  {
    socketDescriptor = try Self.open(address)
    observer = Mutex(Observer(configuration))
    server = Mutex(status)
    source = DispatchSource.makeReadSource(fileDescriptor: socketDescriptor, queue: queue)
    source.setEventHandler { [weak self] in self?.serveNext() }
    source.activate()
  }

  deinit {
    for client in clients.values { client.source.cancel() }
    source.cancel()
    close(socketDescriptor)
  }

  /// What the probe saw last.
  func note(_ status: ServerStatus) { server.withLock { $0 = status } }

  /// The port that it listens on, which the system chose where 0 was asked for.
  var port: UInt16 {
    var address = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let code = withUnsafeMutableBytes(of: &address) { buffer in
      buffer.withMemoryRebound(to: sockaddr.self) {
        getsockname(socketDescriptor, $0.baseAddress, &length)
      }
    }
    guard code == 0 else { return 0 }
    // The port stands at the same place for both families.
    return withUnsafeBytes(of: &address) {
      UInt16(bigEndian: $0.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
    }
  }

  private func serveNext() {
    let descriptor = accept(socketDescriptor, nil, nil)
    guard descriptor >= 0 else { return }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    if clients.count >= Self.mostClients, let first = clients.keys.min() { drop(first) }
    clientCount += 1
    let number = clientCount
    let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
    source.setEventHandler { [weak self] in self?.read(from: number) }
    source.setCancelHandler { close(descriptor) }
    clients[number] = Client(descriptor: descriptor, source: source)
    source.activate()
    queue.asyncAfter(deadline: .now() + Self.timeout.seconds) { [weak self] in self?.drop(number) }
  }

  private func drop(_ number: Int) { clients.removeValue(forKey: number)?.source.cancel() }

  /// Takes what has come of a request, and answers it once its head is whole.
  private func read(from number: Int) {
    guard var client = clients[number] else { return }
    let piece = [UInt8](unsafeUninitializedCapacity: 1024) { buffer, filled in
      filled = max(CLibrary.read(client.descriptor, buffer.baseAddress, buffer.count), 0)
    }
    client.head += piece
    guard let end = client.head.firstRange(of: Self.headEnd) else {
      clients[number] = client
      if piece.isEmpty || client.head.count >= Self.largestHead { drop(number) }
      return
    }
    let head = String(validating: client.head[..<end.lowerBound], as: UTF8.self)
    let answer =
      head.flatMap(ScrapeRequest.init)?.answer(figures: figures)
      ?? ScrapeRequest.Answer(status: "400 Bad Request", body: "This is no HTTP/1 request.\n")
    Self.write(answer.bytes, to: client.descriptor, until: .now + Self.timeout)
    drop(number)
  }

  private static let headEnd = Array("\r\n\r\n".utf8)

  private func figures() -> String {
    let status = server.withLock { $0 }
    return observer.withLock { PrometheusFigures($0.look(server: status)).text }
  }

  private static func open(_ address: ListenAddress) throws(CommandFailure) -> Int32 {
    let family = address.isIPv6 ? AF_INET6 : AF_INET
    let descriptor = socket(family, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw failure(address, errno) }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    var yes: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    guard bind(descriptor, address) == 0, listen(descriptor, 128) == 0 else {
      let code = errno
      close(descriptor)
      throw failure(address, code)
    }
    return descriptor
  }

  private static func bind(_ descriptor: Int32, _ address: ListenAddress) -> Int32 {
    if address.isIPv6 {
      var name = sockaddr_in6()
      name.sin6_family = sa_family_t(AF_INET6)
      name.sin6_port = address.port.bigEndian
      inet_pton(AF_INET6, address.host, &name.sin6_addr)
      return bind(descriptor, &name)
    }
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = address.port.bigEndian
    inet_pton(AF_INET, address.host, &name.sin_addr)
    return bind(descriptor, &name)
  }

  private static func bind<Name>(_ descriptor: Int32, _ name: inout Name) -> Int32 {
    withUnsafeMutableBytes(of: &name) { buffer in
      buffer.withMemoryRebound(to: sockaddr.self) {
        CLibrary.bind(descriptor, $0.baseAddress, socklen_t(MemoryLayout<Name>.size))
      }
    }
  }

  private static func failure(_ address: ListenAddress, _ code: Int32) -> CommandFailure {
    .system(
      "Cannot listen at \(address.host), port \(address.port): \(String(cString: strerror(code)))."
    )
  }

  private static func write(
    _ bytes: [UInt8],
    to client: Int32,
    until deadline: ContinuousClock.Instant
  ) {
    var rest = bytes[...]
    while !rest.isEmpty, takesMore(client, until: deadline) {
      let count = rest.withUnsafeBytes { send(client, $0.baseAddress, $0.count, 0) }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  private static func takesMore(_ client: Int32, until deadline: ContinuousClock.Instant) -> Bool {
    let left = (deadline - .now).wholeMilliseconds
    guard left > 0 else { return false }
    var waiting = pollfd(fd: client, events: Int16(POLLOUT), revents: 0)
    return poll(&waiting, 1, Int32(clamping: left)) == 1
  }
}
