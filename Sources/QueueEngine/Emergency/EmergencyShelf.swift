internal import CLibrary
internal import CPlatform

/// The emergency file and what becomes of it while it is taken in: `NAME.taken-N`, and `NAME.kept-N`
/// with the lines that are no items.
///
/// A number stands for one emergency file. It is never used again while anything of that number lies
/// there, so that what a crash left is not mixed with what came later.
struct EmergencyShelf {
  /// An emergency file that no producer opens any more.
  struct Taken: Hashable {
    let number: Int
    let path: String

    /// Its name, for sentences.
    var name: String { PathText(path).shownName }
  }

  /// How long whoever has the file open is waited for.
  private static let timeout = Duration.seconds(2)
  private static let pause: Int32 = 10

  /// The emergency file.
  let path: String

  init(settings: EngineSettings) {
    path = settings.path(of: \.emergency)
  }

  /// Its name, for sentences.
  var name: String { PathText(path).shownName }

  /// Whether there is anything to take in.
  func isOccupied() throws(ActionError) -> Bool {
    if isThere { return true }
    return try !taken().isEmpty
  }

  /// Whether there is an emergency file, or may be one.
  var isThere: Bool {
    var facts = stat()
    return lstat(path, &facts) == 0 || (errno != ENOENT && errno != ENOTDIR)
  }

  /// What a crash left, in the order in which it was taken.
  func taken() throws(ActionError) -> [Taken] {
    do throws(SystemError) {
      return Self.taken(among: try DirectoryNames.list(PathText(path).parent), of: path)
    } catch {
      throw .failed("\(error); nothing was changed.")
    }
  }

  /// What a crash left, told by names of the emergency file's directory.
  static func taken(among names: [String], of path: String) -> [Taken] {
    let directory = PathText(path).parent
    return numbers(among: names, of: path, "taken").sorted().map {
      Taken(number: $0, path: "\(directory)/\(PathText(path).name).taken-\($0)")
    }
  }

  private static func numbers(among names: [String], of path: String, _ part: String) -> [Int] {
    let start = "\(PathText(path).name).\(part)-"
    return names.compactMap { name in
      guard name.hasPrefix(start) else { return nil }
      // Only the very name that we give: `01` would be another file than `1`.
      return Int(name.dropFirst(start.count)).flatMap { "\(start)\($0)" == name ? $0 : nil }
    }
  }

  /// Takes the emergency file away from the producers, who make a new one; the caller has the lock.
  ///
  /// - Returns: `nil` where there is none.
  /// - Throws: why it was left where it is.
  func take() throws(ActionError) -> Taken? {
    guard isThere else { return nil }
    try refuse(path)
    try waitUntilClosed(path)
    do throws(SystemError) {
      let directory = PathText(path).parent
      let names = try DirectoryNames.list(directory)
      let used = ["taken", "kept"].flatMap { Self.numbers(among: names, of: path, $0) }
      let number = (used.max() ?? 0) + 1
      let taken = Taken(number: number, path: "\(path).taken-\(number)")
      let code = -platform_rename_exclusively(path, taken.path)
      guard code == 0 else { throw SystemError(code: code, attempt: "rename", path: path) }
      // Else a power cut might bring it back under its old name once its items are delivered.
      try NewFile.syncDirectory(directory)
      return taken
    } catch {
      throw .failed("\(error); nothing was taken in.")
    }
  }

  /// What a taken file holds, once nobody has it open for writing any more.
  func read(_ taken: Taken) throws(ActionError) -> [UInt8] {
    try refuse(taken.path)
    try waitUntilClosed(taken.path)
    do throws(SystemError) {
      let file = try OpenFile(path: taken.path)
      guard file.stamp.size <= DecodingProblem.largestFile else {
        throw SystemError(code: EFBIG, attempt: "read", path: taken.path)
      }
      return try file.readAll()
    } catch {
      throw .failed("\(error); it was not taken in.")
    }
  }

