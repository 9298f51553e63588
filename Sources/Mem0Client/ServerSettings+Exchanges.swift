extension ServerSettings {
  /// The question to a health endpoint.
  func healthCheck(of endpoint: HealthEndpoint, key: String?, deadline: Duration) -> HealthCheck {
    let exchange = { (url: String) in
      HTTPExchange(url: url, headers: headers(forKey: key, at: url), deadline: deadline)
    }
    return HealthCheck(
      exchange: exchange(endpoint.url),
      fallback: endpoint.fallback.map(exchange),
      mustBeJSON: endpoint.mustBeJSON
    )
  }

  /// The preset's own headers, and the one with the key, only for where memories go: another host must
  /// not learn them.
  func headers(forKey key: String?, at url: String) -> [(name: String, value: String)] {
    guard let target = WebAddress(url), let home = base.flatMap(WebAddress.init),
      target.hasSameOrigin(as: home)
    else { return [] }
    var headers = preset.headers
    if let key, let header = preset.keyHeader { headers.append((header.name, header.prefix + key)) }
    return headers
  }
}
