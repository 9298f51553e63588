import Dashboard
import QueueEngine
import TestSupport
import Testing

/// The filter: its language, and what it shows while it is typed and after.
struct FilterTests {
  private let size = Size(columns: 120, rows: 40)

  private func model(typing text: String = "", _ keys: [Key] = []) -> Model {
    var model = World.model(size, World.cleared)
    model.workerCommand = ["worker"]
    guard !text.isEmpty || !keys.isEmpty else { return model }
    let typed = [Key.character("/")] + text.map(Key.character)
    for key in typed + keys { _ = update(&model, .key(key)) }
    return model
  }

  private func shown(_ model: Model) -> [DeadLetter] {
    model.deadLetters.rows.map { model.deadLetters.items[$0] }
  }

  /// Each filter beside the rule in plain Swift.
  private static let cases = [
    Case("") { _ in true },
    Case("BRAIN") { $0.project == "mem0-brain" },
    Case("project:STUDIO") { $0.project == "recording-studio-manager" },
    Case("Project:studio-m") { $0.project == "recording-studio-manager" },
    Case("!project:studio") { $0.project == "mem0-brain" },
    Case("tries>5") { $0.retryCount > 5 }, Case("tries>=5") { $0.retryCount >= 5 },
    Case("tries<5") { $0.retryCount < 5 }, Case("tries<=5") { $0.retryCount <= 5 },
    Case("tries=5") { $0.retryCount == 5 }, Case("!tries=5") { $0.retryCount != 5 },
    Case("due") { $0.isDue(at: World.now) }, Case("!due") { !$0.isDue(at: World.now) },
    Case("0000000b") { $0.key.id.hasPrefix("0000000b") },
    Case("timeout") { $0.lastError?.contains("timeout") == true },
    Case("\"blank") { _ in false }, Case("blank") { $0.flags.contains(.blankProject) },
    Case("  due   brain ") { $0.isDue(at: World.now) && $0.project == "mem0-brain" },
    Case("tries>1 tries<9 !due") { (2...8).contains($0.retryCount) && !$0.isDue(at: World.now) },
    Case("[a-z]*") { _ in false },
  ]

  @Test(arguments: cases)
  fileprivate func language(_ filter: Case) {
    let model = model(typing: filter.text)
    let expected = model.deadLetters.items.filter(filter.rule).map(\.key)
    #expect(Set(shown(model).map(\.key)) == Set(expected))
    #expect(model.deadLetters.shownCount == expected.count)
  }

  @Test(arguments: [
    ("!", "! needs a word after it, like !due"),
    ("due !", "! needs a word after it, like !due"),
    ("tries:3", "tries: is no word here: project:x cause:x content:x tries>5 due !not, or a text"),
    ("project:", "project: needs a name after it, like project:web"),
    ("tries>", "tries> needs a number after it, like tries>5"),
    ("tries<=x", "tries<= needs a whole number, not x"),
    ("tries=99999999999999999999", "tries= needs a whole number, not 99999999999999999999"),
  ])
  func whatIsWrongIsSaidAndChangesNothing(_ text: String, _ sentence: String) {
    let model = model(typing: text)
    #expect(screen(model).textRows.contains { $0.contains(sentence) })
    var kept = model
    #expect(update(&kept, .key(.enter)).isEmpty)
    #expect(kept.filterEntry?.text == text)
    _ = update(&kept, .resized(Size(columns: 40, rows: 10)))
    #expect(screen(kept).textRows.contains { $0.contains(sentence.prefix(30)) })
  }

  @Test func wordsThatCanBeReadWorkBesideOneThatCannotYet() {
    #expect(Set(shown(model(typing: "brain tries>")).map(\.project)) == ["mem0-brain"])
    #expect(model(typing: "tries>").deadLetters.shownCount == 12)
  }

  @Test func aCauseFromTheLogIsFoundAsSoonAsItIsThere() {
    var model = model(typing: "wal corrupt")
    #expect(model.deadLetters.shownCount == 0)
    var snapshot = World.cleared
    let line = LogLine(text: "WAL corrupt (ID: 0000000a...)", kind: .other, idPrefix: "0000000a")
    snapshot.log.content?.lines.append(line)
    _ = update(&model, .snapshot(snapshot))
    #expect(shown(model).map(\.key.id.first) == ["0"])
    #expect(model.deadLetters.selection?.id.hasPrefix("0000000a") == true)
  }

  @Test func typingShowsWhatMatchesAtOnceAndChangesNothingElse() {
    var model = model(typing: "trie")
    let (fields, effects) = changes(in: &model, by: .key(.character("s")))
    #expect(fields == ["filterEntry", "deadLetters"])
    #expect(effects.isEmpty)
    for key in ">5" { _ = update(&model, .key(.character(key))) }
    #expect(screen(model).textRows.contains { $0.contains("Dead letters  6 of 12 · /tries>5") })
  }

