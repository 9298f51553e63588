import Dashboard
import QueueEngine
import Testing

/// The screens of many machines, at the house's sizes.
@Suite struct FleetScreenTests {
  @Test(arguments: World.sizes)
  func oneMachine(_ size: Size) throws {
    try expectScreen(World.fleet(size, [World.machine("dev-1", World.calm)]), "fleet-1")
  }

  @Test(arguments: World.sizes + World.sizesBetween)
  func fiveMachines(_ size: Size) throws {
    try expectScreen(World.fleet(size, World.fiveMachines), "fleet-5")
  }

  @Test(arguments: World.sizes)
  func fortyMachines(_ size: Size) throws {
    try expectScreen(World.fleet(size, World.machines(40)), "fleet-40")
  }

  @Test(arguments: World.sizes)
  func aHundredMachines(_ size: Size) throws {
    var model = World.fleet(size, World.machines(100))
    for _ in 0..<60 { _ = update(&model, .key(.character("j"))) }
    try expectScreen(model, "fleet-100")
  }

  @Test(arguments: World.sizes)
  func allAreClear(_ size: Size) throws {
    let machines = ["laptop", "dev-1", "dev-2"].map { World.machine($0, World.calm) }
    try expectScreen(World.fleet(size, machines), "fleet-calm")
  }

  @Test(arguments: World.sizes)
  func theServerIsDownForAll(_ size: Size) throws {
    let machines = ["laptop", "dev-1", "dev-2"].map { World.machine($0, World.serverDown) }
    try expectScreen(World.fleet(size, machines), "fleet-outage")
  }

  @Test(arguments: World.sizes)
  func oneMachineAloneDoesNotReachTheServer(_ size: Size) throws {
    let machines = [
      World.machine("laptop", World.serverDown), World.machine("dev-1", World.calm),
      World.machine("dev-2", World.calm),
    ]
    try expectScreen(World.fleet(size, machines), "fleet-network")
  }

  @Test(arguments: World.sizes)
  func nothingIsKnownYet(_ size: Size) throws {
    let machines = ["laptop", "dev-1"].map { FleetMachine(name: $0, since: World.now) }
    try expectScreen(World.fleet(size, machines), "fleet-starting")
  }

  /// The dashboard of one of them, and a question there.
  @Test(arguments: World.sizes)
  func aQuestionNamesTheMachine(_ size: Size) throws {
    var machines = World.fiveMachines
    machines[1] = World.machine("studio-mac", World.incident, takesActions: true)
    var model = World.fleet(size, machines)
    #expect(update(&model, .key(.enter)) == [.openMachine(1)])
    _ = update(&model, .snapshot(World.incident))
    _ = update(&model, .key(.character("R")))
    try expectScreen(model, "fleet-question")
  }

  /// The link to the open machine is cut: what is shown is old, and nothing is called down or clear.
  @Test(arguments: World.sizes)
  func theLinkOfTheOpenMachineIsCut(_ size: Size) throws {
    var model = World.fleet(size, [World.machine("dev-1", World.calm)])
    _ = update(&model, .key(.enter))
    _ = update(&model, .snapshot(World.calm))
    _ = update(&model, .machines([0: World.lost("dev-1", "silent for 45 s", heard: 90)]))
    _ = update(&model, .tick(World.now + .seconds(90)))
    try expectScreen(model, "fleet-cut")
  }

  @Test func noMachineIsGreenWhoseLinkIsDead() {
    for size in World.sizes {
      let model = World.fleet(
        size,
        [World.lost("a", "x", heard: 60), World.machine("b", World.calm)]
      )
      let text = screen(model).textRows.joined(separator: "\n")
      #expect(text.contains("NO ANSWER"))
      #expect(!text.split(separator: "\n")[1].contains("all clear"))
    }
  }
}
