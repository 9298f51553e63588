/// How things stood when a person last looked at a dashboard of a directory, in words that only a dashboard
/// understands; kept across restarts, so that what is new since then can be marked.
package struct LastVisit: Sendable {
  private static let fileName = "looked"
  private static let largestSize = 16 << 10

  private let directory: StateDirectory

  /// The last look at the directory in `settings`; nothing is read yet.
  package init(settings: EngineSettings) {
    directory = StateDirectory(settings: settings)
  }

  /// What was kept, by the names of panels; empty where nothing was.
  package func read() -> [String: String] {
    guard let file = try? OpenFile(path: directory.path(of: Self.fileName)),
      let bytes = try? file.read(at: 0, count: Self.largestSize)
    else { return [:] }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    return lines.reduce(into: [:]) { seen, line in
      let parts = line.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { seen[String(parts[0])] = String(parts[1]) }
    }
  }

  /// Keeps how things stand.
  package func write(_ seen: [String: String]) throws(SystemError) {
    let lines = seen.sorted { $0.key < $1.key }.map { name, words in
      name + "\t" + Scrubber.scrub(words).prefix(1000) + "\n"
    }
    try directory.create()
    try WholeFile.replace(Array(lines.joined().utf8), at: directory.path(of: Self.fileName))
  }
}
