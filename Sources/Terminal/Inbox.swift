package import Dashboard
internal import Synchronization

/// Messages on their way to the loop, from any thread; posting one wakes it.
///
/// Those that arrive before the loop gets to them are taken together and cost one paint.
package final class Inbox: Sendable {
  private let waiting = Mutex<[Message]>([])
  private let pipe: Pipe

  /// Makes an empty inbox.
  package init() throws(TerminalError) {
    pipe = try Pipe()
  }

  /// Hands a message over; never blocks.
  package func post(_ message: Message) {
    let wasEmpty = waiting.withLock { messages in
      messages.append(message)
      return messages.count == 1
    }
    if wasEmpty { pipe.signal() }
  }

  /// Wakes the loop, where something other than a message waits for it; never blocks.
  package func wake() { pipe.signal() }

  /// Readable while messages wait.
  package var descriptor: Int32 { pipe.readEnd }

  /// Takes all messages, oldest first.
  package func takeAll() -> [Message] {
    _ = pipe.drain()
    return waiting.withLock { messages in
      defer { messages = [] }
      return messages
    }
  }
}
