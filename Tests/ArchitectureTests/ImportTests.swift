import Foundation
import Testing

/// Holds the table of who may import whom; the compiler catches undeclared imports, not transitive ones.
@Suite struct ImportTests {
  /// Our targets, from the top of the house down, with those of ours that each may import.
  private static let allowed: [String: Set<String>] = [
    "mem0top": [
      "CLibrary", "Terminal", "Fleet", "DemoWorld", "Dashboard", "SyncWorker", "Mem0Client",
      "QueueEngine", "LosslessJSON",
    ],
    "Terminal": ["CLibrary", "Dashboard", "QueueEngine", "CNcurses"],
    "Fleet": ["CLibrary", "QueueEngine", "LosslessJSON"],
    "DemoWorld": ["CLibrary", "SyncWorker", "Mem0Client", "QueueEngine"],
    "Dashboard": ["QueueEngine"],
    "SyncWorker": ["QueueEngine"],
    "Mem0Client": ["CLibrary", "QueueEngine"],
    "QueueEngine": ["CLibrary", "LosslessJSON", "CPlatform"],
    "LosslessJSON": [],
    "CLibrary": [],
    "CNcurses": [],
    "CPlatform": [],
  ]

  /// Targets that see no system: they are functions of their arguments.
  private static let pure: Set<String> = ["Dashboard", "LosslessJSON"]

  private static let system: Set<String> = [
    "CLibrary", "Glibc", "Musl", "Darwin", "Dispatch", "FoundationEssentials",
  ]

  @Test func everyTargetIsInTheTable() throws {
    let targets = try FileManager.default.contentsOfDirectory(atPath: Self.sources.path)
    #expect(Set(targets) == Set(Self.allowed.keys))
  }

  @Test(arguments: allowed.keys.sorted())
  func importsGoDownTheTable(target: String) throws {
    for (file, module) in try Self.imports(of: target) {
      if Self.allowed.keys.contains(module) {
        #expect(
          Self.allowed[target]?.contains(module) == true,
          "\(file) in \(target) imports \(module)"
        )
      }
      if Self.pure.contains(target) {
        #expect(!Self.system.contains(module), "\(file) in the pure \(target) imports \(module)")
      }
      #expect(module != "Foundation", "\(file) imports Foundation, which adds 45 MB of ICU")
      #expect(
        target == "CLibrary" || !["Glibc", "Musl", "Darwin"].contains(module),
        "\(file) imports \(module): CLibrary is its one name"
      )
    }
  }

  /// Which C library it is only `CLibrary` asks.
  @Test func nobodyElseAsksForTheCLibrary() throws {
    let files = FileManager.default.enumerator(at: Self.sources, includingPropertiesForKeys: nil)
    for case let file as URL in try #require(files) where file.pathExtension == "swift" {
      guard !file.path.hasSuffix("/CLibrary.swift") else { continue }
      let text = try String(contentsOf: file, encoding: .utf8)
      #expect(
        !text.contains("canImport(Glibc") && !text.contains("canImport(Musl"),
        "\(file.lastPathComponent)"
      )
    }
  }

  private static var sources: URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Sources")
  }

  /// Every import of a target, as pairs of file and module.
  private static func imports(of target: String) throws -> [(file: String, module: String)] {
    let root = sources.appending(path: target)
    guard let files = FileManager.default.enumerator(atPath: root.path) else { return [] }
    var found: [(file: String, module: String)] = []
    for case let file as String in files where file.hasSuffix(".swift") {
      let text = try String(contentsOf: root.appending(path: file), encoding: .utf8)
      for line in text.split(separator: "\n") {
        let words = line.split(separator: " ")
        guard let keyword = words.firstIndex(of: "import"), keyword <= 1, words.count > keyword + 1
        else { continue }
        found.append((file, String(words[keyword + 1].prefix { $0 != "." })))
      }
    }
    return found
  }
}
