import Dashboard
import QueueEngine
import Testing

/// What keys and news do on the screen of many machines.
@Suite struct FleetTests {
  private static let size = Size(columns: 120, rows: 34)

  private func press(_ keys: [Key], _ model: inout Model) -> [Effect] {
    keys.flatMap { update(&model, .key($0)) }
  }

  @Test func theWorstStandsFirstAndIsSelectedUntilARowIsChosen() {
    var model = World.fleet(Self.size, World.fiveMachines)
    #expect(model.fleet?.rows == [1, 3, 4, 0, 2])
    #expect(model.fleet?.selection == 1)
    _ = press([.character("G")], &model)
    #expect(model.fleet?.selection == 2)
    _ = update(&model, .machines([1: World.machine("studio-mac", World.calm)]))
    #expect(model.fleet?.rows == [3, 4, 0, 1, 2])
    #expect(model.fleet?.selection == 2)
  }

  /// What all names end with tells none from another.
  @Test func theDomainOfAllIsLeftOut() {
    var machines = World.fiveMachines
    for index in machines.indices { machines[index].name = "build-\(index).eu.example.com" }
    let rows = screen(World.fleet(Self.size, machines)).textRows
    #expect(rows.contains { $0.contains("build-4 ") } && !rows.contains { $0.contains("build-4.") })
    for end in ["0.0.7", "local:/home/u/.claude"] {
      for index in machines.indices { machines[index].name = "1\(index).\(end)" }
      let whole = screen(World.fleet(Self.size, machines)).textRows
      #expect(whole.contains { $0.contains("14.\(end.prefix(5))") }, "\(end)")
    }
    for index in machines.indices { machines[index].name = "build-\(index).eu.example.com" }
    machines[2].name = "laptop"
    #expect(
      screen(World.fleet(Self.size, machines)).textRows.contains { $0.contains("build-4.eu") }
    )
  }

  @Test func rowsStandByAnotherColumn() {
    var model = World.fleet(Self.size, World.fiveMachines)
    _ = press([.character("o")], &model)
    #expect(model.fleet?.rows.map { World.fiveMachines[$0].name }.first == "dev-1")
    _ = press([.character("O")], &model)
    #expect(model.fleet?.rows.map { World.fiveMachines[$0].name }.first == "studio-mac")
    _ = press([.character("o")], &model)
    #expect(model.fleet?.rows.first == 1)
  }

  @Test(arguments: [Key.escape, .character("q")])
  func aMachineIsOpenedAndLeft(by key: Key) {
    var model = World.fleet(Self.size, World.fiveMachines)
    #expect(press([.enter], &model) == [.openMachine(1)])
    #expect(model.machineName == "studio-mac")
    #expect(model.mode == .dashboard)
    // The clock there is an hour ahead.
    #expect(model.now == World.now + .seconds(3600))
    _ = update(&model, .snapshot(World.incident))
    #expect(model.deadLetters.count == 12)
    #expect(press([key], &model) == [.openMachine(nil)])
    #expect(model.mode == .fleet)
    #expect(model.now == World.now)
    #expect(model.snapshot == nil)
    #expect(press([.character("q")], &model) == [.quit])
  }

  @Test func escapeLeavesWhatLiesOnTopFirst() {
    var model = World.fleet(Self.size, World.fiveMachines)
    _ = press([.enter], &model)
    _ = update(&model, .snapshot(World.incident))
    _ = press([.character("z")], &model)
    #expect(press([.escape], &model).isEmpty)
    #expect(!model.isZoomed)
    _ = press([.character("i")], &model)
    #expect(press([.escape], &model).isEmpty)
    #expect(press([.escape], &model) == [.openMachine(nil)])
  }

  @Test func nothingIsChangedWhereTheOtherSideDoesNotAllowIt() {
    var model = World.fleet(Self.size, World.fiveMachines)
    _ = press([.enter], &model)
    _ = update(&model, .snapshot(World.incident))
    for key in "crRsxu" {
      #expect(press([.character(key)], &model).isEmpty)
      #expect(model.prompt == nil)
      #expect(model.notice?.text.contains("studio-mac is only looked at") == true)
    }
  }

  @Test func whatIsAllowedThereIsAskedOfThatMachine() {
    var machines = World.fiveMachines
    machines[1] = World.machine("studio-mac", World.incident, takesActions: true)
    var model = World.fleet(Self.size, machines)
    _ = press([.enter], &model)
    _ = update(&model, .snapshot(World.incident))
    #expect(press([.character("c")], &model) == [.run(.clearLock(World.incident.lock))])
    _ = update(&model, .machines([1: World.lost("studio-mac", "cut", heard: 1)]))
    #expect(press([.character("r")], &model).isEmpty)
    #expect(model.notice?.text.contains("link to studio-mac is down") == true)
  }

  @Test func aKeyOfADashboardSaysThatAMachineHasToBeOpened() {
    var model = World.fleet(Self.size, World.fiveMachines)
    for key in "crRxsvz" {
      #expect(press([.character(key)], &model).isEmpty)
      #expect(model.notice?.text.contains("one machine") == true)
    }
  }

  @Test func whatBecameOfAnActionIsToldInTheFleetToo() {
    var model = World.fleet(Self.size, World.fiveMachines)
    let outcome = ActionOutcome(action: "undo", summary: "Took it back.", changed: 1)
    _ = update(&model, .machineTold(name: "dev-3", .success(outcome)))
    #expect(model.notice?.text == "dev-3: Took it back.")
  }

  @Test func agesAndCountdownsGoByTheClockThere() {
    let size = Size(columns: 200, rows: 50)
    let here = screen(World.fleet(size, [World.machine("a", World.incident)])).textRows
    let there = screen(World.fleet(size, [World.machine("a", World.incident, lead: -86_400)]))
      .textRows
    #expect(there == here)
  }

  @Test func hostileNamesAndReasonsStayInTheirRow() {
    var machine = World.lost(
      "a\u{1B}[2J\nb",
      String(repeating: "\u{202E}x\u{9B}", count: 400),
      heard: 5
    )
    machine.findings = []
    for size in World.sizes + World.sizesOfOddTerminals {
      let canvas = screen(World.fleet(size, [machine, World.machine("b", World.hostile)]))
      let text = canvas.textRows.joined()
      #expect(text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
    }
  }
}