  @Test func enterKeepsAndEscapeClears() {
    var model = model(typing: "tries>5")
    #expect(changes(in: &model, by: .key(.enter)).fields == ["filterEntry", "deadLetters"])
    #expect(model.deadLetters.filter.text == "tries>5")
    _ = update(&model, .key(.character("/")))
    #expect(model.filterEntry?.text == "tries>5")
    #expect(changes(in: &model, by: .key(.escape)).fields == ["filterEntry", "deadLetters"])
    #expect(!model.deadLetters.isFiltered)
    model = self.model(typing: "tries>5", [.enter])
    #expect(screen(model).textRows.last?.contains("Esc clear filter") == true)
    #expect(changes(in: &model, by: .key(.escape)).fields == ["deadLetters"])
    #expect(model.deadLetters.shownCount == 12)
  }

  @Test(.tags(.slow)) func nothingFiresWhileTheFilterIsTyped() {
    let keys: [Key] =
      (0x20..<0x7F).compactMap(Unicode.Scalar.init).map { Key.character(Character($0)) }
      + [.tab, .backTab, .pageUp, .pageDown, .function(1), .delete, .control("d")]
    for key in keys {
      var model = model(typing: "x")
      let (fields, effects) = changes(in: &model, by: .key(key))
      #expect(fields.isSubset(of: ["filterEntry", "deadLetters"]))
      #expect(effects.isEmpty)
    }
  }

  @Test func theChosenItemComesBackWhenTheFilterShowsItAgain() throws {
    var model = model()
    for _ in 0..<6 { _ = update(&model, .key(.character("j"))) }
    let chosen = try #require(model.deadLetters.selection)
    for key in "/due" { _ = update(&model, .key(.character(key))) }
    let neighbour = try #require(model.deadLetters.selection)
    #expect(neighbour != chosen)
    for _ in 0..<3 { _ = update(&model, .key(.backspace)) }
    #expect(model.deadLetters.selection == chosen)
    for key in "due" { _ = update(&model, .key(.character(key))) }
    _ = update(&model, .key(.enter))
    _ = update(&model, .key(.escape))
    #expect(model.deadLetters.selection == neighbour)
  }

  @Test func whatBecomesDueIsShownThen() {
    var model = model(typing: "due", [.enter])
    #expect(model.deadLetters.shownCount == 3)
    _ = update(&model, .tick(World.now + .seconds(17)))
    #expect(model.deadLetters.shownCount == 4)
    _ = update(&model, .tick(World.now))
    #expect(model.deadLetters.shownCount == 3)
  }

  @Test func retryAllTakesOnlyWhatIsShown() {
    var model = model(typing: "tries>5", [.enter])
    let keys = model.deadLetters.items.filter { $0.retryCount > 5 }.map(\.key)
    _ = update(&model, .key(.character("R")))
    #expect(model.prompt?.question == "Make 6 dead letters due now?")
    #expect(
      model.prompt?.evidence.first == "those that the filter tries>5 shows"
        && model.prompt?.evidence.contains {
          $0 == "changes mem0_queue_dlq.json and no other file; 6 others stay as they are"
        } == true
    )
    #expect(update(&model, .key(.character("y"))) == [.run(.retry(keys))])
  }

  @Test func markAllTakesOnlyWhatIsShown() {
    var model = model(typing: "tries>5", [.enter, .character("*")])
    #expect(Set(model.marks.keys(in: model.deadLetters.items)) == Set(shown(model).map(\.key)))
    _ = update(&model, .key(.escape))
    #expect(model.marks.count == 6)
    _ = update(&model, .key(.character("*")))
    #expect(model.marks.count == 12)
    _ = update(&model, .key(.character("*")))
    #expect(model.marks.isEmpty)
  }

  @Test func oneMarkedItemThatIsHiddenIsAskedAbout() {
    var model = model()
    _ = update(&model, .key(.character(" ")))
    for key in "/tries>20" { _ = update(&model, .key(.character(key))) }
    _ = update(&model, .key(.enter))
    #expect(model.deadLetters.shownCount == 1)
    #expect(update(&model, .key(.character("r"))).isEmpty)
    #expect(model.prompt?.question == "Make 1 marked dead letter due now?")
    #expect(model.prompt?.evidence.first == "the filter hides 1 of them")
  }

  @Test(arguments: ["r", "R", " ", "*", "y"] as [Character])
  func whereNothingIsShownTheKeySaysSo(_ key: Character) {
    var model = model(typing: "nothing like it", [.enter])
    #expect(model.deadLetters.selection == nil)
    #expect(changes(in: &model, by: .key(.character(key))).fields == ["notice"])
    #expect(model.notice?.text.contains("The filter shows no dead letter to ") == true)
  }
}

/// A filter and what it shows.
private struct Case: Sendable {
  let text: String
  let rule: @Sendable (DeadLetter) -> Bool

  init(_ text: String, _ rule: @escaping @Sendable (DeadLetter) -> Bool) {
    (self.text, self.rule) = (text, rule)
  }
}
