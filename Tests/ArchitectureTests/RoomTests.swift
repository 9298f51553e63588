import Foundation
import Testing

/// Holds the direction of the rooms inside the engine: which of its folders may know of which.
///
/// The compiler sees one module there, so this reads which types the files of a room name. Members of
/// extensions are not followed; the types that they extend are.
@Suite struct RoomTests {
  /// The rooms from the ground up; each may know of those before it.
  private static let order = [
    "Domain", "System", "Reading", "Lock", "Editing", "Work", "Emergency", "Watching", "Actions",
    "Past",
  ]
  /// Rooms that know of these alone, wherever they stand.
  private static let narrow = ["Findings": ["Domain"]]

  @Test func everyRoomHasItsPlace() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: Self.engine.path)
    #expect(Set(folders) == Set(Self.order).union(Self.narrow.keys))
  }

  /// What tests a room lies in a folder of its name, beside the harnesses.
  @Test func testsLieWhereTheirRoomsDo() throws {
    let tests = Self.root.appending(path: "Tests/QueueEngineTests").path
    let folders = try FileManager.default.contentsOfDirectory(atPath: tests)
    let harnesses = ["Fuzz", "Race", "Simulation"]
    #expect(Set(folders) == Set(Self.order).union(Self.narrow.keys).union(harnesses))
  }

  @Test func noRoomKnowsOfOneAboveIt() throws {
    let files = try Self.files()
    var homes: [String: Set<String>] = [:]
    for file in files {
      for name in file.declared { homes[name, default: []].insert(file.room) }
    }
    #expect(homes.count > 250)
    for file in files {
      let allowed = Self.roomsKnown(to: file.room)
      for name in file.named {
        guard let rooms = homes[name], let home = rooms.first, rooms.count == 1 else { continue }
        #expect(allowed.contains(home), "\(file.path) names \(name) of \(home)")
      }
    }
  }

  private static func roomsKnown(to room: String) -> Set<String> {
    let below = narrow[room] ?? order.prefix { $0 != room }.map(\.self)
    return Set(below).union([room])
  }

  private static var root: URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
  }

  private static var engine: URL { root.appending(path: "Sources/QueueEngine") }

  private static func files() throws -> [EngineFile] {
    let paths =
      FileManager.default.enumerator(atPath: engine.path)?.compactMap { $0 as? String } ?? []
    return try paths.filter { $0.hasSuffix(".swift") }.map { path in
      let text = try String(contentsOf: engine.appending(path: path), encoding: .utf8)
      return EngineFile(path: path, text: text)
    }
  }
}

/// A file of the engine: the types that it declares for others at its top level, and the words that it names.
private struct EngineFile {
  let path: String
  private(set) var declared: Set<String> = []
  private(set) var named: Set<String> = []

  var room: String { String(path.prefix { $0 != "/" }) }

  init(path: String, text: String) {
    self.path = path
    for line in text.split(separator: "\n") {
      // Neither comments nor texts: what stands between two quotes is every second part.
      let parts = line.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
      let code = parts.filter { $0.offset.isMultiple(of: 2) }.map(\.element).joined(separator: " ")
      guard !code.drop(while: { $0 == " " }).hasPrefix("//") else { continue }
      let words = code.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init)
      named.formUnion(words)
      guard !line.hasPrefix(" "), !words.contains("private"), !words.contains("fileprivate"),
        let keyword = words.firstIndex(where: Self.keywords.contains), keyword + 1 < words.count
      else { continue }
      declared.insert(words[keyword + 1])
    }
  }

  private static let keywords: Set = ["struct", "class", "enum", "actor", "protocol", "typealias"]
}
