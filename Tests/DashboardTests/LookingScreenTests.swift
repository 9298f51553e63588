import Dashboard
import QueueEngine
import Testing

/// The screens of the filter, the order, the zoom, the palette and the read-only mode.
struct LookingScreenTests {
  private func model(_ size: Size, _ keys: String, then last: Key? = nil) -> Model {
    var model = World.model(size, World.incident)
    model.workerCommand = ["worker"]
    for key in keys { _ = update(&model, .key(.character(key))) }
    if let last { _ = update(&model, .key(last)) }
    return model
  }

  @Test(arguments: World.sizes)
  func filterJustOpened(_ size: Size) throws {
    try expectScreen(model(size, "/"), "filter-empty")
  }

  @Test(arguments: World.sizes)
  func filterBeingTyped(_ size: Size) throws {
    try expectScreen(model(size, "/tries>2 !due"), "filter-typing")
  }

  @Test(arguments: World.sizes)
  func filterThatCannotBeRead(_ size: Size) throws {
    try expectScreen(model(size, "/brain tries>"), "filter-problem")
  }

  @Test(arguments: World.sizes)
  func filtered(_ size: Size) throws {
    try expectScreen(model(size, "/project:brain tries>2", then: .enter), "filtered")
  }

  @Test(arguments: World.sizes)
  func nothingShown(_ size: Size) throws {
    try expectScreen(model(size, "/no such thing", then: .enter), "filtered-none")
  }

  @Test(arguments: World.sizes)
  func sorted(_ size: Size) throws {
    try expectScreen(model(size, "oooooO"), "sorted")
  }

  @Test(arguments: World.sizes)
  func zoomed(_ size: Size) throws {
    for panel in Panel.allCases {
      let name = "zoom-\(panel.title.split(separator: " ").joined(separator: "-").lowercased())"
      try expectScreen(model(size, "\(panel.rawValue + 1)z"), name)
    }
  }

  @Test(arguments: World.sizes)
  func palette(_ size: Size) throws {
    try expectScreen(model(size, ":"), "palette")
  }

  @Test(arguments: World.sizes)
  func paletteTyped(_ size: Size) throws {
    try expectScreen(model(size, ":lock", then: .down), "palette-typed")
  }

  @Test(arguments: World.sizes)
  func readOnly(_ size: Size) throws {
    var model = model(size, "")
    model.isReadOnly = true
    _ = update(&model, .key(.character("c")))
    try expectScreen(model, "read-only")
  }
}
