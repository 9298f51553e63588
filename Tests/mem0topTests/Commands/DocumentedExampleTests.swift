import DemoWorld
import Foundation
import TestSupport
import Testing

/// The examples of README and docs are run, and what they show is what comes.
///
/// Numbers, ids and times are others each time; `…` stands for lines that are left out.
@Suite(.tags(.alone), .timeLimit(.minutes(3))) struct DocumentedExampleTests {
  private static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  @Test(arguments: ["README.md", "docs/commands.md"])
  func showWhatComes(_ document: String) async throws {
    let text = try String(contentsOf: Self.root.appending(path: document), encoding: .utf8)
    let examples = Self.examples(in: text)
    try #require(!examples.isEmpty)
    let home = try TemporaryDirectory()
    let world = try await DemoWorld(
      in: try Sandbox(under: home.path),
      incident: .staleLock,
      program: Program.path,
      environment: ["HOME": home.path, "LANG": "C.UTF-8", "TZ": "UTC"]
    )
    for example in examples {
      let output = try Self.run(example.command, environment: world.environment)
      var rest = output.map(Self.shape)[...]
      for line in example.lines where line != "…" {
        let place = rest.firstIndex(of: Self.shape(line))
        #expect(place != nil, "\(document): $ \(example.command)\n\(line)\nnot in:\n\(output)")
        rest = rest[(place.map { $0 + 1 } ?? rest.startIndex)...]
      }
    }
    await world.stop()
  }

  private static func examples(in text: String) -> [(command: String, lines: [String])] {
    var examples: [(command: String, lines: [String])] = []
    var isInside = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        isInside = line == "```console"
      } else if isInside, line.hasPrefix("$ ") {
        examples.append((String(line.dropFirst(2)), []))
      } else if isInside, !examples.isEmpty {
        examples[examples.count - 1].lines.append(line.trimmingCharacters(in: .whitespaces))
      }
    }
    return examples
  }

  /// A line without what differs from run to run.
  private static func shape(_ line: String) -> String {
    line.trimmingCharacters(in: .whitespaces)
      .replacing(/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]+Z/, with: "TIME")
      .replacing(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/, with: "ID")
      .replacing(/\b[0-9a-f]{8}\b/, with: "ID")
      .replacing(/[0-9]+/, with: "N")
      .replacing(/(N[dhms] ?)+/, with: "AGE ")
      .replacing(/\s{2,}/, with: " ")
      .trimmingCharacters(in: .whitespaces)
  }

  /// Both streams of a line of shell in which `mem0top` is the built program, line by line.
  private static func run(_ command: String, environment: [String: String]) throws -> [String] {
    let shell = Process()
    let output = Pipe()
    let folder = URL(filePath: Program.path).deletingLastPathComponent().path
    shell.executableURL = URL(filePath: "/bin/sh")
    shell.arguments = ["-c", command]
    shell.environment = environment.merging(["PATH": "\(folder):/usr/bin:/bin"]) { $1 }
    shell.standardOutput = output
    shell.standardError = output
    try shell.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    shell.waitUntilExit()
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }
}
