import Dashboard
import Foundation
import Testing

/// Holds the README's key table to the one table of the code.
@Suite struct ReadmeTests {
  private static var readme: URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "README.md")
  }

  @Test func theKeyTableIsTheOneOfTheCode() throws {
    let text = try String(contentsOf: Self.readme, encoding: .utf8)
    let opening = try #require(text.range(of: "<!-- keys"))
    let start = try #require(text[opening.upperBound...].firstIndex(of: "\n"))
    let end = try #require(text.range(of: "<!-- /keys -->")).lowerBound
    let expected = "\n" + Keymap.standard.markdownTable.trimmingCharacters(in: .newlines) + "\n"
    let isSame = text[start..<end] == expected
    if !isSame, ProcessInfo.processInfo.environment["MEM0TOP_RECORD"] == "1" {
      try text.replacingCharacters(in: start..<end, with: expected)
        .write(to: Self.readme, atomically: true, encoding: .utf8)
    }
    #expect(isSame, "README's key table is not the code's; record it with MEM0TOP_RECORD=1")
  }
}
