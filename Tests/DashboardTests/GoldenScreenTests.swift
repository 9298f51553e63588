import Dashboard
import QueueEngine
import Testing

/// Every screen that a person sees first, at four sizes, as text and styles.
struct GoldenScreenTests {
  @Test(arguments: World.sizes)
  func beforeTheFirstSnapshot(_ size: Size) throws {
    try expectScreen(World.model(size), "starting")
  }

  /// The first frame does not wait for the lock.
  @Test(arguments: World.sizes)
  func beforeTheLockWasLookedAt(_ size: Size) throws {
    try expectScreen(World.model(size, World.unjudged), "unjudged")
  }

  @Test(arguments: World.sizes)
  func emptyDirectory(_ size: Size) throws {
    try expectScreen(World.model(size, World.empty), "empty")
  }

  @Test(arguments: World.sizes)
  func missingDirectory(_ size: Size) throws {
    try expectScreen(World.model(size, World.missing), "missing")
  }

  @Test(arguments: World.sizes)
  func busyAndCalm(_ size: Size) throws {
    try expectScreen(afterTenMinutes(World.model(size, World.busy)), "busy")
  }

  @Test(arguments: World.sizes + World.sizesBetween + World.sizesOfOddTerminals)
  func incident(_ size: Size) throws {
    try expectScreen(afterTenMinutes(World.model(size, World.incident)), "incident")
  }

  @Test(arguments: World.sizes)
  func corruptDeadLetters(_ size: Size) throws {
    var model = World.model(size, World.incident)
    _ = update(&model, .snapshot(World.corrupt))
    try expectScreen(model, "corrupt")
  }

  @Test(arguments: World.sizes)
  func outage(_ size: Size) throws {
    try expectScreen(afterTenMinutes(World.model(size, World.outage)), "outage")
  }

  /// Nothing was seen for minutes: the probe, and the look at the files.
  @Test(arguments: World.sizes)
  func oldData(_ size: Size) throws {
    var model = afterTenMinutes(World.model(size, World.incident))
    _ = update(&model, .tick(Timestamp(World.now.secondsSinceEpoch + 183)))
    try expectScreen(model, "old")
  }

  @Test(arguments: World.sizes)
  func hostileText(_ size: Size) throws {
    try expectScreen(World.model(size, World.hostile), "hostile")
  }

  @Test(arguments: World.sizes)
  func openPanel(_ size: Size) throws {
    var model = World.model(size, World.incident)
    for key in [Key.character("1"), .character("p"), .enter] { _ = update(&model, .key(key)) }
    try expectScreen(model, "panel")
  }

  /// All that the first row may have to say at once.
  @Test(arguments: World.sizes)
  func pausedReadOnlyAndAnnounced(_ size: Size) throws {
    var model = World.model(size, World.busy)
    model.isReadOnly = true
    _ = update(&model, .announced("the server is switched off"))
    _ = update(&model, .key(.character("p")))
    try expectScreen(model, "paused")
  }

  @Test(arguments: World.sizes)
  func help(_ size: Size) throws {
    var model = World.model(size, World.incident)
    _ = update(&model, .key(.character("?")))
    try expectScreen(model, "help")
  }

  @Test(arguments: World.sizes)
  func findings(_ size: Size) throws {
    var model = World.model(size, World.incident)
    _ = update(&model, .key(.character("i")))
    try expectScreen(model, "findings")
  }

  @Test(arguments: World.sizes)
  func item(_ size: Size) throws {
    var model = World.model(size, World.incident)
    _ = update(&model, .key(.character("G")))
    let effects = update(&model, .key(.enter))
    let key = try #require(model.deadLetters.selection)
    #expect(effects == [.loadItem(key)])
    _ = update(&model, .itemLoaded(key, World.detail(key)))
    try expectScreen(model, "item")
  }

  @Test(arguments: World.sizes)
  func asciiOnly(_ size: Size) throws {
    try expectScreen(afterTenMinutes(World.model(size, World.incident, charset: .ascii)), "ascii")
  }

  /// The model after ten minutes in which the queue filled up and was emptied again and again.
  private func afterTenMinutes(_ model: Model) -> Model {
    guard var snapshot = model.snapshot, let queue = snapshot.queue.content else { return model }
    var result = World.model(model.size, charset: model.charset)
    for step in 0...60 {
      let moment = World.ago(Double(60 - step) * 10)
      snapshot.generatedAt = moment
      snapshot.queue.content?.pending = queue.pending * step / 60 + step % 3
      snapshot.traffic.arrived = step * 7 / 6
      snapshot.traffic.left = step / 2
      if step == 60 { snapshot.queue.content = queue }
      _ = update(&result, .tick(moment))
      _ = update(&result, .snapshot(snapshot))
    }
    return result
  }
}
