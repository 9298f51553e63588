import Dashboard
import Foundation
import Testing

/// Compares the screen of a model with its golden files: its text at every size, its styles at one.
///
/// What is left of the styles without colours is a function of them (`Theme`), tested as such.
func expectScreen(
  _ model: Model,
  _ name: String,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let canvas = screen(model)
  let size = "\(model.size.columns)x\(model.size.rows)"
  try expectGolden(canvas.textRows, "\(name)-\(size)", sourceLocation: sourceLocation)
  guard model.size == World.styledSize else { return }
  try expectGolden(canvas.styleRows, "\(name).styles", sourceLocation: sourceLocation)
}

/// Compares rows with a file in `Goldens`; with `MEM0TOP_RECORD=1` it writes the file, and fails.
///
/// Rows that repeat the one above them are written as their number: `⋮ 12`.
func expectGolden(
  _ rows: [String],
  _ name: String,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let text = folded(rows).joined(separator: "\n") + "\n"
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

/// The rows, each run of equal ones as the first and how often it comes again.
private func folded(_ rows: [String]) -> [String] {
  var folded: [String] = []
  var repeats = 0
  for (index, row) in rows.enumerated() {
    if index > 0, row == rows[index - 1] {
      repeats += 1
      continue
    }
    if repeats > 0 { folded.append("⋮ \(repeats)") }
    repeats = 0
    folded.append(row)
  }
  return repeats > 0 ? folded + ["⋮ \(repeats)"] : folded
}
