import Dashboard
import Testing

/// The key table: nothing bound twice, nothing kept from the help.
struct KeymapTests {
  private let keymap = Keymap.standard

  @Test(arguments: Mode.allCases)
  func noKeyIsBoundTwice(_ mode: Mode) {
    let keys = keymap.bindings.filter { $0.modes.contains(mode) }.flatMap(\.keys)
    #expect(Set(keys).count == keys.count)
  }

  @Test func everyBindingIsInTheHelpAndInTheTable() {
    var model = World.model(Size(columns: 400, rows: 100), World.empty)
    _ = update(&model, .key(.character("?")))
    let rows = screen(model).textRows
    for binding in keymap.bindings {
      #expect(rows.contains { $0.contains(binding.label()) && $0.contains(binding.summary) })
      #expect(keymap.markdownTable.contains(binding.summary))
    }
  }

  @Test func everyKeyThatIsShownWorks() {
    for mode in Mode.allCases {
      for binding in keymap.footer(in: mode) {
        for key in binding.keys {
          #expect(keymap.binding(for: key, in: mode)?.command == binding.command)
        }
      }
    }
  }

  @Test func ranksInAFooterDiffer() {
    for mode in Mode.allCases {
      let ranks = keymap.footer(in: mode).compactMap(\.footerRank)
      #expect(Set(ranks).count == ranks.count)
    }
  }

  @Test func onlyOneKeyIsYesAndItIsNotEnter() {
    let yes = keymap.bindings.filter { $0.modes.contains(.question) && $0.command == .confirm }
    #expect(yes.flatMap(\.keys) == [.character("y")])
    #expect(keymap.binding(for: .enter, in: .question) == nil)
  }

  @Test func nothingThatChangesSomethingIsBoundWhileAQuestionIsOpen() {
    for binding in keymap.bindings where ![.answer, .replay].contains(binding.section) {
      #expect(Set(binding.modes).isSubset(of: Mode.browsing + [.fleet]))
    }
  }

  @Test func nothingThatChangesSomethingIsAControlKey() {
    for binding in keymap.bindings where binding.section == .act {
      #expect(binding.keys.allSatisfy { if case .character = $0 { true } else { false } })
    }
  }

  @Test func theTableIsMarkdown() {
    let rows = keymap.markdownTable.split(separator: "\n")
    #expect(rows.count == keymap.bindings.count + 2)
    #expect(rows.contains("| `j` `↓` | move or scroll down |"))
  }
}
