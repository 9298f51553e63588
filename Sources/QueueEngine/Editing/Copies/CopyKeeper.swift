/// Keeps a copy of the last valid version of a file that other programs write.
///
/// At most once a minute, and only of a version that has not been copied: a file that does not change
/// costs a comparison.
struct CopyKeeper {
  private static let interval = Duration.seconds(60)
  /// The first copy waits until the first screen has long been painted.
  private static let firstDelay = Duration.seconds(5)

  /// The file that is kept.
  let list: ListFile
  private let path: String
  private let store: CopyStore
  private var copied: FileStamp?
  private var nextAt: Timestamp?
  /// Why the last copy could not be kept, one short sentence; `nil` where it could.
  private(set) var problem: String?

  init(_ list: ListFile, settings: EngineSettings) {
    self.list = list
    path = settings.path(of: list.file)
    store = CopyStore(settings: settings)
  }

  /// Copies the file if it still is the one that was read and found valid.
  mutating func keep(_ valid: FileStamp?, now: Timestamp) {
    guard let valid, valid != copied else { return }
    guard let nextAt else {
      self.nextAt = now + Self.firstDelay
      return
    }
    guard now >= nextAt else { return }
    self.nextAt = now + Self.interval
    do throws(SystemError) {
      let file = try OpenFile(path: path)
      guard file.stamp == valid else { return }
      let bytes = try file.readAll()
      // One that changes while it is read is copied another time.
      guard try FileStamp.at(path) == valid, bytes.count == valid.size else { return }
      try store.keep(bytes, of: list, at: now)
      copied = valid
      problem = nil
    } catch {
      problem = "no copy of \(PathText(path).shownName) could be kept: \(error)"
    }
  }
}
