internal import CLibrary
internal import LosslessJSON

/// The file of a list as its worker knows it, read again only when somebody else has changed it.
///
/// All of it happens under the worker's lock. After a change of our own the bytes are compared with
/// those that we wrote and not read as JSON again, so that a batch costs one pass over the file.
struct WorkFile {
  /// What the work with the file has cost so far.
  struct Cost: Hashable {
    /// How often the whole file was read as JSON.
    var passes = 0
    /// How many bytes were written.
    var bytesWritten = 0
  }

  /// A change within this span before a reading may share its time stamp with a later change.
  private static let stampResolution = Duration.milliseconds(100)

  /// What the file holds; `nil` where there is none.
  private(set) var listing: ItemListing?
  /// What the work with it has cost.
  private(set) var cost = Cost()
  /// Which list it is.
  let list: ListFile
  /// The file's name, for sentences.
  let name: String
  private let path: String
  private let settings: EngineSettings
  private var stamp: FileStamp?
  /// The version that did not parse, and why: it is not waited for again.
  private var unreadable: (stamp: FileStamp, problem: DecodingProblem)?
  /// When somebody else last wrote it, as far as we know.
  private(set) var writtenAt: Timestamp?
  /// Whether the last change was made but may not outlive a crash of the machine.
  private var isUnsynced = false

  init(_ list: ListFile, settings: EngineSettings) {
    self.list = list
    self.settings = settings
    path = settings.path(of: list.file)
    name = PathText(path).shownName
  }

  /// Reads the file if it may have changed, and says whether somebody else changed it.
  ///
  /// One behind somebody else's link is refused; what else keeps it from being replaced is found by the trial.
  mutating func refresh() throws(ActionError) -> Bool {
    try refuseLink()
    do throws(SystemError) {
      try InPlaceWrite.finish(list, settings)
    } catch {
      throw .failed("\(error); nothing was changed.")
    }
    if let unreadable, (try? FileStamp.at(path)) == unreadable.stamp {
      throw .refused("\(unreadable.problem).", evidence: [])
    }
    let result = try TornFile.readUntilWhole { () throws(ActionError) in
      let found = try FileUser.act(onFileAt: path) { () throws(ActionError) in try look() }
      return Result { () throws(DecodingProblem) in try take(found) }
    }
    switch result {
    case .success(let isForeign): return isForeign
    case .failure(let problem):
      unreadable = (try? FileStamp.at(path)).map { ($0, problem) }
      throw .refused("\(problem).", evidence: [])
    }
  }

  /// Makes a planned change, or creates the file with it; `plan` runs again if the file has changed.
  ///
  /// One that is made and could not be synced is no failure here: to make it again would count twice.
  /// `makeDurable` is called before anything is done that relies on it.
  mutating func change(
    now: Timestamp,
    _ plan: (ItemListing) throws(DecodingProblem) -> ItemEdit
  ) throws(ActionError) {
    stamp = nil
    if listing == nil, try create(now: now, plan) { return }
    var (latest, cost, isWritten) = (listing, self.cost, false)
    defer { self.cost = cost }
    do throws(FileReplacementError) {
      _ = try FileReplacement.replace(
        path: path,
        sharing: DataFileSharing(settings: settings, list: list, waiting: LockWait()),
        transform: { bytes throws(DecodingProblem) in
          let base: ItemListing
          if let latest, latest.text.bytes[...].isSame(as: bytes[...]) {
            base = latest
          } else {
            base = try ItemListing(bytes, of: list, file: name)
            cost.passes += 1
          }
          latest = base
          let edit = try plan(base)
          isWritten = !edit.isEmpty
          // An edit that cannot be made is never taken for one that changes nothing.
          let content = edit.isEmpty ? nil : edit.bytes ?? []
          return FileReplacement.Content(bytes: content, report: edit)
        },
        reparse: { bytes, edit throws(DecodingProblem) in
          guard !bytes.isEmpty else { return false }
          let result = try ItemListing(bytes, of: list, file: name)
          cost.passes += 1
          cost.bytesWritten += bytes.count
          latest = result
          return edit.isMet(by: result)
        }
      )
      if isWritten { isUnsynced = false }
    } catch {
      guard case .unsynced = error else { throw Self.failure(error) }
      isUnsynced = true
    }
    listing = latest
  }

