internal import CLibrary
internal import Fleet
internal import QueueEngine

/// Records what a dashboard sees, in the lines of a link: a line where something has changed, and no more
/// often than each two seconds.
///
/// Two files of at most eight mebibytes take turns; each part that one program writes begins with all that
/// there is. Of two dashboards one records: the one that has the lock on the file.
final class SnapshotRecorder {
  static let fileNames = ["recording.1", "recording"]
  private static let largestSize = 8 << 20
  private static let rest = Duration.seconds(2)
  /// So long after a failure, or where another program records, it is tried again.
  private static let retry = Duration.seconds(30)
  /// So many dead letters stand in a recording; more of them would fill it in an hour.
  private static let mostItems = 2000

  private let settings: EngineSettings
  private let state: StateDirectory
  private var file: RecordingFile?
  private var writer = SnapshotWriter(depth: .whole)
  private var restsUntil: Timestamp?
  /// The lock as it was recorded last, and when.
  private var lock: (status: LockStatus, at: Timestamp)?

  /// Why nothing could be recorded the last time; it is tried again.
  private(set) var problem: SystemError?

  init(settings: EngineSettings) {
    self.settings = settings
    state = StateDirectory(settings: settings)
  }

  /// Records a snapshot where it says something new.
  func note(_ snapshot: Snapshot, findings: [Finding], at now: Timestamp) {
    if let restsUntil, now < restsUntil, restsUntil - now <= Self.retry { return }
    restsUntil = now + Self.rest
    do throws(SystemError) {
      let isThere = try open(now)
      guard isThere else {
        restsUntil = now + Self.retry
        return
      }
      var shown = snapshot
      shown.generatedAt = now
      if let items = shown.deadLetters.content?.items, items.count > Self.mostItems {
        shown.deadLetters.content?.items = Array(items.prefix(Self.mostItems))
        shown.remarks.append(
          "The recording has the first \(Self.mostItems) of \(items.count) dead letters."
        )
      }
      shown.lock.evidence = evidence(of: shown.lock, now)
      let lines = writer.lines(for: shown, findings: findings)
      if !lines.isEmpty { try file?.append(lines.flatMap { $0 }) }
      problem = nil
    } catch {
      problem = error
      file = nil
      restsUntil = now + Self.retry
    }
  }

  /// The facts on the lock; as long as the verdict is the same, their words, which count the seconds, are
  /// taken anew each minute.
  private func evidence(of current: LockStatus, _ now: Timestamp) -> [String] {
    if let (known, moment) = lock, now >= moment, now - moment < .seconds(60),
      known.state == current.state, known.reason == current.reason, known.pid == current.pid,
      known.modifiedAt == current.modifiedAt
    {
      return known.evidence
    }
    lock = (current, now)
    return current.evidence
  }

  /// Opens the file where it is not, or makes room for a new one; returns whether this program records.
  private func open(_ now: Timestamp) throws(SystemError) -> Bool {
    if let size = file?.size {
      if size < Self.largestSize, file?.isInPlace == true { return true }
      file = nil
    }
    try state.create()
    let path = state.path(of: Self.fileNames[1])
    if let size = try? FileStamp.at(path).size, size >= Self.largestSize {
      guard rename(path, state.path(of: Self.fileNames[0])) == 0 else {
        throw SystemError(code: errno, attempt: "rename", path: path)
      }
    }
    guard let opened = try RecordingFile.claim(path) else { return false }
    writer.startOver()
    try opened.append(
      Hello(program: Version.text, host: "", at: now, settings: settings).line
    )
    file = opened
    return true
  }
}

/// A file that is only appended to, by the one program that has its lock.
private final class RecordingFile {
  private let descriptor: Int32
  private let path: String
  private(set) var size: Int

  private init(descriptor: Int32, path: String, size: Int) {
    (self.descriptor, self.path, self.size) = (descriptor, path, size)
  }

  deinit {
    close(descriptor)
  }

  /// Opens it; `nil` where another program has it.
  static func claim(_ path: String) throws(SystemError) -> RecordingFile? {
    let flags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK
    let opened = open(path, flags, 0o600)
    guard opened >= 0 else { throw SystemError(code: errno, attempt: "open", path: path) }
    guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
      close(opened)
      return nil
    }
    let size = Int(lseek(opened, 0, SEEK_END))
    let file = RecordingFile(descriptor: opened, path: path, size: size)
    // A line that was cut off ends here.
    if size > 0 { try file.append(Array("\n".utf8)) }
    return file
  }

  var isInPlace: Bool {
    guard let own = try? FileStamp.of(descriptor: descriptor, path: path),
      let named = try? FileStamp.at(path)
    else { return false }
    return own.device == named.device && own.inode == named.inode
  }

  /// Appends bytes in one call, so that a crash can cut them short but not mix them with others.
  func append(_ bytes: [UInt8]) throws(SystemError) {
    let code = WholeWrite.write(bytes, to: descriptor)
    guard code == 0 else { throw SystemError(code: code, attempt: "write", path: path) }
    size += bytes.count
  }
}
