internal import CPlatform

/// What the build said of itself.
package enum BuildFacts {
  /// The commit that it was made of; `nil` where it named none.
  package static var commit: String? {
    let text = String(cString: platform_commit())
    return text.isEmpty ? nil : text
  }
}
