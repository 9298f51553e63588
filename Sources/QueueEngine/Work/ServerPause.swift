/// Until when a server has asked to be left alone (`Retry-After`), kept for the runs to come.
package struct ServerPause: Sendable {
  /// Nobody means more than this.
  private static let longest = Duration.seconds(86_400)

  private let note: StateNote
  /// Tells the server from another one that is set later.
  private let server: String

  /// The pause of the server at an address, as the state directory of `settings` has it.
  package init(settings: EngineSettings, address: String) {
    note = StateNote(directory: StateDirectory(settings: settings), name: "server.pause")
    server = String(FNV1aHash.value(of: address), radix: 16)
  }

  /// How long it is to be left alone yet; `nil` where it may be asked.
  package func remaining(now: Timestamp) -> Duration? {
    let words = (note.load() ?? "").split(separator: " ").map(String.init)
    guard words.count == 4, words[0] == "pause", words[1] == server, words[3] == "end\n",
      let end = Double(words[2]).map({ Timestamp($0) })
    else { return nil }
    let rest = end - now
    return rest > .zero && rest <= Self.longest ? rest : nil
  }

  /// Notes for how long it asks to be left alone.
  package func begin(_ wait: Duration, now: Timestamp) throws(SystemError) {
    let end = now + min(wait, Self.longest)
    try note.save("pause \(server) \(end.secondsSinceEpoch) end\n")
  }
}
