/// An absolute http or https address, split as far as showing and comparing need it.
package struct WebAddress: Hashable, Sendable {
  /// `http` or `https`.
  package let scheme: String
  /// The host with its port, in lower case, without user name and password.
  package let authority: String
  /// The path; empty, or with a leading slash.
  package let path: String

  /// Splits the text; `nil` where it is no absolute http or https address of printable ASCII.
  package init?(_ text: String) {
    guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), let colon = text.firstIndex(of: ":")
    else { return nil }
    scheme = text[..<colon].lowercased()
    guard scheme == "http" || scheme == "https", text[colon...].hasPrefix("://") else { return nil }
    let rest = text[colon...].dropFirst(3)
    let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
    let host = rest[..<end].split(separator: "@", omittingEmptySubsequences: false).last ?? ""
    authority = host.lowercased()
    path = String(rest[end...].prefix { $0 != "?" && $0 != "#" })
    guard Self.isHost(authority) else { return nil }
  }

  /// The address without user name, password, query and fragment, which may hold secrets.
  package static func shown(_ text: String) -> String {
    guard let address = WebAddress(text) else { return "(not an address)" }
    return "\(address.scheme)://\(address.authority)\(address.path)"
  }

  /// The target of a redirect, which may be relative, without what may hold secrets.
  static func shownTarget(_ location: String) -> String {
    if location.contains("//") { return shown(location) }
    return String(location.prefix { $0 != "?" && $0 != "#" }.prefix(200))
  }

  /// Whether it is a host, in brackets where it has colons, and behind it nothing or a port from 1 to 65535.
  ///
  /// The HTTP client traps on a port beyond that, and takes one that it cannot read for none.
  private static func isHost(_ authority: String) -> Bool {
    let (host, port): (Substring, Substring)
    if authority.hasPrefix("[") {
      guard let end = authority.firstIndex(of: "]") else { return false }
      (host, port) = (authority[..<end].dropFirst(), authority[end...].dropFirst())
    } else {
      let end = authority.firstIndex(of: ":") ?? authority.endIndex
      (host, port) = (authority[..<end], authority[end...])
    }
    guard !host.isEmpty, !host.contains(where: { "[]".contains($0) }) else { return false }
    let digits = port.dropFirst()
    return port.isEmpty
      || port.hasPrefix(":") && digits.allSatisfy(\.isNumber) && UInt16(digits) ?? 0 > 0
  }

  /// Whether both are served by the same program as far as can be told: scheme, host and port agree.
  func hasSameOrigin(as other: WebAddress) -> Bool {
    scheme == other.scheme && authority == other.authority
  }
}
