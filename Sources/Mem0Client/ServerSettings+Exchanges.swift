extension ServerSettings {
  /// The question to a health endpoint.
  func healthExchange(at url: String, key: String?, deadline: Duration) -> HTTPExchange {
    HTTPExchange(url: url, headers: headers(forKey: key, at: url), deadline: deadline)
  }

  /// The header with the key, only for where memories go: another host must not learn it.
  func headers(forKey key: String?, at url: String) -> [(name: String, value: String)] {
    guard let key, let header = api.preset.keyHeader, let target = WebAddress(url),
      let home = base.flatMap(WebAddress.init), target.hasSameOrigin(as: home)
    else { return [] }
    return [(header.name, header.prefix + key)]
  }
}
