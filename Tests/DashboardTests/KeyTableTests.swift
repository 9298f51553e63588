import Dashboard
import Foundation
import Testing

/// Holds the key table of the documents to the one table of the code.
@Suite struct KeyTableTests {
  private static var document: URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "docs/keys.md")
  }

  @Test func theKeyTableIsTheOneOfTheCode() throws {
    let text = try String(contentsOf: Self.document, encoding: .utf8)
    let opening = try #require(text.range(of: "<!-- keys"))
    let start = try #require(text[opening.upperBound...].firstIndex(of: "\n"))
    let end = try #require(text.range(of: "<!-- /keys -->")).lowerBound
    let expected = "\n" + Keymap.standard.markdownTable.trimmingCharacters(in: .newlines) + "\n"
    let isSame = text[start..<end] == expected
    if !isSame, ProcessInfo.processInfo.environment["MEM0TOP_RECORD"] == "1" {
      try text.replacingCharacters(in: start..<end, with: expected)
        .write(to: Self.document, atomically: true, encoding: .utf8)
    }
    #expect(isSame, "docs/keys.md is not the code's; record it with MEM0TOP_RECORD=1")
  }
}
