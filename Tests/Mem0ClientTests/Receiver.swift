import Foundation
import Synchronization

/// A real server on 127.0.0.1 that treats every connection the same, well or badly.
final class Receiver: Sendable {
  enum Behaviour: Sendable {
    /// Sends the text and closes.
    case answer(String)
    /// Sends the text, then one byte every 50 ms without end.
    case drip(after: String)
    /// Sends the text, then as much as the other side takes.
    case flood(after: String)
    /// Says nothing.
    case silence
    /// Takes requests whole, one after the other on each connection, and does what is said for each.
    case script(@Sendable (Request) -> Turn)
  }

  /// A whole request: how many came before it on all connections and on its own, and its body.
  struct Request: Sendable {
    let number: Int
    let numberOnConnection: Int
    let head: String
    let body: String
  }

  /// What the server does with one request.
  struct Turn: Sendable {
    /// Texts that are sent one after the other, each after a pause in microseconds.
    var texts: [(pause: UInt32, text: String)] = []
    /// Whether the connection is closed then, unannounced.
    var closes = false
  }

  let port: Int
  private let listener: Int32
  private let requests = Mutex<[String]>([])

  var url: String { "http://127.0.0.1:\(port)" }

  /// The heads of the requests that came, whole.
  var heads: [String] { requests.withLock { $0 } }

  init(_ behaviour: Behaviour) throws {
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = listener
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(descriptor, address, length) == 0 && listen(descriptor, 16) == 0
          && getsockname(descriptor, address, &length) == 0
      }
    }
    guard isBound else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    port = Int(UInt16(bigEndian: address.sin_port))
    Thread.detachNewThread { [self] in serve(behaviour) }
  }

  /// Stops to listen; connections that are open end with their peers.
  func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
  }

  private func serve(_ behaviour: Behaviour) {
    while true {
      let connection = accept(listener, nil, nil)
      guard connection >= 0 else {
        close(listener)
        return
      }
      Thread.detachNewThread { [self] in
        talk(connection, behaviour)
        close(connection)
      }
    }
  }

  private func talk(_ connection: Int32, _ behaviour: Behaviour) {
    if case .script(let turn) = behaviour { return follow(turn, on: connection) }
    guard readHead(connection) else { return }
    switch behaviour {
    case .answer(let text): _ = send(text, to: connection)
    case .drip(let start):
      guard send(start, to: connection) else { return }
      while send("x", to: connection) { usleep(50_000) }
    case .flood(let start):
      guard send(start, to: connection) else { return }
      let chunk = String(repeating: "x", count: 16_384)
      while send(chunk, to: connection) {}
    case .silence:
      var byte: UInt8 = 0
      while recv(connection, &byte, 1, 0) > 0 {}
    case .script: break
    }
  }

  private func follow(_ turn: @Sendable (Request) -> Turn, on connection: Int32) {
    var bytes: [UInt8] = []
    var numberOnConnection = 0
    while let (head, body) = readRequest(connection, &bytes) {
      let number = requests.withLock { requests in
        requests.append(head)
        return requests.count - 1
      }
      let turn = turn(
        Request(number: number, numberOnConnection: numberOnConnection, head: head, body: body)
      )
      for (pause, text) in turn.texts {
        if pause > 0 { usleep(pause) }
        guard send(text, to: connection) else { return }
      }
      if turn.closes { return }
      numberOnConnection += 1
    }
  }

  /// The next request with the body that its head announces; `nil` at the end of the connection.
  private func readRequest(_ connection: Int32, _ bytes: inout [UInt8]) -> (String, String)? {
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let text = String(decoding: bytes, as: UTF8.self)
      if let end = text.range(of: "\r\n\r\n") {
        let head = String(text[..<end.upperBound])
        let length =
          head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
          .flatMap { Int($0.split(separator: ":")[1].drop { $0 == " " }) } ?? 0
        let total = head.utf8.count + length
        if bytes.count >= total {
          let body = String(decoding: bytes[head.utf8.count..<total], as: UTF8.self)
          bytes.removeFirst(total)
          return (head, body)
        }
      }
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else { return nil }
      bytes += buffer.prefix(count)
    }
  }

  private func readHead(_ connection: Int32) -> Bool {
    var head = ""
    var buffer = [UInt8](repeating: 0, count: 4096)
    while !head.contains("\r\n\r\n") {
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else { return false }
      head += String(decoding: buffer.prefix(count), as: UTF8.self)
      // A TLS greeting has no end of head: answer it as plain HTTP would.
      if head.utf8.first == 0x16 { break }
    }
    requests.withLock { $0.append(head) }
    return true
  }

  private func send(_ text: String, to connection: Int32) -> Bool {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  /// A whole answer after which the connection is kept.
  static func kept(_ status: String, body: String) -> String {
    "HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  /// A whole answer with a body.
  static func http(_ status: String, headers: String = "", body: String = "{}") -> Behaviour {
    .answer(
      "HTTP/1.1 \(status)\r\n\(headers)Content-Length: \(body.utf8.count)\r\n"
        + "Connection: close\r\n\r\n\(body)"
    )
  }
}
