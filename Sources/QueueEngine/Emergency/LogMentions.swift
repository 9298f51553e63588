internal import CLibrary

/// The memories that the worker's log calls delivered, by project and the first characters of the id.
struct LogMentions {
  private struct Mention: Hashable {
    let project: String
    let id: String

    init(project: String, id: String) {
      self.project = project
      self.id = id
    }

    init(_ item: StoredItem) {
      self.init(project: Scrubber.scrub(item.project), id: Scrubber.scrub(item.shortID))
    }
  }

  /// So much of the log's end is searched.
  private static let window = 64 << 20
  private static let pieceSize = 1 << 20
  private static let marker = Array("(ID:".utf8)

  private var mentions: [Mention: Int] = [:]

  /// No mention of anything.
  init() {}

  /// Searches a log; one that is not there mentions nothing.
  init(path: String) throws(SystemError) {
    do throws(SystemError) {
      let file = try OpenFile(path: path)
      var offset = max(file.stamp.size - Self.window, 0)
      var unfinished: [UInt8] = []
      while true {
        let piece = try file.read(at: offset, count: Self.pieceSize)
        if piece.isEmpty { break }
        offset += piece.count
        var lines = (unfinished + piece).splitAtLineFeeds()
        unfinished = Array(lines.popLast() ?? [])
        // What has no line end for so long is no line of a worker.
        if unfinished.count > Self.pieceSize { unfinished = [] }
        for line in lines { take(line) }
      }
      take(unfinished[...])
    } catch {
      if !error.isMissing { throw error }
    }
  }

  /// Whether the log says that an item was delivered, one of `count` whose ids begin alike.
  ///
  /// It has the first characters of an id. Where these are a time, a delivery of another memory of the
  /// same minute reads the same, and proves nothing.
  func names(_ item: StoredItem, among count: Int = 1) -> Bool {
    let id = item.identity.shownID.text
    return mentions[Mention(item)] ?? 0 >= max(count, 1)
      && (id.count <= 8 || !TimeOrderedID.hasForm(id))
  }

  /// Notes that one of them is known to be of another item.
  mutating func take(_ item: StoredItem) {
    if let count = mentions[Mention(item)] { mentions[Mention(item)] = count - 1 }
  }

  private mutating func take(_ bytes: ArraySlice<UInt8>) {
    guard Self.isMarked(bytes) else { return }
    let line = LogLineParser.parse(Array(bytes))
    guard line.kind == .synced || line.kind == .recovered, let project = line.project,
      let id = line.idPrefix
    else { return }
    mentions[Mention(project: project, id: String(id.prefix(8))), default: 0] += 1
  }

  private static func isMarked(_ line: ArraySlice<UInt8>) -> Bool {
    line.withUnsafeBytes { line in
      var rest = line[...]
      while let start = rest.base.baseAddress, !rest.isEmpty,
        let found = memchr(start + rest.startIndex, Int32(marker[0]), rest.count)
      {
        rest = line[(found - UnsafeMutableRawPointer(mutating: start))...]
        if rest.starts(with: marker) { return true }
        rest = rest.dropFirst()
      }
      return false
    }
  }
}
