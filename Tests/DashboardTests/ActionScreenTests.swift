import Dashboard
import QueueEngine
import Testing

/// The screens of actions: questions, what runs, what came of it, marks and the history.
struct ActionScreenTests {
  private func model(_ size: Size, _ snapshot: Snapshot, _ keys: String = "") -> Model {
    var model = World.model(size, snapshot)
    model.workerCommand = ["python3", "mem0_queue_worker.py"]
    for key in keys { _ = update(&model, .key(.character(key))) }
    return model
  }

  private func finish(_ model: inout Model, failing error: ActionError? = nil) {
    guard let request = model.running.first else { return }
    let result =
      error.map { .failure($0) } ?? .success(World.outcome(of: request))
      as Result<ActionOutcome, ActionError>
    _ = update(&model, .actionFinished(request, result))
  }

  @Test(arguments: World.sizes)
  func askingToClearAnOrphan(_ size: Size) throws {
    try expectScreen(model(size, World.orphan, "c"), "prompt-orphan")
  }

  @Test(arguments: World.sizes)
  func askingToRetryAll(_ size: Size) throws {
    try expectScreen(model(size, World.cleared, "R"), "prompt-retry-all")
  }

  @Test(arguments: World.sizes)
  func askingForThePID(_ size: Size) throws {
    var model = model(size, World.hung, "C471")
    _ = update(&model, .key(.enter))
    try expectScreen(model, "prompt-end")
  }

  @Test(arguments: World.sizes)
  func askingForTheID(_ size: Size) throws {
    var model = model(size, World.cleared, "x3f2a")
    _ = update(&model, .key(.enter))
    try expectScreen(model, "prompt-drop")
  }

  @Test func askingInASCII() throws {
    let size = Size(columns: 80, rows: 24)
    var model = World.model(size, World.orphan, charset: .ascii)
    for key in " c" { _ = update(&model, .key(.character(key))) }
    try expectScreen(model, "prompt-ascii")
  }

  @Test(arguments: World.sizes)
  func clearing(_ size: Size) throws {
    try expectScreen(model(size, World.incident, "c"), "clearing")
  }

  @Test(arguments: World.sizes)
  func cleared(_ size: Size) throws {
    var model = model(size, World.incident, "c")
    finish(&model)
    _ = update(&model, .snapshot(World.cleared))
    try expectScreen(model, "cleared")
  }

  @Test(arguments: World.sizes)
  func refused(_ size: Size) throws {
    var model = model(size, World.incident, "c")
    finish(&model, failing: World.refusal)
    try expectScreen(model, "refused")
  }

  @Test(arguments: World.sizes)
  func takenBackElsewhere(_ size: Size) throws {
    var model = model(size, World.cleared)
    let keys = model.deadLetters.items.prefix(2).map(\.key)
    let reversal = RetryReversal(keys: keys, time: World.now.iso8601, origin: .command)
    _ = update(&model, .returnExplained(keys, [reversal]))
    try expectScreen(model, "taken-back")
  }

  @Test(arguments: World.sizes)
  func marked(_ size: Size) throws {
    try expectScreen(model(size, World.cleared, " j "), "marked")
  }

  @Test(arguments: World.sizes)
  func workerRunning(_ size: Size) throws {
    var model = model(size, World.cleared, "s")
    for line in ["✅ Synced: web (ID: 51c0ffee...)", "⏳ Retry 1/5: mem0-brain", "reading …"] {
      _ = update(&model, .workerOutput(line))
    }
    _ = update(&model, .tick(World.now + .seconds(3)))
    try expectScreen(model, "worker")
  }

  @Test(arguments: World.sizes)
  func history(_ size: Size) throws {
    var model = model(size, World.incident, "c")
    finish(&model, failing: World.refusal)
    _ = update(&model, .tick(World.now + .seconds(61)))
    _ = update(&model, .key(.character("c")))
    finish(&model)
    _ = update(&model, .key(.character("R")))
    _ = update(&model, .key(.character("y")))
    finish(&model)
    _ = update(&model, .key(.character("?")))
    _ = update(&model, .key(.character("h")))
    try expectScreen(model, "history")
  }
}
