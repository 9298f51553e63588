/// Finds backups and conflict copies that hold memories which stand nowhere else.
///
/// They are compared with all the files, which costs a reading of each: so only where there are copies
/// that hold anything, when one of them is new or has changed, and else at most every ten seconds.
struct StrayReader {
  private static let interval = Duration.seconds(10)

  private let settings: EngineSettings
  private var copies: [String: Copy] = [:]
  private var found: [StrayCopy] = []
  private var lastLook: Timestamp?
  private var stamps: [FileStamp?] = []

  init(settings: EngineSettings) {
    self.settings = settings
  }

  /// A copy as it was read.
  private struct Copy {
    let stamp: FileStamp
    let items: [StoredItem]
  }

  /// Looks at the copies among the names in some directories.
  mutating func read(
    _ directories: [(path: String, names: [String])],
    now: Timestamp
  ) -> [StrayCopy] {
    let isChanged = refresh(directories)
    guard copies.values.contains(where: { !$0.items.isEmpty }) else {
      (found, lastLook) = ([], nil)
      return []
    }
    let isDue = lastLook.map { now < $0 || now - $0 >= Self.interval } ?? true
    guard isChanged || isDue else { return found }
    let current = fileStamps
    guard isChanged || current != stamps else { return found }
    (lastLook, stamps) = (now, current)
    // Beside a file that cannot be read nothing can be said of a copy; that file is a finding itself.
    guard let known = try? KnownMemories(settings: settings) else { return found }
    found = copies.sorted { $0.key < $1.key }.compactMap { path, copy in
      let count = known.missing(of: copy.items).items.count
      guard count > 0 else { return nil }
      let name = PathText(path).shownName
      return StrayCopy(name: name, path: path, items: count, modifiedAt: copy.stamp.modifiedAt)
    }
    return found
  }

  /// Reads copies that are new or have changed, and says whether there were any, or some have gone.
  private mutating func refresh(_ directories: [(path: String, names: [String])]) -> Bool {
    var (current, isChanged) = ([String: Copy](), false)
    for place in StrayName.places(in: settings) {
      let parent = PathText(place.path).parent
      for directory in directories where directory.path == parent {
        for name in directory.names where StrayName.isCopy(name, of: place.path) {
          let path = "\(parent)/\(name)"
          guard let stamp = try? FileStamp.at(path) else { continue }
          if let known = copies[path], known.stamp == stamp {
            current[path] = known
            continue
          }
          isChanged = true
          current[path] = Copy(stamp: stamp, items: CopyContents(at: path)?.items ?? [])
        }
      }
    }
    isChanged = isChanged || current.count != copies.count
    copies = current
    return isChanged
  }

  /// All that a copy is compared with, as far as stamps tell.
  private var fileStamps: [FileStamp?] {
    let state = StateDirectory(settings: settings)
    let files = [\FileNames.queue, \.deadLetters, \.emergency, \.log].map { settings.path(of: $0) }
    return (files + [state.path(of: "journal"), state.path(of: "claims.json")]).map {
      try? FileStamp.at($0)
    }
  }
}

/// The memories of a file beside the queue, whichever list it was, or an emergency file.
struct CopyContents {
  /// The list that they belong into.
  let list: ListFile
  let items: [StoredItem]
  /// How many elements or lines are not memories.
  let otherCount: Int
  /// Tells the content from another.
  let hash: ContentHash

  /// Reads a file; `nil` where it may not be read or holds nothing of the kind.
  init?(at path: String) {
    guard let file = try? OpenFile(path: path), file.stamp.size <= DecodingProblem.largestFile,
      let bytes = try? file.readAll()
    else { return nil }
    self.init(bytes)
  }

  /// Takes the bytes of a file; `nil` where they hold nothing of the kind.
  init?(_ bytes: [UInt8]) {
    hash = ContentHash(bytes)
    for list in ListFile.allCases {
      guard let contents = ListContents(bytes, of: list) else { continue }
      (self.list, items, otherCount) = (list, contents.waiting, contents.otherCount)
      return
    }
    let lines = EmergencyLines(bytes)
    if lines.items.isEmpty { return nil }
    (list, items, otherCount) = (.queue, lines.items, lines.rest.count)
  }
}
