internal import LosslessJSON

/// How a file that another program destroyed would be rebuilt: the last good copy united with what
/// can be saved of the file itself.
public struct RecoveryPlan: Sendable {
  /// The file.
  public let file: ListFile
  /// Why it does not parse, one sentence, with the byte.
  public let problem: String
  /// How many items were saved of the file as it is: these are certain.
  public let salvagedCount: Int
  /// How many items stand in the copy alone: some may have been delivered or dropped since.
  public let copyOnlyCount: Int
  /// The ids of items of which only the beginning can be read, and that no copy has.
  public let lostIDs: [String]
  /// When the copy was taken; `nil` where there is none.
  public let copiedAt: Timestamp?
  /// The new content of the file.
  let bytes: [UInt8]
  /// What the new content holds, in order.
  let identities: [ItemIdentity]

  /// What a person should know before it is done, one short sentence each.
  public func facts(at now: Timestamp) -> [String] {
    let saved = salvagedCount == 1 ? "1 item" : "\(salvagedCount) items"
    var facts = ["\(saved) can still be read in the file itself"]
    if let copiedAt, copyOnlyCount == 0 {
      facts.append("the copy taken \((now - copiedAt).ageText) ago has no item besides")
    } else if let copiedAt {
      facts.append(
        "\(copyOnlyCount) more \(copyOnlyCount == 1 ? "is" : "are") only in the copy taken \((now - copiedAt).ageText) ago: what was"
          + " delivered or dropped since would come back"
      )
    } else {
      facts.append("there is no earlier copy of it, so what cannot be read in it is lost")
    }
    if !lostIDs.isEmpty {
      let shown = lostIDs.prefix(3).map { Scrubber.scrub($0) }.joined(separator: ", ")
      let others = lostIDs.count > 3 ? " and \(lostIDs.count - 3) others" : ""
      facts.append(
        "of \(lostIDs.count == 1 ? "1 item" : "\(lostIDs.count) items") only the beginning can be read, and"
          + " no copy has \(lostIDs.count == 1 ? "it" : "them"): \(shown)\(others)"
      )
    }
    return facts + ["the bytes that do not parse are kept beside the copies"]
  }

  /// Looks at a file; `nil` where it is missing or parses, and nothing has to be recovered.
  public static func examine(
    _ file: ListFile,
    settings: EngineSettings
  ) throws(ActionError) -> RecoveryPlan? {
    let path = settings.path(of: file.file)
    let name = PathText(path).shownName
    do throws(SystemError) {
      var bytes: [UInt8] = []
      let result = try TornFile.readUntilWhole { () throws(SystemError) in
        bytes = try OpenFile(path: path).readAll()
        return problem(of: bytes, file, name).map { .failure($0) } ?? .success(())
      }
      guard case .failure(let problem) = result else { return nil }
      return try RecoveryPlan(bytes, of: file, problem, CopyStore(settings: settings))
    } catch {
      if error.isMissing { return nil }
      throw .failed("\(error).")
    }
  }

  /// The last good copy with items of a file that is not there any more.
  public struct LastCopy: Sendable {
    /// Where it lies.
    public let path: String
    /// How many items it has.
    public let count: Int
    /// When it was taken.
    public let takenAt: Timestamp
  }

  /// The last good copy of a file that is missing; `nil` where it is there, or no copy has an item.
  public static func lastCopy(
    ofMissing file: ListFile,
    settings: EngineSettings
  ) throws(ActionError) -> LastCopy? {
    do throws(SystemError) {
      _ = try FileStamp.at(settings.path(of: file.file))
      return nil
    } catch  where error.isMissing {
    } catch {
      throw .failed("\(error).")
    }
    let store = CopyStore(settings: settings)
    do throws(SystemError) {
      guard let last = try lastGood(of: file, in: store, isWanted: { !$0.items.isEmpty }) else {
        return nil
      }
      return LastCopy(path: last.path, count: last.list.items.count, takenAt: last.time)
    } catch {
      throw .failed("\(error).")
    }
  }

  /// Why bytes do not parse; `nil` where they do.
  static func problem(of bytes: [UInt8], _ file: ListFile, _ name: String) -> DecodingProblem? {
    do throws(DecodingProblem) {
      _ = try ItemListing(bytes, of: file, file: name)
      return nil
    } catch {
      return error
    }
  }

  /// Makes the plan for bytes that do not parse.
  init(
    _ broken: [UInt8],
    of file: ListFile,
    _ problem: DecodingProblem,
    _ store: CopyStore
  ) throws(SystemError) {
    let salvage = Salvage(broken, of: file)
    let copy = try Self.lastGood(of: file, in: store)
    var saved = Dictionary(grouping: salvage.items, by: \.identity)
    var (pieces, identities): ([[UInt8]], [ItemIdentity]) = ([], [])
    // The copy's order first: it is older, and items of a project are delivered in order.
    var copyOnlyCount = 0
    for (index, identity) in (copy?.list.identities ?? []).enumerated() {
      identities.append(identity)
      if saved[identity]?.isEmpty == false, let item = saved[identity]?.removeFirst() {
        pieces.append(item.bytes)
      } else {
        copyOnlyCount += 1
        pieces.append(copy?.list.bytes(at: index) ?? [])
      }
    }
    for item in salvage.items where saved[item.identity]?.isEmpty == false {
      saved[item.identity]?.removeFirst()
      pieces.append(item.bytes)
      identities.append(item.identity)
    }
    // Each is named once, and a file may have very many.
    var known = Set(identities.map(\.id.text))
    lostIDs = salvage.begunIDs.filter { known.insert($0).inserted }
    self.copyOnlyCount = copyOnlyCount
    self.file = file
    self.problem = problem.description
    self.identities = identities
    salvagedCount = salvage.items.count
    copiedAt = copy?.time
    bytes = Self.content(pieces, of: file, like: copy?.list)
  }

  /// The newest copy that is whole and parses.
  private static func lastGood(
    of file: ListFile,
    in store: CopyStore,
    isWanted: (ItemListing) -> Bool = { _ in true }
  ) throws(SystemError) -> (list: ItemListing, time: Timestamp, path: String)? {
    for copy in try store.copies().reversed() where copy.list == file && !copy.isBroken {
      guard let bytes = try store.bytes(of: copy) else { continue }
      do throws(DecodingProblem) {
        let list = try ItemListing(bytes, of: file, file: copy.fileName)
        if isWanted(list) { return (list, copy.time, store.path(of: copy)) }
      } catch {
        continue  // A copy of no use; an older one may be.
      }
    }
    return nil
  }

  /// The file's content with these items, all else as in the copy.
  private static func content(
    _ pieces: [[UInt8]],
    of file: ListFile,
    like copy: ItemListing?
  ) -> [UInt8] {
    let joined = Array(pieces.joined(separator: Array(",\n  ".utf8)))
    let array = pieces.isEmpty ? Array("[]".utf8) : Array("[\n  ".utf8) + joined + Array("\n]".utf8)
    // Of a new file nothing but its own list can be missing, and that is there.
    let base = copy ?? (try? ItemListing(file.emptyFile(now: SystemClock.now), of: file, file: ""))
    return base.flatMap { base in
      base.text.replacing([JSONReplacement(base.elements.range, with: array)])?.bytes
    } ?? []
  }
}

extension ItemListing {
  /// What the items are, in the order of the file.
  var identities: [ItemIdentity] { items.indices.map(identity(at:)) }
}
