/// The incidents of a directory, kept across restarts, as one of several programs that watch it.
///
/// The file is replaced whole, under a lock, where what this program sees has changed: an incident that
/// another one has begun by then is not begun twice, and what another one has told of is not told again.
/// Between two changes a look costs one `stat`.
package struct IncidentLog: Sendable {
  private static let fileName = "incidents"
  private static let entriesSearched = 40
  /// So long after a failure it is tried again.
  private static let rest = Duration.seconds(10)

  private let settings: EngineSettings
  private let directory: StateDirectory
  private var stamp: FileStamp?
  /// The troubles, with the form in which this program saw each last.
  private var seen: [FindingCode: FindingCode]?
  private var lastLook: Timestamp?
  private var knewServer = false
  private var restsUntil: Timestamp?

  /// What is wrong and was, as far as it was read.
  package private(set) var book = IncidentBook()
  /// Why the file could not be written the last time; it is tried again.
  package private(set) var problem: SystemError?

  /// The incidents of the directory in `settings`; nothing is read yet.
  package init(settings: EngineSettings) {
    self.settings = settings
    directory = StateDirectory(settings: settings)
  }

  /// Reads what is kept; returns whether that is something else than before.
  package mutating func refresh() -> Bool {
    let current = try? FileStamp.at(path)
    guard current != stamp else { return false }
    stamp = current
    let read = stored()
    defer { book = read }
    return read != book
  }

  /// Takes what is wrong now.
  ///
  /// - Parameters:
  ///   - findings: All that is found.
  ///   - knowsServer: Whether the server was asked until that is certain, or none is set.
  ///   - watchedUntil: When anybody last watched before this program, where that is known.
  ///   - now: The present moment.
  /// - Returns: Whether the book is another one than before.
  package mutating func note(
    _ findings: [Finding],
    knowsServer: Bool,
    watchedUntil: Timestamp? = nil,
    now: Timestamp
  ) -> Bool {
    let isFirst = seen == nil
    var current: [FindingCode: Finding] = [:]
    for finding in findings where finding.severity > .ok {
      // They come worst first.
      if current[finding.code.trouble] == nil { current[finding.code.trouble] = finding }
    }
    // Who does not know the server keeps the view that he had of it.
    var forms = current.mapValues(\.code)
    if !knowsServer {
      for (trouble, form) in seen ?? [:] where trouble.needsProbe { forms[trouble] = form }
    }
    let sight = IncidentBook.Sight(
      findings: current,
      before: seen.map { Set($0.keys) },
      lastLook: isFirst ? watchedUntil : lastLook,
      knowsServer: knowsServer,
      knewServer: knewServer,
      now: now
    )
    let isOther = refresh()
    lastLook = now
    let isNews = forms != seen || knowsServer && !knewServer || book.awaitsRemedy(at: now)
    guard isNews, restsUntil.map({ now >= $0 || now < $0 - Self.rest }) ?? true else {
      return isOther
    }
    let (before, settings) = (book, settings)
    let isKept = change(
      { $0.note(sight) { AuditLog(settings: settings).entries(last: Self.entriesSearched) } },
      now
    )
    guard isKept else { return isOther }
    seen = forms
    knewServer = knewServer || knowsServer
    return isOther || book != before
  }

  /// What this program is to tell by these ways, and nobody has told yet.
  package mutating func claim(
    _ channels: Set<AlertChannel>,
    from severity: Severity,
    at now: Timestamp
  ) -> [IncidentNews] {
    guard !channels.isEmpty, book.hasNews(channels, from: severity, at: now) else { return [] }
    var news: [IncidentNews] = []
    // What is not kept is not told: another program would tell it again.
    return change({ news = $0.claim(channels, from: severity, at: now) }, now) ? news : []
  }

  private var path: String { directory.path(of: Self.fileName) }

  /// Changes the book as it is by now, and keeps it; returns whether it is kept.
  private mutating func change(_ change: (inout IncidentBook) -> Void, _ now: Timestamp) -> Bool {
    do throws(SystemError) {
      var changed = stored()
      let before = changed
      change(&changed)
      if changed != before {
        try directory.create()
        let lock = try StateDirectoryLock(directory)
        // Another program may have been first.
        changed = stored()
        change(&changed)
        try WholeFile.replace(Array(IncidentText.text(of: changed).utf8), at: path)
        lock.release()
      }
      stamp = try? FileStamp.at(path)
      book = changed
      (problem, restsUntil) = (nil, nil)
      return true
    } catch {
      problem = error
      restsUntil = now + Self.rest
      return false
    }
  }

  private func stored() -> IncidentBook {
    // Nothing was kept, or it cannot be read; writing will tell if the directory cannot be used.
    guard let file = try? OpenFile(path: path),
      let bytes = try? file.read(at: 0, count: IncidentText.largestSize)
    else { return IncidentBook() }
    return IncidentText.book(in: bytes)
  }
}