  /// Keeps lines that are no items, on disk; returns the name of their file.
  ///
  /// What is there already stands there since a crash: it has the same lines, or what a person made of them.
  func keep(_ lines: [[UInt8]], of taken: Taken) throws(ActionError) -> String {
    let kept = "\(path).kept-\(taken.number)"
    do throws(SystemError) {
      _ = try WholeFile.create(lines.flatMap { $0 + [UInt8(ascii: "\n")] }, at: kept)
    } catch {
      throw .failed("\(error); \(taken.name) stays where it is.")
    }
    return PathText(kept).shownName
  }

  /// Removes a taken file whose items are in the queue, on disk, and whose other lines are kept.
  func remove(_ taken: Taken) throws(ActionError) {
    do throws(SystemError) {
      guard unlink(taken.path) == 0 || errno == ENOENT else {
        throw SystemError(code: errno, attempt: "remove", path: taken.path)
      }
      try NewFile.syncDirectory(PathText(path).parent)
    } catch {
      throw .failed("\(error); its items are in the queue and will not be added again.")
    }
  }

  /// Refuses what somebody else may have put there.
  private func refuse(_ path: String) throws(ActionError) {
    let shown = PathText(path).shownName
    var facts = stat()
    guard lstat(path, &facts) == 0 else {
      throw .failed("\(SystemError(code: errno, attempt: "look at", path: path)).")
    }
    if let problem = Self.problem(with: facts, owner: FileUser(ofFileAt: path).owner) {
      throw .refused("\(shown) was not taken in: it \(problem).", evidence: [])
    }
  }

  /// Why a file is none that a producer of ours writes, in words that follow its name.
  static func problem(with facts: stat, owner: uid_t) -> String? {
    guard facts.st_mode & S_IFMT == S_IFREG else {
      return "is no regular file; name the file itself in files.emergency"
    }
    if facts.st_uid != owner { return "belongs to user \(facts.st_uid)" }
    return facts.st_nlink == 1 ? nil : "has \(facts.st_nlink) names; remove the others"
  }

  /// Waits until nobody has a file open for writing.
  private func waitUntilClosed(_ path: String) throws(ActionError) {
    let deadline = ContinuousClock.now + Self.timeout
    var table = ProcessTable()
    while let writer = Self.writer(of: path, &table) {
      if ContinuousClock.now >= deadline {
        throw .refused(
          "\(PathText(path).shownName) was not taken in: \(writer) has it open for writing; try again when"
            + " it is done.",
          evidence: []
        )
      }
      poll(nil, 0, Self.pause)
    }
  }

  /// Who has a file open for writing, in words; `nil` where nobody has.
  ///
  /// A process that we may not inspect, or a descriptor on its way from one to another, is in no list; then
  /// the kernel refuses a lease. It does so for readers as well, so that beside those whom we see it says nothing.
  private static func writer(of path: String, _ table: inout ProcessTable) -> String? {
    var facts = platform_file_facts()
    guard platform_stat(AT_FDCWD, path, &facts) == 0 else { return nil }
    let question = ProcessQuestion(file: FileIdentity(facts), pattern: WorkerPattern(texts: []))
    let survey = table.survey(question)
    let openers = survey.openers.filter {
      $0.mode != .looking && $0.process.process.pid != getpid()
    }
    if let writer = openers.first(where: { $0.mode == .writing })?.process.process {
      return writer.label()
    }
    let isDoubtful = survey.uninspected.areHidden || survey.uninspected.ownCount > 0
    guard openers.isEmpty, isOpenElsewhere(path, isDoubtful: isDoubtful) else { return nil }
    return "a process that cannot be inspected"
  }

  /// Whether the kernel says that somebody else has a file open; where it cannot say, what is in doubt counts.
  private static func isOpenElsewhere(_ path: String, isDoubtful: Bool) -> Bool {
    let opened = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard opened >= 0 else { return false }
    defer { close(opened) }
    switch FileLease.take(on: opened) {
    case .taken: return false
    case .openElsewhere: return true
    case .unavailable: return isDoubtful
    }
  }
}
