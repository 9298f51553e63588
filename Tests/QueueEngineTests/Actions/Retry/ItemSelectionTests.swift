import QueueEngine
import Testing

/// Items are named by their ids, by how those begin, or by their project.
@Suite("Item selection")
struct ItemSelectionTests {
  private let items = [
    ("ab", "p", 0), ("ab1", "p", 0), ("ab2", "q", 0), ("ab3", "q", 0), ("cd", "p", 0),
    ("ee", "p", 0), ("ee", "q", 1), ("", "q", 0),
  ].map { id, project, occurrence in
    DeadLetter(
      key: ItemKey(id: id, occurrence: occurrence),
      project: project,
      retryCount: 0,
      lastAttempt: Timestamp(0)
    )
  }

  private func resolve(_ ids: String...) throws(ItemSelectionError) -> [String] {
    try RetryItems.resolve(ids: ids, in: items).map(\.id)
  }

  @Test func aStartNamesTheOneItemThatHasIt() throws {
    #expect(try resolve("c") == ["cd"])
    #expect(try resolve("ab2", "c", "ab1") == ["ab2", "cd", "ab1"])
    #expect(try resolve("cd", "c", "cd") == ["cd"])
  }

  @Test func aWholeIDWinsOverLongerOnes() throws {
    #expect(try resolve("ab") == ["ab"])
  }

  @Test func aStartOfSeveralIsRefusedWithTheirIDs() throws {
    let error = #expect(throws: ItemSelectionError.self) { try resolve("cd", "a") }
    #expect(error == .ambiguous("a", candidates: ["ab", "ab1", "ab2", "ab3"]))
    #expect(
      error?.description
        == "4 dead letters have an id that begins with \"a\" (ab, ab1, ab2, …); give more of it."
    )
  }

  @Test(arguments: ["zzz", ""])
  func whatNamesNothingIsRefused(_ id: String) throws {
    let error = #expect(throws: ItemSelectionError.self) { try resolve(id) }
    #expect(error == .noSuchItem(id))
    #expect(
      error?.description == "No dead letter's id begins with \"\(id)\"; see mem0top dlq list."
    )
  }

  @Test(arguments: ["ee", "e"])
  func anIDThatTwoItemsShareIsRefused(_ id: String) throws {
    let error = #expect(throws: ItemSelectionError.self) { try resolve(id) }
    #expect(error == .duplicateID("ee", count: 2))
  }

  @Test func aProjectNamesAllItsItems() throws {
    let keys = try RetryItems.resolve(project: "q", in: items)
    #expect(keys.map(\.id) == ["ab2", "ab3", "ee", ""])
    #expect(keys[2].occurrence == 1)
    let error = #expect(throws: ItemSelectionError.self) {
      try RetryItems.resolve(project: "none", in: items)
    }
    #expect(error == .noSuchProject("none"))
  }
}
