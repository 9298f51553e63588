import Foundation
import Testing

@testable import Terminal

/// That a terminal is told to copy what was meant.
@Suite struct ClipboardTests {
  @Test(arguments: [
    "", "a", "ab", "abc", "abcd", "3f2a91c0", "é 📋 \u{1}", String(repeating: "xyz", count: 9_999),
  ])
  func theTextTravelsAsBase64(text: String) {
    let expected = "\u{1B}]52;c;" + Data(text.utf8).base64EncodedString() + "\u{7}"
    #expect(String(decoding: Clipboard.sequence(for: text), as: UTF8.self) == expected)
  }
}
