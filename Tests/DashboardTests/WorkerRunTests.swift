import Dashboard
import QueueEngine
import Testing

/// The worker that a key starts: its lines, its end, and what it leaves behind.
struct WorkerRunTests {
  private let size = Size(columns: 120, rows: 40)

  private func running() -> Model {
    var model = World.model(size, World.cleared)
    model.workerCommand = ["python3", "mem0_queue_worker.py"]
    _ = update(&model, .key(.character("s")))
    return model
  }

  private func logRows(_ model: Model) -> [String] {
    screen(model).textRows.filter { $0.contains("run│") }.map { String($0.dropLast()) }
  }

  @Test func theKeyStartsIt() {
    var model = World.model(size, World.cleared)
    model.workerCommand = ["worker"]
    let (fields, effects) = changes(in: &model, by: .key(.character("s")))
    #expect(fields == ["workerRun"])
    #expect(effects == [.runWorker])
    #expect(screen(model).textRows.contains { $0.contains("following · running 0s") })
  }

  @Test func withoutACommandTheKeySaysSo() {
    var model = World.model(size, World.cleared)
    #expect(changes(in: &model, by: .key(.character("s"))).fields == ["notice"])
    #expect(
      model.notice?.text == "Nothing to run: no server is set (url under [server] in config.toml)."
    )
  }

  @Test func itIsNotStartedTwice() {
    var model = running()
    _ = update(&model, .tick(World.now + .seconds(4)))
    #expect(changes(in: &model, by: .key(.character("s"))).fields == ["notice"])
    #expect(model.notice?.text == "Already running the worker, for 4s.")
    _ = update(&model, .workerEnded(status: 0))
    #expect(update(&model, .key(.character("s"))) == [.runWorker])
  }

  @Test func itsLinesStandInTheLogInTheOrderInWhichTheyCame() {
    var model = running()
    let (fields, effects) = changes(
      in: &model,
      by: .workerOutput("✅ Synced: web (ID: 51c0ffee...)")
    )
    #expect(fields == ["workerRun", "logFeed"])
    #expect(effects.isEmpty)
    var snapshot = World.cleared
    snapshot.log.content?.lines.append(LogLine(text: "a line of the file", kind: .other))
    _ = update(&model, .snapshot(snapshot))
    _ = update(&model, .workerOutput("last"))
    let texts = model.logFeed.entries.suffix(3).map(\.line.text)
    #expect(texts == ["✅ Synced: web (ID: 51c0ffee...)", "a line of the file", "last"])
    #expect(model.logFeed.entries.suffix(3).map(\.isFromRun) == [true, false, true])
    #expect(model.logFeed.entries.suffix(3).first?.line.kind == .synced)
    #expect(logRows(model).count == 2)
  }

  @Test func itsLinesAreShownWhereThereIsNoLogFile() {
    var model = World.model(size, World.empty)
    model.workerCommand = ["worker"]
    _ = update(&model, .key(.character("s")))
    _ = update(&model, .workerOutput("hello \u{1B}[31mred"))
    #expect(logRows(model).count == 1)
    #expect(screen(model).textRows.contains { $0.contains("running") })
  }

  @Test(
    arguments: [
      (0, "The worker finished (4 s): one.", Notice.Kind.success),
      (3, "The worker ended with status 3 after 4 s: one.", .failure),
      (-15, "The worker was ended by signal 15 after 4 s.", .failure),
    ] as [(Int32, String, Notice.Kind)]
  )
  func itsEndIsASentence(_ status: Int32, _ sentence: String, _ kind: Notice.Kind) {
    var model = running()
    _ = update(&model, .workerOutput("one"))
    _ = update(&model, .tick(World.now + .seconds(4)))
    let fields = changes(in: &model, by: .workerEnded(status: status)).fields
    #expect(fields == ["workerRun", "logFeed", "notice", "records"])
    #expect(model.notice?.text == sentence)
    #expect(model.notice?.kind == kind)
    #expect(model.records.last?.evidence == ["one"])
    #expect(logRows(model).last?.contains(sentence) == true)
    #expect(changes(in: &model, by: .workerEnded(status: status)).fields.isEmpty)
  }

  /// The lines of earlier runs are no evidence of this one.
  @Test func whatItDeliveredAndWhatItCouldNotIsCounted() {
    var model = running()
    for line in [
      "✅ Synced: web (ID: 51c0ffee...)", "⏳ Retry 1/5: web (next in 60s)",
      "⏳ DLQ retry 7: web (next in 3600s)",
    ] { _ = update(&model, .workerOutput(line)) }
    _ = update(&model, .workerEnded(status: 0))
    #expect(model.notice?.text == "The worker finished (0 s): 1 delivered, 2 failed.")
    #expect(model.notice?.kind == .refusal)
    _ = update(&model, .key(.character("s")))
    _ = update(&model, .workerOutput("✅ Synced: web (ID: 51c0ffee...)"))
    _ = update(&model, .workerEnded(status: 0))
    #expect(model.notice?.text == "The worker finished (0 s): 1 delivered.")
    #expect(model.notice?.kind == .success)
    #expect(model.records.last?.evidence == ["✅ Synced: web (ID: 51c0ffee...)"])
  }

  /// What our own says in one line is what it came to.
  @Test(
    arguments: [
      (
        "Delivered 8 memories; nothing waits.", ": delivered 8 memories; nothing waits.",
        Notice.Kind.success
      ),
      (
        "Nothing delivered; 3 failed; 3 memories wait.",
        ": nothing delivered; 3 failed; 3 memories wait.", .refusal
      ),
      ("OK", ": OK.", .success), ("", ".", .success),
    ]
  )
  func oneLineIsTheAccount(_ line: String, _ ending: String, _ kind: Notice.Kind) {
    var model = running()
    if !line.isEmpty { _ = update(&model, .workerOutput(line)) }
    _ = update(&model, .workerEnded(status: 0))
    #expect(model.notice?.text == "The worker finished (0 s)" + ending)
    #expect(model.notice?.kind == kind)
  }

  @Test func aWorkerThatDidNotStartIsReported() {
    var model = running()
    let reason = "python3 cannot be started: no such file."
    let fields = changes(in: &model, by: .workerNotStarted(reason)).fields
    #expect(fields == ["workerRun", "notice", "records"])
    #expect(model.notice?.text == reason)
    #expect(model.workerRun?.isRunning == false)
  }

  @Test func oldLinesAreDroppedAndAHeldViewStaysWhereItIs() {
    var model = running()
    for number in 0..<490 { _ = update(&model, .workerOutput("line \(number)")) }
    for key in [Key.character("5"), .pageUp] { _ = update(&model, .key(key)) }
    let before = logRows(model)
    for number in 490..<600 { _ = update(&model, .workerOutput("line \(number)")) }
    #expect(model.logFeed.entries.count { $0.isFromRun } == 500)
    #expect(logRows(model) == before)
  }

  @Test func aRunThatCannotBeSeenIsToldAtTheTop() {
    var model = running()
    #expect(screen(model).textRows[0].contains("worker runs") == false)
    _ = update(&model, .key(.character("i")))
    #expect(screen(model).textRows[0].contains("worker runs"))
  }
}
