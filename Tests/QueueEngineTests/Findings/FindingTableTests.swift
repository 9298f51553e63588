import Foundation
import QueueEngine
import Testing

/// Holds the contract's table of findings to the rows of the code.
@Suite struct FindingTableTests {
  private static let contract = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "docs/contract.md")

  @Test func theTableOfFindingsIsTheOneOfTheCode() throws {
    let text = try String(contentsOf: Self.contract, encoding: .utf8)
    let start = try #require(text.range(of: "<!-- findings")?.upperBound)
    let open = try #require(text[start...].firstIndex(of: "\n"))
    let end = try #require(text.range(of: "<!-- /findings -->")).lowerBound
    let expected = "\n" + FindingCode.markdownTable + "\n"
    let isSame = text[open..<end] == expected
    if !isSame, ProcessInfo.processInfo.environment["MEM0TOP_RECORD"] == "1" {
      try text.replacingCharacters(in: open..<end, with: expected)
        .write(to: Self.contract, atomically: true, encoding: .utf8)
    }
    #expect(isSame, "docs/contract.md: the table of findings; record it with MEM0TOP_RECORD=1")
  }
}
