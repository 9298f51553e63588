internal import CLibrary

/// The ground on which each change of ours stands: the lock, a settled journal, a clean directory.
///
/// It lives as long as the lock is ours. Changes made through it are journaled, and the file as it
/// was is kept as a copy.
struct ChangeSession: ~Copyable {
  let settings: EngineSettings
  let journal: ChangeJournal
  private let lock: QueueLock
  private let waiting: LockWait
  /// What the person should know beside the outcome, one short sentence each.
  private(set) var remarks: [String]

  /// Waits for the lock, and finishes or clears away what a crash left.
  init(settings: EngineSettings, waiting: LockWait) throws(ActionError) {
    try FileConflict.refuse(settings)
    let lock = try QueueLock.acquire(settings: settings, waiting: waiting)
    let journal = ChangeJournal(settings: settings)
    let remarks: [String]
    do throws(SystemError) {
      for list in ListFile.allCases { try InPlaceWrite.finish(list, settings) }
      remarks = try journal.settle()
      try Leftovers.sweep(settings)
    } catch {
      throw .failed("Nothing was changed: \(error); make mem0top's state directory writable.")
    }
    self.init(settings: settings, journal: journal, lock: lock, waiting, remarks: remarks)
  }

  private init(
    settings: EngineSettings,
    journal: ChangeJournal,
    lock: consuming QueueLock,
    _ waiting: LockWait,
    remarks: [String]
  ) {
    self.settings = settings
    self.journal = journal
    self.lock = lock
    self.waiting = waiting
    self.remarks = remarks
  }

  /// The name of a file as the person knows it.
  func name(of list: ListFile) -> String {
    PathText(settings.path(of: list.file)).shownName
  }

  /// Replaces a file's content, with an entry in the journal that is on disk before.
  ///
  /// - Parameters:
  ///   - list: The file.
  ///   - kind: What kind of change it is.
  ///   - undoes: The number of the entry that it takes back.
  ///   - source: What the file held that items come from.
  ///   - isBroken: Whether the file does not parse; its bytes are then kept before anything else.
  ///   - transform: As for `FileReplacement.replace`.
  ///   - reparse: As for `FileReplacement.replace`.
  ///   - items: What the entry keeps of the items that change.
  /// - Returns: the report of the change.
  /// - Throws: why nothing was changed, except where the sentence says otherwise.
  mutating func change<Report, Items: Sequence<JournalEntry.Item>>(
    _ list: ListFile,
    as kind: JournalEntry.Kind,
    undoing undoes: Int? = nil,
    from source: ContentHash? = nil,
    isBroken: Bool = false,
    transform: (_ bytes: consuming [UInt8]) throws(DecodingProblem) ->
      FileReplacement.Content<Report>,
    reparse: (_ bytes: [UInt8], _ report: Report) throws(DecodingProblem) -> Bool,
    items: (_ report: Report) -> Items
  ) throws(ActionError) -> Report {
    let path = settings.path(of: list.file)
    let (journal, time, request) = (journal, SystemClock.now.iso8601, waiting.request)
    let copies = CopyStore(settings: settings)
    let sharing = DataFileSharing(settings: settings, list: list, waiting: waiting)
    var copyProblem: String?
    do throws(FileReplacementError) {
      let report = try FileReplacement.replace(
        path: path,
        sharing: sharing,
        transform: transform,
        reparse: reparse,
        record: { before, new, report throws(SystemError) in
          let head = JournalEntry.Head(
            kind: kind,
            time: time,
            file: path,
            before: before,
            after: ContentHash(new),
            undoes: undoes,
            source: source,
            request: request
          )
          var ticket = try journal.begin(head, items: items(report))
          // A second name of a file that is written where it stands would be no copy.
          let isLinked =
            !isBroken && !sharing.isLockedByOthers && ticket.link(list, before, in: copies)
          if !isLinked {
            copyProblem = try Self.keep(path, of: list, isBroken: isBroken, in: copies)
          }
          return ticket
        }
      )
      if let copyProblem { remarks.append(copyProblem) }
      prune(copies)
      return report
    } catch {
      throw error.isRefusal
        ? .refused(error.description, evidence: remarks) : .failed(error.description)
    }
  }

  /// Edits a list, planned anew for whatever its file holds; the parameters are those of `change`.
  mutating func edit<Report>(
    _ list: ListFile,
    as kind: JournalEntry.Kind,
    undoing undoes: Int? = nil,
    from source: ContentHash? = nil,
    plan: (ItemListing) throws(DecodingProblem) -> (edit: ItemEdit, report: Report),
    items: (_ report: Report) -> [JournalEntry.Item]
  ) throws(ActionError) -> Report {
    let file = name(of: list)
    return try change(
      list,
      as: kind,
      undoing: undoes,
      from: source,
      transform: { bytes throws(DecodingProblem) in
        let planned = try plan(ItemListing(bytes, of: list, file: file))
        // An edit that cannot be made is never taken for one that changes nothing.
        let new = planned.edit.isEmpty ? nil : planned.edit.bytes ?? []
        return FileReplacement.Content(bytes: new, report: planned)
      },
      reparse: { bytes, planned throws(DecodingProblem) in
        guard !bytes.isEmpty else { return false }
        return try planned.edit.isMet(by: ItemListing(bytes, of: list, file: file))
      },
      items: { items($0.report) }
    ).report
  }

  /// Makes a file appear that is not there, so that items can be put into it.
  func createIfMissing(_ list: ListFile, as bytes: [UInt8]) throws(ActionError) {
    let path = settings.path(of: list.file)
    do throws(SystemError) {
      _ = try FileUser.act(onFileAt: path) { () throws(SystemError) in
        try WholeFile.create(bytes, at: path)
      }
    } catch {
      let name = PathText(path).shownName
      throw .failed(FileReplacementError(creating: error, file: name).description)
    }
  }

  /// Keeps the file as it was; returns what a person should know of that, which hinders nothing here.
  private static func keep(
    _ path: String,
    of list: ListFile,
    isBroken: Bool,
    in copies: CopyStore
  ) throws(SystemError) -> String? {
    do throws(SystemError) {
      // One that is changed meanwhile is seen before it is replaced, and kept anew.
      let bytes = try OpenFile(path: path).readAll()
      if try copies.keep(bytes, of: list, isBroken: isBroken) != nil || !isBroken {
        return nil
      }
    } catch {
      if isBroken { throw error }
      return "no copy of the file as it was could be kept: \(error)"
    }
    throw SystemError(code: EFBIG, attempt: "keep the broken bytes in", path: copies.path)
  }

  private mutating func prune(_ copies: CopyStore) {
    do throws(SystemError) {
      try copies.prune()
      let excess = try copies.excess()
      if excess > 0 {
        remarks.append(
          "the copies take \((excess >> 20) + 1) MiB more than their"
            + " \(CopyStore.mostBytes >> 20) MiB: the last good one of each file stays"
        )
      }
    } catch {
      remarks.append("the copies could not be kept within their bounds: \(error)")
    }
    do throws(SystemError) {
      remarks += try journal.prune()
    } catch {
      remarks.append("the journal could not be kept within its bounds: \(error)")
    }
  }
}

/// Writes of ours into files that others lock, which a kill has cut.
package enum CutWrite {
  /// Whether one of a list's file waits to be completed.
  package static func isWaiting(_ list: ListFile, settings: EngineSettings) -> Bool {
    InPlaceWrite.isWaiting(list, settings)
  }

  /// Completes them, so that there are items to choose from.
  package static func complete(settings: EngineSettings) throws(ActionError) {
    _ = try ChangeSession(settings: settings, waiting: LockWait())
  }
}
