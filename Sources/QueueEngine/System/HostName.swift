internal import CLibrary

/// The name of a machine, as a lock may hold it.
enum HostName {
  /// Names under these domains are given out by one machine or link, to one machine each.
  private static let localDomains: Set<String> = ["local", "localdomain"]

  /// Whether a name means the machine that calls itself `own`.
  ///
  /// `vm` means `vm.example.org`. The other way round, `vm.example.org` means a machine that calls itself
  /// `vm` only where the system gives it that domain: another `vm` may share the directory.
  static func isSame(_ name: String, _ own: String, domains: () -> Set<String> = systemDomains)
    -> Bool
  {
    let (name, own) = (name.lowercased(), own.lowercased())
    if name == own || own.hasPrefix(name + ".") { return true }
    guard !own.isEmpty, name.hasPrefix(own + ".") else { return false }
    let domain = String(name.dropFirst(own.count + 1))
    return localDomains.contains(domain) || domains().contains(domain)
  }

  /// The domains that the system's files give this machine; no name server is asked.
  ///
  /// Those of its own name in `/etc/hosts`, and those that `/etc/resolv.conf` completes a name with.
  private static func systemDomains() -> Set<String> {
    var domains: Set<String> = []
    for words in words(of: "/etc/resolv.conf") where ["domain", "search"].contains(words[0]) {
      domains.formUnion(words.dropFirst())
    }
    let own = HostFacts.ownHostName().lowercased()
    for words in words(of: "/etc/hosts") where words.dropFirst().contains(own) {
      domains.formUnion(
        words.compactMap { $0.hasPrefix(own + ".") ? String($0.dropFirst(own.count + 1)) : nil }
      )
    }
    return domains
  }

  /// The words of each line that is no comment; none where the file cannot be read.
  private static func words(of path: String) -> [[String]] {
    guard let bytes = try? OpenFile(path: path).readAll() else { return [] }
    return String(decoding: bytes, as: UTF8.self).lowercased().split(whereSeparator: \.isNewline)
      .compactMap { line in
        let text = line.prefix { $0 != "#" && $0 != ";" }
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        return words.isEmpty ? nil : words
      }
  }
}
