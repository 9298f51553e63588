/// The probes of the last 24 hours, kept in our own state directory across restarts.
///
/// Every program that probes counts its own probes and, once a minute, adds what it counted since to
/// what the file holds by then, under a lock: two dashboards at once count each other's probes too,
/// which leaves their share what it is. A file that is missing or damaged is the same as one that
/// was never written. A crash costs the counts of a minute.
package struct ProbeHistory: Sendable {
  private static let fileName = "probe.history"
  /// The least time between two writings.
  private static let writingInterval = Duration.seconds(60)

  private let directory: StateDirectory
  /// What the file held when it was last read or written.
  private var kept = ProbeRecord()
  /// What was counted since.
  private var counted = ProbeRecord()
  private var lastCounted: Timestamp?
  private var savedAt: Timestamp?

  /// Why the history could not be written the last time; it is tried again.
  package private(set) var problem: SystemError?

  /// The history of the directory in `settings`; nothing is read or created yet.
  package init(settings: EngineSettings) {
    directory = StateDirectory(settings: settings)
  }

  /// Reads what was kept.
  package mutating func load() {
    kept = stored()
  }

  /// Counts a probe, writes what was counted if a minute has passed, and completes the status.
  package mutating func append(_ status: ServerStatus, now: Timestamp) -> ServerStatus {
    // Without a usable key nothing is asked, and the status is that of the last time.
    if let moment = status.completedAt, moment != lastCounted {
      counted.note(status, at: moment, previous: lastCounted ?? kept.lastProbe)
      lastCounted = moment
    }
    let since = savedAt ?? now
    savedAt = since
    if now - since >= Self.writingInterval || now < since { save(now: now) }
    return completed(status, now: now)
  }

  /// Completes the status of a program that looks once, and keeps it where it is news.
  ///
  /// While all is well nothing is written: such a program may run each second.
  package mutating func complete(_ status: ServerStatus, now: Timestamp) -> ServerStatus {
    load()
    guard kept.lacks(status) else { return completed(status, now: now) }
    let completed = append(status, now: now)
    save(now: now)
    return completed
  }

  /// Completes the status of a single probe by what was kept; nothing is written.
  package mutating func completeUnkept(_ status: ServerStatus, now: Timestamp) -> ServerStatus {
    load()
    return completed(kept.continued(status), now: now)
  }

  /// The status with what is known of its last 24 hours.
  package func completed(_ status: ServerStatus, now: Timestamp) -> ServerStatus {
    var record = kept
    record.add(counted)
    return record.completed(status, at: now)
  }

  /// Writes what was counted since the last time; a failure is kept in `problem`.
  package mutating func save(now: Timestamp) {
    savedAt = now
    guard !counted.isEmpty else { return }
    do throws(SystemError) {
      try directory.create()
      let lock = try StateDirectoryLock(directory)
      var merged = stored()
      merged.add(counted)
      merged.prune(at: now)
      try WholeFile.replace(Array(ProbeRecordText.text(of: merged).utf8), at: path)
      lock.release()
      (kept, counted) = (merged, ProbeRecord())
      problem = nil
    } catch {
      problem = error
      counted.prune(at: now)
    }
  }

  private var path: String { directory.path(of: Self.fileName) }

  private func stored() -> ProbeRecord {
    do {
      let file = try OpenFile(path: path)
      let bytes = try file.read(at: 0, count: ProbeRecordText.largestSize + 1)
      return ProbeRecordText.record(in: bytes) ?? ProbeRecord()
    } catch {
      return ProbeRecord()  // Nothing was kept; writing will tell if the directory cannot be used.
    }
  }
}

extension ServerStatus {
  /// When the last of the endpoints answered or failed; `nil` before each has been asked.
  fileprivate var completedAt: Timestamp? {
    endpoints.allSatisfy { $0.probedAt != nil } ? endpoints.compactMap(\.probedAt).max() : nil
  }
}
