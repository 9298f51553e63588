import QueueEngine
import Testing

@testable import Dashboard

/// A recording on the screen: its time, its scrubber, its keys; and that it changes nothing.
struct ReplayTests {
  private func model(_ size: Size = World.styledSize) -> Model {
    var model = World.model(size)
    model.isReadOnly = true
    model.replay = Replay(start: World.ago(3600), end: World.now, count: 40)
    show(World.incident, 2400, 12, in: &model)
    return model
  }

  private func show(_ snapshot: Snapshot, _ age: Double, _ place: Int, in model: inout Model) {
    var snapshot = snapshot
    snapshot.generatedAt = World.ago(age)
    let frame = Replay.Frame(snapshot: snapshot, moment: World.ago(age), place: place)
    _ = update(&model, .replayed(frame))
  }

  @Test(arguments: World.sizes)
  func screen(_ size: Size) throws {
    try expectScreen(model(size), "replay")
  }

  @Test func theKeysStepAndPlay() {
    var model = model()
    #expect(update(&model, .key(.right)) == [.replay(.changes(1))])
    #expect(update(&model, .key(.left)) == [.replay(.changes(-1))])
    #expect(update(&model, .key(.character("."))) == [.replay(.moment(World.ago(1800)))])
    #expect(update(&model, .key(.character(","))) == [.replay(.moment(World.ago(3000)))])
    #expect(update(&model, .tick(World.now)).isEmpty)
    #expect(model.now == World.ago(2400))
    #expect(update(&model, .key(.character(" "))).isEmpty)
    #expect(update(&model, .tick(World.now)) == [.replay(.moment(World.ago(2340)))])
    _ = update(&model, .key(.character("+")))
    #expect(update(&model, .tick(World.now)) == [.replay(.moment(World.ago(1800)))])
    #expect(update(&model, .key(.character("p"))).isEmpty)
    #expect(update(&model, .tick(World.now)).isEmpty)
  }

  /// A time of the day is that of the recording, also behind the moment that is shown.
  @Test(arguments: [(-1800.0, -1800.0, false), (-600, -600, false), (-7200, -3600, true)])
  func itGoesToATime(_ wanted: Double, _ reached: Double, _ isOutside: Bool) {
    var model = model()
    let clock = (World.now + .seconds(wanted)).clockText(zoneOffset: model.zoneOffset)
    for key in ":at \(clock)" { _ = update(&model, .key(.character(key))) }
    let effects = update(&model, .key(.enter))
    #expect(effects == [.replay(.moment(World.ago(-reached)))])
    #expect(model.notice?.text.contains("The recording is from") ?? false == isOutside)
  }

  @Test func itGoesBackInTime() {
    var model = model()
    show(World.busy, 3000, 3, in: &model)
    #expect(model.now == World.ago(3000) && model.deadLetters.isEmpty)
    #expect(model.replay?.place == 3)
  }

  @Test func itStopsAtItsEndAndBeginsAnew() {
    var model = model()
    _ = update(&model, .key(.character(" ")))
    show(World.incident, 0, 39, in: &model)
    #expect(model.replay?.isPlaying == false)
    #expect(update(&model, .key(.character(" "))) == [.replay(.moment(World.ago(3600)))])
  }

  @Test(arguments: ["c", "r", "R", "x", "s", "u"])
  func nothingIsChanged(key: Character) {
    var model = model()
    #expect(update(&model, .key(.character(key))).isEmpty)
    #expect(model.prompt == nil && model.notice?.text == Replay.readOnlyReason)
  }

  @Test func nothingIsRecordedOfARecording() {
    var model = model()
    #expect(model.past.figures[.files, .fine].entries.isEmpty)
    #expect(update(&model, .key(.control("c"))) == [.quit])
  }

  @Test func outsideOfARecordingItsKeysAreFree() {
    var model = World.model(World.styledSize, World.incident)
    _ = update(&model, .key(.character(" ")))
    #expect(model.marks.count == 1)
    #expect(update(&model, .key(.right)).isEmpty)
  }
}

/// What is new since the person looked last, also in an earlier session.
struct LastVisitTests {
  @Test func whatHasChangedSinceAnEarlierSessionIsMarked() throws {
    let before = World.model(World.styledSize, World.busy)
    guard case .keepVisit(let words)? = before.look else {
      Issue.record("no look is kept")
      return
    }
    var model = World.model(World.styledSize)
    model.absence = Absence(words: words)
    _ = update(&model, .snapshot(World.incident))
    for panel in [Panel.queue, .lock, .deadLetters] {
      #expect(!model.changeMark(of: panel).isEmpty, "\(panel)")
    }
    #expect(model.changeMark(of: .server).isEmpty && model.changeMark(of: .log).isEmpty)
    _ = update(&model, .key(.character("j")))
    #expect(model.changeMark(of: .queue).isEmpty)
  }

  @Test func whatIsAsItWasIsNotMarked() throws {
    let before = World.model(World.styledSize, World.incident)
    guard case .keepVisit(let words)? = before.look else { return }
    var model = World.model(World.styledSize)
    model.absence = Absence(words: words)
    #expect(Panel.allCases.allSatisfy { model.changeMark(of: $0).isEmpty })
    _ = update(&model, .snapshot(World.incident))
    #expect(Panel.allCases.allSatisfy { model.changeMark(of: $0).isEmpty })
  }

  @Test func quittingAndLookingAwayKeepTheLook() {
    var model = World.model(World.styledSize, World.incident)
    let look = model.look
    #expect(look != nil)
    #expect(update(&model, .focused(false)) == [look].compactMap { $0 })
    #expect(update(&model, .key(.character("q"))) == [look, .quit].compactMap { $0 })
    var starting = World.model(World.styledSize)
    #expect(update(&starting, .key(.character("q"))) == [.quit])
  }
}
