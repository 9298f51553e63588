internal import CLibrary
internal import QueueEngine

/// Where `metrics --listen` waits for Prometheus: an address of this machine and a port.
struct ListenAddress: Hashable, Sendable {
  /// The address as text, without brackets.
  let host: String
  let port: UInt16
  let isIPv6: Bool

  /// Reads `127.0.0.1:9464`, `[::1]:9464`, `localhost:9464` or `:9464`; `nil` where it is none.
  ///
  /// Only addresses are taken, and `localhost`: what a name leads to could change.
  init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...])
    else { return nil }
    var host = String(text[..<colon])
    let isBracketed = host.hasPrefix("[") && host.hasSuffix("]") && host.count > 2
    if isBracketed { host = String(host.dropFirst().dropLast()) }
    if host.isEmpty || host == "localhost" { host = "127.0.0.1" }
    guard isBracketed ? Self.isIPv6(host) : Self.isIPv4(host) else { return nil }
    self.host = host
    self.port = port
    isIPv6 = isBracketed
  }

  /// Whether only this machine reaches it.
  var isLoopback: Bool { isIPv6 ? host == "::1" : host.hasPrefix("127.") }

  static func isIPv4(_ text: String) -> Bool {
    var address = in_addr()
    return inet_pton(AF_INET, text, &address) == 1
  }

  static func isIPv6(_ text: String) -> Bool {
    var address = in6_addr()
    return inet_pton(AF_INET6, text, &address) == 1
  }

  /// Whether a request for this `Host` is meant for us.
  ///
  /// A page in a browser can reach loopback under a name of its own (DNS rebinding), never under an
  /// address; so an address or `localhost` is taken, and no other name.
  static func isOwn(hostHeader: String) -> Bool {
    var host = hostHeader[...]
    if host.hasPrefix("[") {
      guard let end = host.firstIndex(of: "]") else { return false }
      let rest = host[host.index(after: end)...]
      guard rest.isEmpty || rest.hasPrefix(":") else { return false }
      return isIPv6(String(host[host.index(after: host.startIndex)..<end]))
    }
    if let colon = host.lastIndex(of: ":") {
      guard UInt16(host[host.index(after: colon)...]) != nil else { return false }
      host = host[..<colon]
    }
    return host.lowercased() == "localhost" || isIPv4(String(host))
  }
}
