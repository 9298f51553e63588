import Dashboard
import QueueEngine
import TestSupport
import Testing

/// A question: only its own keys answer it, and what was asked is what is done.
struct PromptTests {
  private let size = Size(columns: 120, rows: 40)

  private func asking(_ snapshot: Snapshot, _ key: Character) -> Model {
    var model = World.model(size, snapshot)
    model.workerCommand = ["worker"]
    _ = update(&model, .key(.character(key)))
    return model
  }

  /// Every key that there is, but for those that do something.
  private static let otherKeys: [Key] =
    [
      .enter, .escape, .tab, .backTab, .backspace, .delete, .up, .down, .left, .right, .home, .end,
      .pageUp, .pageDown, .function(1), .control("c"), .control("y"), .control("m"),
    ]
    + (0x20..<0x7F).compactMap(Unicode.Scalar.init).map { Key.character(Character($0)) }
    .filter { $0 != .character("y") && $0 != .character("1") } + [.character("é"), .character("日")]

  @Test(.tags(.slow), arguments: otherKeys)
  func everyKeyButOneIsNo(_ key: Key) {
    for (snapshot, opener) in [(World.orphan, "c"), (World.cleared, "R")] as [(Snapshot, Character)]
    {
      var model = asking(snapshot, opener)
      let (fields, effects) = changes(in: &model, by: .key(key))
      #expect(fields == ["prompt", "notice"])
      #expect(effects.isEmpty)
      #expect(model.notice?.text == "Nothing was changed.")
    }
  }

  @Test func yesRunsWhatWasAsked() {
    var model = asking(World.orphan, "c")
    let (fields, effects) = changes(in: &model, by: .key(.character("y")))
    #expect(fields == ["prompt", "running"])
    #expect(effects == [.run(.clearLock(World.orphan.lock))])
  }

  @Test func aPasteAnswersNothing() {
    for (snapshot, opener) in [(World.orphan, "c"), (World.cleared, "R"), (World.hung, "C")]
      as [(Snapshot, Character)]
    {
      var model = asking(snapshot, opener)
      for text in ["y", "4711", "4711\n", "y\n", "\u{1B}"] {
        let (fields, effects) = changes(in: &model, by: .paste(text))
        #expect(fields.isEmpty && effects.isEmpty)
      }
    }
  }

  @Test func aListThatChangesMeanwhileChangesNothingOfWhatWasAsked() {
    var model = asking(World.cleared, "R")
    let asked = model.deadLetters.items.map(\.key)
    var snapshot = World.cleared
    snapshot.deadLetters.content?.items.removeFirst(6)
    snapshot.deadLetters.content?.items.reverse()
    var stranger = World.letter(3)
    stranger.key = ItemKey(id: "a stranger")
    snapshot.deadLetters.content?.items.append(stranger)
    #expect(!changes(in: &model, by: .snapshot(snapshot)).fields.contains("prompt"))
    #expect(update(&model, .key(.character("y"))) == [.run(.retry(asked))])
  }

  @Test func marksThatChangeMeanwhileChangeNothingOfWhatWasAsked() {
    var model = World.model(size, World.cleared)
    for key in [" ", " ", " ", "r"] as [Character] { _ = update(&model, .key(.character(key))) }
    let asked = model.marks.keys(in: model.deadLetters.items)
    _ = update(&model, .snapshot(World.empty))
    #expect(model.marks.isEmpty)
    #expect(update(&model, .key(.character("y"))) == [.run(.retry(asked))])
  }

  @Test func aLockThatIsReplacedMeanwhileIsNotWhatWasAsked() {
    var model = asking(World.orphan, "c")
    var snapshot = World.orphan
    snapshot.lock.identity = FileIdentity(device: 1, inode: 8, birthNanoseconds: 12)
    _ = update(&model, .snapshot(snapshot))
    let effects = update(&model, .key(.character("y")))
    #expect(effects == [.run(.clearLock(World.orphan.lock))])
    #expect(effects != [.run(.clearLock(snapshot.lock))])
  }

  @Test func theHolderIsEndedOnlyByItsTypedNumber() {
    let request = ActionRequest.endHolder(pid: 4711, startedAt: World.ago(11_220))
    for (typed, isEnough) in [
      ("4711", true), ("", false), ("471", false), ("47110", false), ("04711", false), ("y", false),
    ] {
      var model = asking(World.hung, "C")
      for character in typed { #expect(update(&model, .key(.character(character))).isEmpty) }
      let effects = update(&model, .key(.enter))
      #expect(effects == (isEnough ? [.run(request)] : []))
      #expect((model.prompt == nil) == isEnough)
      #expect(
        model.prompt?.objection == (isEnough ? nil : "not its PID; nothing was done")
      )
    }
  }

  @Test func typingIsCorrectedAndLettersAreIgnored() {
    var model = asking(World.hung, "C")
    for key in [
      Key.character("4"), .character("q"), .character("7"), .character("x"), .character("٣"),
      .character("9"), .backspace, .character("1"), .left, .character("1"), .character("?"),
    ] {
      _ = update(&model, .key(key))
    }
    #expect(model.prompt?.typed == "4711")
    #expect(update(&model, .key(.enter)).count == 1)
    model = asking(World.hung, "C")
    for _ in 0..<50 { _ = update(&model, .key(.character("4"))) }
    #expect(model.prompt?.typed.count == 10)
  }

  @Test(arguments: [Key.escape, .control("c")])
  func typingIsGivenUp(_ key: Key) {
    var model = asking(World.hung, "C")
    _ = update(&model, .key(.character("4")))
    #expect(changes(in: &model, by: .key(key)).fields == ["prompt", "notice"])
    #expect(model.prompt == nil)
  }

  @Test func aQuestionThatCannotBeSeenIsANo() {
    var model = asking(World.orphan, "c")
    _ = update(&model, .resized(Size(columns: 40, rows: 10)))
    #expect(model.prompt != nil)
    _ = update(&model, .resized(Size(columns: 39, rows: 10)))
    #expect(model.prompt == nil)
    #expect(update(&model, .key(.character("y"))).isEmpty)
  }

  @Test func aQuestionKeepsItsQuestionOnEveryScreen() {
    for columns in stride(from: 40, through: 130, by: 18) {
      for rows in stride(from: 10, through: 44, by: 2) {
        for (snapshot, opener) in [(World.orphan, "c"), (World.cleared, "R"), (World.hung, "C")]
          as [(Snapshot, Character)]
        {
          var model = asking(snapshot, opener)
          _ = update(&model, .resized(Size(columns: columns, rows: rows)))
          let rows = screen(model).textRows
          let start = model.prompt?.question.prefix(20) ?? "?"
          #expect(rows.contains { $0.contains(start) })
          let answers: [Character: String] = [
            "C": "Esc cancel", "c": "y yes   n no", "R": "y all now   1 one first   n no",
          ]
          let answer = answers[opener] ?? "?"
          #expect(rows.contains { $0.contains(answer) })
        }
      }
    }
  }
}