  /// Syncs what the last change left unsynced; it throws as long as that fails.
  mutating func makeDurable() throws(ActionError) {
    guard isUnsynced else { return }
    do throws(FileReplacementError) {
      try FileReplacementTarget(path: path).syncDirectory()
    } catch {
      throw Self.failure(error)
    }
    isUnsynced = false
  }

  private static func failure(_ error: FileReplacementError) -> ActionError {
    error.isRefusal ? .refused(error.description, evidence: []) : .failed(error.description)
  }

  private func refuseLink() throws(ActionError) {
    if let link = PathText(path).distrustedLink(of: FileUser(ofFileAt: path).owner) {
      throw Self.failure(.distrusted(file: name, link: link))
    }
    // A copy that stays is a second name, with which the file is not replaced.
    try? LinkedCopy.remove(beside: path)
  }

  private enum Look {
    case same, missing
    case found([UInt8], FileStamp)
  }

  /// The bytes of the file, unless it is the one that is known.
  private func look() throws(ActionError) -> Look {
    do throws(SystemError) {
      if let stamp, try FileStamp.at(path) == stamp { return .same }
      let file = try OpenFile(path: path)
      let isReadable = file.stamp.size <= DecodingProblem.largestFile
      if isReadable { return .found(try file.readAll(), file.stamp) }
      throw SystemError(code: EFBIG, attempt: "read", path: path)
    } catch {
      if error.isMissing { return .missing }
      throw .failed("\(error); nothing was changed.")
    }
  }

  /// Takes note of what was found, and says whether somebody else has changed the file.
  private mutating func take(_ look: Look) throws(DecodingProblem) -> Bool {
    switch look {
    case .same: return false
    case .missing:
      let wasThere = listing != nil
      (listing, stamp) = (nil, nil)
      return wasThere
    case .found(let bytes, let found):
      let isForeign = listing?.text.bytes[...].isSame(as: bytes[...]) != true
      if isForeign {
        listing = try ItemListing(bytes, of: list, file: name)
        writtenAt = found.modifiedAt
        cost.passes += 1
      }
      let age = SystemClock.now - found.modifiedAt
      stamp = age > Self.stampResolution ? found : nil
      return isForeign
    }
  }

  /// Makes the file with its first items; `false` where it has appeared meanwhile.
  private mutating func create(
    now: Timestamp,
    _ plan: (ItemListing) throws(DecodingProblem) -> ItemEdit
  ) throws(ActionError) -> Bool {
    let (edit, result): (ItemEdit, ItemListing?)
    do throws(DecodingProblem) {
      edit = try plan(ItemListing(list.emptyFile(now: now), of: list, file: name))
      if edit.isEmpty { return true }
      result = try edit.bytes.map { bytes throws(DecodingProblem) in
        try ItemListing(bytes, of: list, file: name)
      }
    } catch {
      throw .refused("\(error).", evidence: [])
    }
    guard let result, edit.isMet(by: result) else {
      throw .failed(FileReplacementError.spoiled(file: name).description)
    }
    do throws(SystemError) {
      let isCreated = try FileUser.act(onFileAt: path) { () throws(SystemError) in
        try WholeFile.create(result.text.bytes, at: path)
      }
      guard isCreated else { return false }
    } catch {
      throw .failed("\(error).")
    }
    cost.passes += 1
    cost.bytesWritten += result.text.bytes.count
    listing = result
    return true
  }
}

extension ListFile {
  /// A file that holds the list and nothing in it, written as Python would, with all that other programs
  /// count in without asking (docs/contract.md).
  func emptyFile(now: Timestamp) -> [UInt8] {
    switch self {
    case .queue:
      Array(
        """
        {"queue": [], "last_100": [], "failed": [], "stats": {"total_queued": 0, "total_synced": 0, \
        "total_failed": 0, "last_sync": null}}
        """.utf8
      )
    case .deadLetters: Array("{\"items\": [], \"last_update\": \"\(TimeToken.local(now))\"}".utf8)
    }
  }
}
