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
    guard !authority.isEmpty, !authority.hasPrefix(":") else { return nil }
  }

  /// The address without user name, password, query and fragment, which may hold secrets.
  package static func shown(_ text: String) -> String {
    guard let address = WebAddress(text) else { return "(not an address)" }
    return "\(address.scheme)://\(address.authority)\(address.path)"
  }

  /// The target of a redirect, which may be relative, without what may hold secrets.
  static func shownTarget(_ location: String) -> String {
    if WebAddress(location) != nil { return shown(location) }
    return String(location.prefix { $0 != "?" && $0 != "#" }.prefix(200))
  }

  /// Whether both are served by the same program as far as can be told: scheme, host and port agree.
  func hasSameOrigin(as other: WebAddress) -> Bool {
    scheme == other.scheme && authority == other.authority
  }
}
