import Foundation
import Testing

/// Compares a text with a file in `Goldens`; with `MEM0TOP_RECORD=1` it writes the file, and fails.
func expectGolden(
  _ text: String,
  _ name: String,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Goldens")
  let file = folder.appending(path: name + ".txt")
  if ProcessInfo.processInfo.environment["MEM0TOP_RECORD"] == "1" {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
    Issue.record(
      "Recorded \(name): look at it, then run without MEM0TOP_RECORD.",
      sourceLocation: sourceLocation
    )
    return
  }
  let expected = try String(decoding: Data(contentsOf: file), as: UTF8.self)
  guard text != expected else { return }
  let pairs = zip(
    text.split(separator: "\n", omittingEmptySubsequences: false),
    expected.split(separator: "\n", omittingEmptySubsequences: false)
  )
  let difference = pairs.enumerated().first { $0.element.0 != $0.element.1 }
  let place = difference.map { "line \($0.offset + 1):\n is \($0.element.0)\nnot \($0.element.1)" }
  Issue.record("\(name) differs, \(place ?? "in length")", sourceLocation: sourceLocation)
}
