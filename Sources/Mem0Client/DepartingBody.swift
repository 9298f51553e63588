internal import NIOCore
internal import Synchronization

/// Remembers whether the body of a request was ever handed to a connection.
///
/// A server acts on whole requests: as long as the body is here, nothing can have been stored.
final class Departure: Sendable {
  private let flag = Atomic(false)

  var hasHappened: Bool { flag.load(ordering: .acquiring) }

  func happen() {
    flag.store(true, ordering: .releasing)
  }
}

/// A body in one piece, which the client asks for once it has a connection and has sent the head.
struct DepartingBody: AsyncSequence, Sendable {
  struct Iterator: AsyncIteratorProtocol {
    var bytes: ByteBuffer?
    let departure: Departure

    mutating func next() async -> ByteBuffer? {
      defer { bytes = nil }
      departure.happen()
      return bytes
    }
  }

  let bytes: ByteBuffer
  let departure: Departure

  func makeAsyncIterator() -> Iterator {
    Iterator(bytes: bytes, departure: departure)
  }
}
