/// Changes a file that other programs use too, so that it is whole at every moment: the old or the new one.
///
/// The caller holds the worker's lock; that is what keeps updates from being lost. What is done here
/// holds without it too: a torn file is waited for and never taken for an empty one, a file that
/// changes under our eyes is taken anew, and only a synced copy ever takes its place
/// (`docs/safety.md#changing-a-file`). A symbolic link stays, and the file that it leads to is
/// replaced; owner and mode stay.
///
/// Who locks the data file itself, or has it open for writing, is waited for and then refused. A look
/// alone excludes nobody, so our own locks are on the file from before it is read; the look is directly
/// before the rename; and where anybody's lock on it was ever seen the file is written where it stands.
///
/// Everything happens on the calling thread, in the same order each time, so that a test can kill the
/// process at each system call in turn.
package enum FileReplacement {
  /// What becomes of a file's content, and what to tell about that.
  package struct Content<Report> {
    /// The new bytes; `nil` where nothing has to change, and then nothing is written.
    package var bytes: [UInt8]?
    /// What the caller wants to know of the change.
    package var report: Report

    /// Makes content.
    package init(bytes: [UInt8]?, report: Report) {
      self.bytes = bytes
      self.report = report
    }
  }

  /// So often a change begins anew because the file has changed meanwhile.
  private static let mostAttempts = 5

  /// Replaces the content of the file at `path` by what `transform` makes of it.
  ///
  /// - Parameters:
  ///   - path: The file, or a symbolic link to it.
  ///   - sharing: How others may use the file itself; `nil` for one that nobody locks.
  ///   - transform: A pure function of the bytes; it runs again whenever they have changed. It throws
  ///     where they do not parse, which is final only once they have not parsed for a second. The
  ///     bytes are given away, so that 60 MB can be changed where they stand.
  ///   - reparse: Reads the new bytes before they take their place, and says whether they are what
  ///     was meant.
  ///   - record: Writes down, durably, what is needed to finish the change or to take it back, by
  ///     the hash of the old bytes, the new ones and the report; by default nothing is written down.
  /// - Returns: the report of the change that was made.
  /// - Throws: why nothing was changed; only `unsynced` and `overwritten` come after the change.
  package static func replace<Report>(
    path: String,
    sharing: DataFileSharing? = nil,
    transform: (_ bytes: consuming [UInt8]) throws(DecodingProblem) -> Content<Report>,
    reparse: (_ bytes: [UInt8], _ report: Report) throws(DecodingProblem) -> Bool,
    record: (_ before: ContentHash, _ new: [UInt8], _ report: Report) throws(SystemError) ->
      JournalTicket? =
      { _, _, _ in nil }
  ) throws(FileReplacementError) -> Report {
    let user = FileUser(ofFileAt: path)
    user.enter()
    defer { user.leave() }
    for _ in 0..<mostAttempts {
      let target = try FileReplacementTarget(path: path)
      let lock = try DataFileLock.take(on: target, sharing)
      let (original, content) = try read(target, transform)
      guard let bytes = content.bytes else { return content.report }
      // First of all, so that the disk takes it in while it is checked and written down.
      var draft = try FileReplacementDraft(for: target)
      try draft.write(bytes)
      guard try isMeant(bytes, content.report, by: reparse) else {
        throw .spoiled(file: target.shownName)
      }
      var ticket: JournalTicket?
      do throws(SystemError) {
        // Our own state is ours, whosever the file is.
        user.leave()
        defer { user.enter() }
        ticket = try record(original.hash, bytes, content.report)
      } catch {
        throw .unrecorded(file: target.shownName, error)
      }
      try draft.adopt(ownerAndModeOf: original)
      try draft.sync()
      guard try isOurs(lock, target, original, sharing) else { continue }
      if let sharing, sharing.isLockedByOthers, lock.isWritable {
        let name = InPlaceWrite.Name(
          list: sharing.list,
          before: original.hash,
          after: ContentHash(bytes)
        )
        do throws(FileReplacementError) {
          try draft.write(bytes, over: lock.descriptor, whileNamed: name.text)
        } catch {
          ticket?.leave()
          throw error
        }
        commit(ticket, user)
      } else {
        try draft.takePlace()
        let isReplaced = draft.isReplaced
        commit(ticket, user, survived: !isReplaced)
        try target.syncDirectory()
        if isReplaced { throw .overwritten(file: target.shownName) }
      }
      return content.report
    }
    throw .keepsChanging(file: PathText(path).shownName)
  }

  /// The content as it is and as it is to be, once the file parses.
  private static func read<Report>(
    _ target: borrowing FileReplacementTarget,
    _ transform: (_ bytes: consuming [UInt8]) throws(DecodingProblem) -> Content<Report>
  ) throws(FileReplacementError) -> (original: FileReplacementTarget.Reading, Content<Report>) {
    let result = try TornFile.readUntilWhole { () throws(FileReplacementError) in
      let (bytes, original) = try target.read()
      do throws(DecodingProblem) {
        return .success((original, try transform(bytes)))
      } catch {
        return .failure(error)
      }
    }
    switch result {
    case .success(let reading): return reading
    case .failure(let problem): throw .corrupt(problem)
    }
  }

  private static func isMeant<Report>(
    _ bytes: [UInt8],
    _ report: Report,
    by reparse: (_ bytes: [UInt8], _ report: Report) throws(DecodingProblem) -> Bool
  ) throws(FileReplacementError) -> Bool {
    do {
      return try reparse(bytes, report)
    } catch {
      throw .corrupt(error)
    }
  }

  /// Whether the file is as it was read and nobody else uses it, so that it may change now; who does is
  /// waited for.
  private static func isOurs(
    _ lock: borrowing DataFileLock,
    _ target: borrowing FileReplacementTarget,
    _ original: FileReplacementTarget.Reading,
    _ sharing: DataFileSharing?
  ) throws(FileReplacementError) -> Bool {
    guard let sharing else { return try target.holds(original) }
    let deadline = ContinuousClock.now + sharing.waiting.timeout
    while true {
      guard try target.holds(original) else { return false }
      switch lock.look() {
      case .nobody: return true
      case .locker:
        if sharing.isLockedByOthers && lock.isWritable { return true }
        do throws(SystemError) {
          try sharing.remember()
        } catch {
          throw .unrecorded(file: target.shownName, error)
        }
        return false
      case .writer:
        let use = "has it open for writing"
        try lock.wait(until: deadline, for: use, target.shownName, sharing.waiting)
      }
    }
  }

  private static func commit(
    _ ticket: consuming JournalTicket?,
    _ user: FileUser,
    survived: Bool = true
  ) {
    user.leave()
    defer { user.enter() }
    ticket?.commit(survived: survived)
  }
}
