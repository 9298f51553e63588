internal import CLibrary
internal import Dispatch
internal import QueueEngine
internal import Synchronization

/// Answers Prometheus's scrapes on one socket, one after the other.
///
/// The files are read anew for each scrape; the server is asked beside that, at its own interval, so
/// that one that does not answer never makes a scrape time out.
final class ScrapeServer: Sendable {
  /// So long a client may take for its request, and for taking the answer.
  private static let timeout = Duration.seconds(2)
  private static let largestHead = 8 << 10

  private let socketDescriptor: Int32
  private let observer: Mutex<Observer>
  private let server: Mutex<ServerStatus>
  private let queue = DispatchQueue(label: "mem0top.scrape")
  /// Kept alive and never touched again; the type does not say that it is safe to share.
  private nonisolated(unsafe) let source: any DispatchSourceRead

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
    let client = accept(socketDescriptor, nil, nil)
    guard client >= 0 else { return }
    defer { close(client) }
    _ = fcntl(client, F_SETFD, FD_CLOEXEC)
    _ = fcntl(client, F_SETFL, O_NONBLOCK)
    let deadline = ContinuousClock.now + Self.timeout
    guard let head = Self.readHead(client, until: deadline) else { return }
    let answer =
      ScrapeRequest(head: head)?.answer(figures: figures)
      ?? ScrapeRequest.Answer(status: "400 Bad Request", body: "This is no HTTP/1 request.\n")
    Self.write(answer.bytes, to: client, until: .now + Self.timeout)
  }

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
    guard bind(descriptor, address) == 0, listen(descriptor, 16) == 0 else {
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

  /// The head of a request up to its empty line; `nil` where it does not come in time or is too long.
  private static func readHead(_ client: Int32, until deadline: ContinuousClock.Instant) -> String?
  {
    var bytes: [UInt8] = []
    let end = Array("\r\n\r\n".utf8)
    while bytes.count < largestHead {
      guard isReady(client, Int16(POLLIN), until: deadline) else { return nil }
      let piece = [UInt8](unsafeUninitializedCapacity: 1024) { buffer, filled in
        filled = max(read(client, buffer.baseAddress, buffer.count), 0)
      }
      guard !piece.isEmpty else { return nil }
      bytes += piece
      if let range = bytes.firstRange(of: end) {
        return String(validating: bytes[..<range.lowerBound], as: UTF8.self)
      }
    }
    return nil
  }

  private static func write(
    _ bytes: [UInt8],
    to client: Int32,
    until deadline: ContinuousClock.Instant
  ) {
    var rest = bytes[...]
    while !rest.isEmpty, isReady(client, Int16(POLLOUT), until: deadline) {
      let count = rest.withUnsafeBytes { send(client, $0.baseAddress, $0.count, 0) }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  private static func isReady(
    _ client: Int32,
    _ events: Int16,
    until deadline: ContinuousClock.Instant
  ) -> Bool {
    let left = (deadline - .now).wholeMilliseconds
    guard left > 0 else { return false }
    var waiting = pollfd(fd: client, events: events, revents: 0)
    return poll(&waiting, 1, Int32(clamping: left)) == 1
  }
}
