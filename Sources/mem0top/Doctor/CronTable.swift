/// The lines of a crontab that may start a worker, with the `PATH` that each of them has.
struct CronTable {
  struct Entry: Hashable {
    /// The line as it stands there.
    let line: String
    /// The program that is named, as it is written.
    let program: String
    /// Where it is looked for, if it is no path.
    let path: [String]
  }

  /// What cron has where the table says nothing.
  static let defaultPath = ["/usr/bin", "/bin"]

  /// Entries that name mem0top, or one of `texts` (`worker.match`).
  let entries: [Entry]

  init(_ table: String, matching texts: [String]) {
    var path = Self.defaultPath
    var entries: [Entry] = []
    for raw in table.split(separator: "\n") {
      let line = raw.drop { $0 == " " || $0 == "\t" }
      if line.isEmpty || line.hasPrefix("#") { continue }
      if let value = Self.path(setBy: line) {
        path = value
        continue
      }
      let words = line.split { $0 == " " || $0 == "\t" || $0 == ";" || $0 == "&" }.map(String.init)
      let own = words.first { $0 == "mem0top" || $0.hasSuffix("/mem0top") }
      let isWorker = own.map { word in
        let rest = words.drop { $0 != word }.dropFirst()
        return rest.first { !$0.hasPrefix("-") } == "sync"
      }
      if let own, isWorker == true {
        entries.append(Entry(line: String(line), program: own, path: path))
      } else if own == nil, texts.contains(where: line.contains),
        let program = words.first(where: { $0.hasPrefix("/") }) ?? words.last
      {
        entries.append(Entry(line: String(line), program: program, path: path))
      }
    }
    self.entries = entries
  }

  private static func path(setBy line: Substring) -> [String]? {
    guard let equals = line.firstIndex(of: "="),
      line[..<equals].filter({ $0 != " " && $0 != "\t" }) == "PATH"
    else { return nil }
    let value = line[line.index(after: equals)...].filter { !" \t\"'".contains($0) }
    return value.split(separator: ":").map(String.init)
  }
}
