internal import CLibrary

/// Watches what holds memories beside the queue and the dead letters: the emergency file, and copies.
///
/// A directory is listed only when its own stamp has changed, and a file is read only when its has. In
/// most directories there is none of them: then a look costs a few `stat`s.
struct SourceReader {
  private let settings: EngineSettings
  private var listing = DirectoryListing()
  private var lines: [String: EmergencyReading] = [:]
  private var strays: StrayReader

  init(settings: EngineSettings) {
    self.settings = settings
    strays = StrayReader(settings: settings)
  }

  /// Looks at everything.
  mutating func read(now: Timestamp) -> (EmergencyStatus, [StrayCopy]) {
    let path = settings.path(of: \.emergency)
    let taken = EmergencyShelf.taken(
      among: listing.names(in: PathText(path).parent, now: now),
      of: path
    )
    var (status, seen) = (EmergencyStatus(), [String: EmergencyReading]())
    for file in taken.map(\.path) + [path] {
      guard let reading = EmergencyReading(at: file, known: lines[file], now: now) else { continue }
      seen[file] = reading
      reading.add(to: &status, isStanding: file != path)
    }
    lines = seen
    let files = Set(StrayName.places(in: settings).map { PathText($0.path).parent })
    let listed: [(path: String, names: [String])] = files.sorted().map {
      (path: $0, names: listing.names(in: $0, now: now))
    }
    return (status, strays.read(listed, now: now))
  }
}

/// The names in some directories, listed anew only when a directory has changed.
private struct DirectoryListing {
  private var known: [String: (stamp: FileStamp, isReliable: Bool, names: [String])] = [:]

  mutating func names(in directory: String, now: Timestamp) -> [String] {
    guard let stamp = try? FileStamp.at(directory) else { return [] }
    if let old = known[directory], old.stamp == stamp, old.isReliable { return old.names }
    // One that may not be listed is told of as a directory that cannot be read.
    let names = (try? DirectoryNames.list(directory)) ?? []
    known[directory] = (stamp, stamp.isReliable(at: now), names)
    return names
  }
}

/// What an emergency file holds, by its stamp.
private struct EmergencyReading {
  private var name: String
  private var stamp: FileStamp?
  private var isReliable = false
  private var items = 0
  private var oldest: Timestamp?
  private var otherLines = 0
  private var hasTail = false
  private var problem: String?

  /// Reads the file unless it is as it was known; `nil` where there is none.
  init?(at path: String, known: EmergencyReading?, now: Timestamp) {
    name = PathText(path).shownName
    do throws(SystemError) {
      let found = try FileStamp.at(path)
      if let known, known.stamp == found, known.isReliable {
        self = known
        return
      }
      (stamp, isReliable) = (found, found.isReliable(at: now))
      let file = try OpenFile(path: path)
      guard file.stamp.size <= DecodingProblem.largestFile else {
        throw SystemError(code: EFBIG, attempt: "read", path: path)
      }
      let lines = EmergencyLines(try file.readAll())
      items = lines.items.count
      oldest = lines.items.compactMap(\.time).min()
      otherLines = lines.otherCount
      hasTail = lines.isTorn
    } catch {
      if error.isMissing { return nil }
      problem = "\(error)"
    }
  }

  /// Adds it to what is told; an end of a line that may be under way counts only where nobody writes.
  func add(to status: inout EmergencyStatus, isStanding: Bool) {
    let others = otherLines + (isStanding && hasTail ? 1 : 0)
    status.items += items
    status.otherLines += others
    status.oldest = [status.oldest, oldest].compactMap(\.self).min()
    if items + others > 0 { status.files.append(name) }
    if let problem { status.problems.append(problem) }
    if items + others > 0 || problem != nil {
      status.modifiedAt = [status.modifiedAt, stamp?.modifiedAt].compactMap(\.self).min()
    }
  }
}
