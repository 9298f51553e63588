import Foundation
import Testing

/// The engine names no key: `[keys]` binds them anew, and only the screen has the table.
@Suite struct KeyNameTests {
  @Test(arguments: ["QueueEngine", "SyncWorker", "Mem0Client", "mem0top"])
  func noSentenceNamesAKeyOfTheDashboard(target: String) throws {
    let root = Self.sources.appending(path: target)
    let files = try #require(FileManager.default.enumerator(atPath: root.path))
    // A key as a sentence would name it: "(key c", "key C,", "press R".
    let named = /\(key |\b[Kk]ey [A-Za-z]\b|\b[Pp]ress [A-Za-z]\b|key: "/
    for case let file as String in files where file.hasSuffix(".swift") {
      let text = try String(contentsOf: root.appending(path: file), encoding: .utf8)
      for line in text.split(separator: "\n") where line.contains("\"") {
        let comment = line.firstRange(of: "//")?.lowerBound ?? line.endIndex
        #expect(line[..<comment].firstMatch(of: named) == nil, "\(file): \(line)")
      }
    }
  }

  private static var sources: URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Sources")
  }
}
