internal import QueueEngine

/// Why no memory can be sent as the server is configured.
package enum DeliveryProblem: Error, Hashable, CustomStringConvertible {
  /// No address is set.
  case noAddress
  /// The address cannot be one.
  case badAddress
  /// `server.api` is `custom`, and nothing says how that is spoken.
  case notDescribed
  /// The key cannot be read; the sentence says why.
  case unusableKey(String)

  package var description: String {
    switch self {
    case .noAddress:
      "Nothing is sent: no server is set; set url under [server] in config.toml (mem0top config says"
        + " where that is), or MEM0TOP_SERVER_URL."
    case .badAddress:
      "Nothing is sent: server.url is not an http or https address; it must look like "
        + "http://127.0.0.1:8081."
    case .notDescribed:
      "Nothing is sent: server.api is \"custom\", but [server.custom] lacks health, add, body or accept;"
        + " mem0top config --example shows them."
    case .unusableKey(let sentence): sentence
    }
  }
}
