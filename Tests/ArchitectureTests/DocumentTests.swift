import Foundation
import Testing

/// Holds the documents to the tree: what is cited exists, and the project stands alone.
@Suite struct DocumentTests {
  /// Names of what lies outside the project, each in two pieces, so that this file is not found.
  private static let outside = ["SP" + "EC ", "SP" + "EC§", "RELIA" + "BILITY", "../sha" + "red"]

  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  @Test func nothingPointsOutOfTheProject() throws {
    let places = ["Sources", "Tests", "docs", "README.md", "CONTRIBUTING.md", "CHANGELOG.md"]
    for (name, text) in try Self.texts(under: places) {
      for word in Self.outside {
        let isThere = text.contains(word)
        #expect(
          !isThere,
          "\(name) mentions \"\(word)\": cite docs/contract.md or docs/safety.md"
        )
      }
    }
  }

  @Test func everyCitationLeadsToAHeading() throws {
    let anchors = try Self.anchors()
    var count = 0
    for (name, text) in try Self.texts(under: ["Sources", "Tests", "README.md", "CONTRIBUTING.md"])
    {
      for citation in text.matches(of: #/(docs/[A-Za-z0-9_-]+\.md)(?:#([A-Za-z0-9_-]+))?/#) {
        count += 1
        Self.expect(citation.1, citation.2, in: anchors, citedBy: name)
      }
    }
    #expect(count > 20, "only \(count) citations were found: the pattern misses them")
  }

  @Test func everyLinkBetweenDocumentsLeadsToAHeading() throws {
    let anchors = try Self.anchors()
    for (name, text) in try Self.texts(under: ["docs"]) {
      for link in text.matches(of: #/\]\(([A-Za-z0-9_-]+\.md)?(?:#([A-Za-z0-9_-]+))?\)/#) {
        Self.expect(link.1.map { "docs/" + $0 } ?? name[...], link.2, in: anchors, citedBy: name)
      }
    }
  }

  /// The harness itself: a heading's anchor is made as GitHub makes it.
  @Test(arguments: [
    ("## Taking, clearing, ending", "taking-clearing-ending"), ("### Status JSON", "status-json"),
    ("# `queue_id`: what?", "queue_id-what"),
  ])
  func anAnchorIsTheOneOfTheHeading(heading: String, anchor: String) {
    #expect(Self.anchor(of: heading[...]) == anchor)
  }

  @Test func everyBadInputIsListedOnce() throws {
    let (numbers, _) = try Self.badInputs()
    let missing = Set(1...116).subtracting(numbers)
    #expect(missing == [] && numbers.count == 116)
  }

  @Test func theTestsOfBadInputsExist() throws {
    let files = try Self.texts(under: ["Tests"]).map { URL(filePath: $0.name).lastPathComponent }
    let (_, suites) = try Self.badInputs()
    #expect(suites.count > 10)
    for suite in suites {
      let isThere = files.contains(suite + ".swift")
      #expect(isThere, "docs/safety.md names \(suite), which no file holds")
    }
  }

  /// What a stranger is sent to exists: each path of this project that a document names.
  @Test(arguments: ["README.md", "CONTRIBUTING.md", "docs"])
  func thePathsThatDocumentsNameExist(document: String) throws {
    var count = 0
    for (name, text) in try Self.texts(under: [document]) {
      for path in text.matches(
        of: #/`((?:Sources|Tests|Benchmarks|docs|\.ci)/[A-Za-z0-9_+.\/-]+)`/#
      ) {
        count += 1
        let isThere = FileManager.default.fileExists(
          atPath: Self.root.appending(path: String(path.1)).path
        )
        #expect(isThere, "\(name) names \(path.1), which does not exist")
      }
    }
    #expect(document != "docs" || count > 30, "only \(count) paths were found in docs")
  }

  /// A code that a program may read from JSON is in the table of findings, once.
  @Test func everyFindingIsInTheContract() throws {
    let source = try Self.texts(under: ["Sources/QueueEngine"]).map(\.text)
      .first { $0.contains("enum FindingCode") }
    let codes = try #require(source).components(separatedBy: "enum FindingCode")[1]
      .prefix { $0 != "}" }.matches(of: #/case (\w+)(?: = "(\w+)")?/#)
      .map { String($0.2 ?? $0.1) }
    #expect(codes.count > 10)
    let contract = try Self.text(of: "docs/contract.md")
    let table = try #require(contract.split(separator: "<!-- findings -->").last)
      .components(separatedBy: "<!-- /findings -->")[0]
    let cells = table.split(separator: "\n").compactMap { $0.split(separator: "|").first }
    for code in codes {
      #expect(
        cells.count { $0.contains("`\(code)`") } == 1,
        "docs/contract.md: the finding \(code)"
      )
    }
  }

  // MARK: - Reading

  private static func expect(
    _ path: Substring,
    _ anchor: Substring?,
    in anchors: [String: Set<String>],
    citedBy name: String
  ) {
    guard let headings = anchors[String(path)] else {
      Issue.record("\(name) cites \(path), which does not exist")
      return
    }
    guard let anchor else { return }
    let isThere = headings.contains(String(anchor))
    #expect(isThere, "\(name) cites \(path)#\(anchor): no such heading")
  }

  /// The rows of the tables of bad inputs: their numbers in order, and the suites that they name.
  private static func badInputs() throws -> (numbers: [Int], suites: Set<String>) {
    let list = try #require(
      text(of: "docs/safety.md").components(separatedBy: "\n## Bad inputs").last
    )
    var numbers: [Int] = []
    var suites: Set<String> = []
    for row in list.split(separator: "\n") {
      let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard cells.count >= 3, let number = Int(cells[0]), let tests = cells.last else { continue }
      numbers.append(number)
      if tests == "–" { continue }
      suites.formUnion(
        tests.components(separatedBy: ", ").map { $0.trimmingCharacters(in: ["`"]) }
      )
    }
    return (numbers.sorted(), suites)
  }

  /// The anchors of each document by its path.
  private static func anchors() throws -> [String: Set<String>] {
    try texts(under: ["docs"]).reduce(into: [:]) { found, file in
      found[file.name] = Set(
        file.text.split(separator: "\n").filter { $0.hasPrefix("#") }.map(anchor)
      )
    }
  }

  private static func anchor(of heading: Substring) -> String {
    heading.drop { $0 == "#" || $0 == " " }.lowercased().compactMap { character in
      if character == " " { return "-" }
      return character.isLetter || character.isNumber || "-_".contains(character)
        ? String(character) : nil
    }
    .joined()
  }

  private static func text(of path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  /// The texts of files and folders, each with its path from the root; what is no UTF-8 is no text.
  private static func texts(under paths: [String]) throws -> [(name: String, text: String)] {
    var found: [(name: String, text: String)] = []
    for path in paths {
      guard let names = FileManager.default.enumerator(atPath: root.appending(path: path).path)
      else { continue }
      var isFolder = false
      for case let name as String in names {
        isFolder = true
        let whole = path + "/" + name
        if let text = try? text(of: whole) { found.append((whole, text)) }
      }
      if !isFolder { found.append((path, try text(of: path))) }
    }
    return found
  }
}
