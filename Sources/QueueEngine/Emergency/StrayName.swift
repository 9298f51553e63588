/// How copies of a file are named that no program of the queue makes: by backup scripts and synchronisers.
enum StrayName {
  /// A file that may have copies, with the list that it holds; `nil` for the emergency file.
  struct Place {
    let path: String
    let list: ListFile?
  }

  /// The files whose copies can hold memories.
  static func places(in settings: EngineSettings) -> [Place] {
    ListFile.allCases.map { Place(path: settings.path(of: $0.file), list: $0) }
      + [Place(path: settings.path(of: \.emergency), list: nil)]
  }

  /// Whether a name beside a file is that of a copy: `a_backup.json`, `a.backup.json`,
  /// `a.sync-conflict-20260101-120000-ABCDEFG.json`, `a (conflicted copy 2026-01-01).json`, of `a.json`.
  static func isCopy(_ name: String, of path: String) -> Bool {
    let file = PathText(path).name
    let dot = file.lastIndex(of: ".") ?? file.endIndex
    let (stem, ending) = (file[..<dot], file[dot...])
    guard name != file, name.hasPrefix(stem) else { return false }
    let rest = name.dropFirst(stem.count)
    if rest == "_backup" + ending || rest == ".backup" + ending { return true }
    if rest.hasPrefix(".sync-conflict-") || rest.hasPrefix(ending + ".sync-conflict-") {
      return true
    }
    guard rest.hasPrefix(" ("), let copy = rest.utf8.start(of: "conflicted copy") else {
      return false
    }
    return rest[copy...].contains(")")
  }
}

extension Substring.UTF8View {
  /// Where a text begins.
  fileprivate func start(of text: String) -> Index? {
    indices.first { self[$0...].starts(with: text.utf8) }
  }
}
