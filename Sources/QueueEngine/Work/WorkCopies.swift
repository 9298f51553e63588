internal import LosslessJSON

/// Keeps copies of the lists that a worker or a producer of ours changes (`docs/safety.md`).
///
/// A worker writes many times a minute, so not each version is kept: what a run finds, what it leaves,
/// and one a minute between them. A copy that fails hinders no work.
struct WorkCopies {
  private static let interval = Duration.seconds(60)

  private let store: CopyStore
  /// When the latest copy of a list was taken.
  private var takenAt: [ListFile: Timestamp] = [:]
  /// How much we had written to a list then.
  private var bytesWritten: [ListFile: Int] = [:]
  /// Why the last copy could not be kept, one short sentence; `nil` where it could.
  private(set) var problem: String?

  init(settings: EngineSettings) {
    store = CopyStore(settings: settings)
  }

  /// Keeps a list as it is, unless a copy of it was taken within the last minute, by whomever.
  mutating func keepIfDue(_ file: WorkFile, now: Timestamp) {
    let latest = takenAt[file.list] ?? latestCopy(of: file.list)
    takenAt[file.list] = latest
    if let latest, now >= latest, now - latest < Self.interval { return }
    keep(file, now)
  }

  /// Keeps what a producer has made of a list: each version of a small one.
  ///
  /// What was added last is in no older copy, and another program may tear the file the next moment.
  mutating func keepAdded(_ file: WorkFile, now: Timestamp) {
    guard let size = file.listing?.text.bytes.count, size < CopyStore.leastLinked else {
      return keepIfDue(file, now: now)
    }
    keep(file, now)
  }

  /// Keeps a list as it is, if we have changed it since its last copy.
  mutating func keepIfWritten(_ file: WorkFile, now: Timestamp) {
    if file.cost.bytesWritten > bytesWritten[file.list] ?? 0 { keep(file, now) }
  }

  private func latestCopy(of list: ListFile) -> Timestamp? {
    // A directory that cannot be read cannot be written either, and that is told.
    let copies = try? store.copies()
    return copies?.last { $0.list == list }?.time
  }

  private mutating func keep(_ file: WorkFile, _ now: Timestamp) {
    guard let bytes = file.listing?.text.bytes else { return }
    takenAt[file.list] = now
    bytesWritten[file.list] = file.cost.bytesWritten
    do throws(SystemError) {
      try store.keep(bytes, of: file.list, at: now)
      problem = nil
    } catch {
      problem = "no copy of \(file.name) could be kept: \(error)"
    }
  }
}
