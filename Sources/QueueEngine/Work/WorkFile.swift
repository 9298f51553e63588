internal import LosslessJSON

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

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

  /// For so long a file that does not parse may be one that is just being written.
  private static let patience = Duration.seconds(1)
  /// The pause between two readings of such a file, in milliseconds.
  private static let pause: Int32 = 20
  /// A change within this span before a reading may share its time stamp with a later change.
  private static let stampResolution = Duration.milliseconds(100)

  /// What the file holds; `nil` where there is none.
  private(set) var listing: WorkListing?
  /// What the work with it has cost.
  private(set) var cost = Cost()
  private let list: ListFile
  private let path: String
  private let name: String
  private var stamp: FileStamp?

  init(_ list: ListFile, settings: EngineSettings) {
    self.list = list
    path = settings.path(of: list.file)
    name = FileReplacementTarget.shownName(of: path)
  }

  /// Reads the file if it may have changed, and says whether somebody else changed it.
  mutating func refresh() throws(ActionError) -> Bool {
    let deadline = ContinuousClock.now + Self.patience
    while true {
      switch try look() {
      case .same:
        return false
      case .missing:
        let wasThere = listing != nil
        (listing, stamp) = (nil, nil)
        return wasThere
      case .found(let bytes, let found):
        do throws(DecodingProblem) {
          let isForeign = try take(bytes)
          let age = SystemClock.now - found.modifiedAt
          stamp = age > Self.stampResolution ? found : nil
          return isForeign
        } catch {
          if ContinuousClock.now >= deadline { throw .refused("\(error).", evidence: []) }
        }
      }
      poll(nil, 0, Self.pause)
    }
  }

  /// Makes a planned change, or creates the file with it; `plan` runs again if the file has changed.
  mutating func change(
    now: Timestamp,
    _ plan: (WorkListing) throws(DecodingProblem) -> WorkEdit
  ) throws(ActionError) {
    stamp = nil
    if listing == nil, try create(now: now, plan) { return }
    var (latest, cost) = (listing, self.cost)
    defer { self.cost = cost }
    do throws(FileReplacementError) {
      _ = try FileReplacement.replace(
        path: path,
        transform: { bytes throws(DecodingProblem) in
          let base: WorkListing
          if let latest, latest.text.bytes.isSame(as: bytes) {
            base = latest
          } else {
            base = try WorkListing(bytes, file: name, list: list)
            cost.passes += 1
          }
          latest = base
          let edit = try plan(base)
          // An edit that cannot be made is never taken for one that changes nothing.
          let content = edit.isEmpty ? nil : edit.bytes ?? []
          return FileReplacement.Content(bytes: content, report: edit)
        },
        reparse: { bytes, edit throws(DecodingProblem) in
          guard !bytes.isEmpty else { return false }
          let result = try WorkListing(bytes, file: name, list: list)
          cost.passes += 1
          cost.bytesWritten += bytes.count
          latest = result
          return edit.isMet(by: result)
        }
      )
    } catch {
      throw error.isRefusal
        ? .refused(error.description, evidence: []) : .failed(error.description)
    }
    listing = latest
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

  /// Takes note of the bytes, and says whether they are new.
  private mutating func take(_ bytes: [UInt8]) throws(DecodingProblem) -> Bool {
    if let listing, listing.text.bytes.isSame(as: bytes) { return false }
    listing = try WorkListing(bytes, file: name, list: list)
    cost.passes += 1
    return true
  }

  /// Makes the file with its first items; `false` where it has appeared meanwhile.
  private mutating func create(
    now: Timestamp,
    _ plan: (WorkListing) throws(DecodingProblem) -> WorkEdit
  ) throws(ActionError) -> Bool {
    let (edit, result): (WorkEdit, WorkListing?)
    do throws(DecodingProblem) {
      edit = try plan(WorkListing(list.emptyFile(now: now), file: name, list: list))
      if edit.isEmpty { return true }
      result = try edit.bytes.map { bytes throws(DecodingProblem) in
        try WorkListing(bytes, file: name, list: list)
      }
    } catch {
      throw .refused("\(error).", evidence: [])
    }
    guard let result, edit.isMet(by: result) else {
      throw .failed(FileReplacementError.spoiled(file: name).description)
    }
    do throws(SystemError) {
      guard try WholeFile.create(result.text.bytes, at: path) else { return false }
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
  /// A file that holds the list and nothing in it, written as Python would.
  fileprivate func emptyFile(now: Timestamp) -> [UInt8] {
    switch self {
    case .queue: Array("{\"queue\": []}".utf8)
    case .deadLetters: Array("{\"items\": [], \"last_update\": \"\(TimeToken.local(now))\"}".utf8)
    }
  }
}

extension [UInt8] {
  /// Whether the bytes are the same, compared a word at a time in any build.
  fileprivate func isSame(as other: [UInt8]) -> Bool {
    count == other.count
      && withUnsafeBytes { one in
        other.withUnsafeBytes { two in
          guard let first = one.baseAddress, let second = two.baseAddress else { return true }
          return memcmp(first, second, one.count) == 0
        }
      }
  }
}
