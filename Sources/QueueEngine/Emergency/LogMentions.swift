internal import CLibrary

/// The memories that the worker's log calls delivered, by project and the first characters of the id.
struct LogMentions {
  private struct Mention: Hashable {
    let project: String
    let id: String
  }

  /// So much of the log's end is searched.
  private static let window = 64 << 20
  private static let pieceSize = 1 << 20
  private static let marker = Array("(ID:".utf8)

  private var mentions: Set<Mention> = []

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
        var lines = (unfinished + piece).split(
          separator: UInt8(ascii: "\n"),
          omittingEmptySubsequences: false
        )
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

  /// Whether an item was delivered as far as the log says.
  func names(_ item: StoredItem) -> Bool {
    mentions.contains(Mention(project: Scrubber.scrub(item.project), id: item.shortID))
  }

  private mutating func take(_ bytes: ArraySlice<UInt8>) {
    guard Self.isMarked(bytes) else { return }
    let line = LogLineParser.parse(Array(bytes))
    guard line.kind == .synced || line.kind == .recovered, let project = line.project,
      let id = line.idPrefix
    else { return }
    mentions.insert(Mention(project: project, id: String(id.prefix(8))))
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
