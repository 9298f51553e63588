import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// The figures of the past: kept across restarts, recorded once, bounded, and never a zero where nobody watched.
struct FigureRingTests {
  /// The beginning of a coarse slot.
  private static let start = Timestamp(1_767_200_400)
  private let root: TemporaryDirectory
  private let settings: EngineSettings

  init() throws {
    root = try TemporaryDirectory()
    settings = EngineSettings(directory: root.path, stateDirectory: root.path("state"))
  }

  private var recorder: FigureRecorder { FigureRecorder(settings: settings, subject: .files) }

  private func figures(pending: Double, delivered: Double = 0) -> Figures {
    var figures = Figures()
    figures[.pending] = pending
    figures[.delivered] = delivered
    return figures
  }

  private func series(_ grain: FigureGrain, at now: Timestamp) -> FigureSeries {
    FigureRing.series(.files, grain, in: StateDirectory(settings: settings), now: now)
  }

  private var finePath: String {
    FigureRing.path(.files, .fine, in: StateDirectory(settings: settings))
  }

  /// Notes one figure each five seconds.
  private func run(
    _ recorder: inout FigureRecorder,
    from start: Timestamp = start,
    seconds: Int,
    pending: (Int) -> Double = { _ in 3 }
  ) {
    for second in stride(from: 0, to: seconds, by: 5) {
      recorder.note(
        figures(pending: pending(second), delivered: 1),
        at: start + .seconds(second)
      )
    }
  }

  @Test func whatWasRecordedOutlivesTheProgram() {
    var recorder = recorder
    run(&recorder, seconds: 1200) { Double($0 / 10 % 7) }
    recorder.close()
    let fine = series(.fine, at: Self.start + .seconds(1200))
    #expect(fine.entries.count == 120)
    #expect(fine.entries.map { $0.figures[.pending] } == (0..<120).map { Double($0 % 7) })
    #expect(fine.entries.allSatisfy { $0.figures[.delivered] == 2 })
    #expect(fine.entries.allSatisfy { $0.figures[.lockAge] == nil })
    let coarse = series(.coarse, at: Self.start + .seconds(1200))
    #expect(coarse.entries.map { $0.figures[.delivered] } == [60, 60, 60, 60])
    #expect(coarse.entries.allSatisfy { $0.figures[.pending] == 6 })
    #expect(series(.fine, at: Self.start + .seconds(1200)).start == Self.start)
  }

  @Test func aProgramThatIsKilledLosesTenSecondsAtMost() {
    var recorder = recorder
    run(&recorder, seconds: 595)
    // It neither closes nor ends: what stands in the files counts.
    #expect(series(.fine, at: Self.start + .seconds(595)).entries.count == 59)
    let coarse = series(.coarse, at: Self.start + .seconds(595))
    #expect(coarse.entries.map { $0.figures[.delivered] } == [60, 59])
    withExtendedLifetime(recorder.isRecording) {}
  }

  @Test func ofTwoProgramsOneRecordsAndTheOtherTakesOver() {
    var first = recorder
    var second = recorder
    for second_ in stride(from: 0, to: 300, by: 5) {
      let now = Self.start + .seconds(second_)
      first.note(figures(pending: 1, delivered: 1), at: now)
      second.note(figures(pending: 1, delivered: 1), at: now)
    }
    #expect(first.isRecording && !second.isRecording)
    first.close()
    run(&second, from: Self.start + .seconds(300), seconds: 300)
    #expect(second.isRecording && second.problem == nil)
    second.close()
    let coarse = series(.coarse, at: Self.start + .seconds(600))
    #expect(coarse.entries.map { $0.figures[.delivered] } == [60, 60])
  }

  @Test func whoTakesOverInTheMiddleOfASlotGoesOnWithIt() {
    var first = recorder
    run(&first, seconds: 153)
    first.close()
    var second = recorder
    run(&second, from: Self.start + .seconds(155), seconds: 145)
    second.close()
    let coarse = series(.coarse, at: Self.start + .seconds(300))
    #expect(coarse.entries.map { $0.figures[.delivered] } == [60])
  }

  @Test(arguments: [0, 1, 7, 8, 20, 39, 40, 47])
  func aTornRecordIsLeftOutAndHidesNoOther(byte: Int) throws {
    var recorder = recorder
    run(&recorder, seconds: 300)
    recorder.close()
    let slot = try #require(FigureGrain.fine.slot(of: Self.start + .seconds(150)))
    var bytes = try Data(contentsOf: URL(filePath: finePath))
    bytes[64 + slot % FigureGrain.fine.capacity * 48 + byte] ^= 0x41
    try bytes.write(to: URL(filePath: finePath))
    let fine = series(.fine, at: Self.start + .seconds(300))
    #expect(fine.entries.count == 29)
    #expect(!fine.entries.contains { $0.slot == slot })
  }

  @Test(arguments: ["", "mem0top ring 1 files fine\n", "mem0top ring 1 files coarse\n", "\u{0}"])
  func aFileThatIsNoneOfOursIsBegunAnew(text: String) throws {
    var first = recorder
    run(&first, seconds: 20)
    first.close()
    try text.write(toFile: finePath, atomically: false, encoding: .utf8)
    #expect(series(.fine, at: Self.start + .seconds(20)).entries.isEmpty)
    var second = recorder
    run(&second, from: Self.start + .seconds(20), seconds: 20)
    second.close()
    #expect(second.problem == nil)
    #expect(series(.fine, at: Self.start + .seconds(40)).entries.count == 2)
  }

  @Test func aClockThatIsSetBackForgetsWhatLiesInTheFuture() {
    var recorder = recorder
    run(&recorder, seconds: 7200) { _ in 40 }
    let back = Self.start + .seconds(3600)
    run(&recorder, from: back, seconds: 600) { _ in 2 }
    let now = back + .seconds(600)
    recorder.close()
    let fine = series(.fine, at: now)
    #expect(fine.end == now)
    let recent = fine.columns(10, from: back, to: now)
    // The slot in which the clock was set back has seen both.
    #expect(recent.map { $0?[FileFigure.pending] } == [40] + Array(repeating: 2, count: 9))
    // Also once the time comes again that was wrong: nobody recorded then.
    let later = series(.fine, at: Self.start + .seconds(7200))
    #expect(later.end == now)
  }

  @Test func aReadingALittleOlderThanTheTickIsNoStepBack() {
    var recorder = recorder
    run(&recorder, seconds: 100)
    recorder.note(figures(pending: 9), at: Self.start + .seconds(100))
    recorder.note(figures(pending: 9), at: Self.start + .milliseconds(99_400))
    recorder.close()
    #expect(series(.fine, at: Self.start + .seconds(110)).entries.count == 11)
  }

  @Test func aStateDirectoryThatIsTakenAwayIsMadeAgain() throws {
    var recorder = recorder
    run(&recorder, seconds: 60)
    try FileManager.default.removeItem(atPath: root.path("state"))
    run(&recorder, from: Self.start + .seconds(60), seconds: 60)
    recorder.close()
    #expect(recorder.problem == nil)
    #expect(series(.fine, at: Self.start + .seconds(120)).entries.count == 6)
  }

  @Test func aPlaceThatCannotBeWrittenIsToldAndNothingStops() throws {
    try root.write("in the way", to: "state")
    var recorder = recorder
    run(&recorder, seconds: 60)
    #expect(recorder.problem != nil && !recorder.isRecording)
    try FileManager.default.removeItem(atPath: root.path("state"))
    run(&recorder, from: Self.start + .seconds(60), seconds: 20)
    #expect(recorder.problem == nil && recorder.isRecording)
  }

  /// Eight days by a stepped clock, each half minute: the files keep their size, and a reader its bounds.
  @Test(.tags(.slow)) func eightDaysKeepTheirBounds() throws {
    var recorder = recorder
    var past = FigurePast()
    let sizes = { () throws -> [Int] in
      try FileManager.default.contentsOfDirectory(
        atPath: (finePath as NSString).deletingLastPathComponent
      )
      .sorted().map { name in
        let path = (finePath as NSString).deletingLastPathComponent + "/" + name
        return try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
      }
    }
    var first: [Int]?
    for step in 0..<(8 * 2880) {
      let now = Self.start + .seconds(step * 30)
      recorder.note(figures(pending: Double(step % 40)), at: now)
      past.note(figures(pending: Double(step % 40)), of: .files, at: now)
      if step == 100 { first = try sizes() }
    }
    #expect(try sizes() == first)
    #expect(try sizes().reduce(0, +) < 256 << 10)
    #expect(past[.files, .fine].entries.count <= FigureGrain.fine.capacity)
    #expect(past[.files, .coarse].entries.count == FigureGrain.coarse.capacity)
    recorder.close()
    let end = Self.start + .seconds(8 * 86_400)
    #expect(series(.coarse, at: end - .seconds(1)).entries.count == FigureGrain.coarse.capacity)
  }
}

/// What a chart gets of a series.
struct FigureSeriesTests {
  private static let start = Timestamp(1_767_200_400)

  private func series(_ grain: FigureGrain, _ slots: [Int], delivered: Double = 1) -> FigureSeries {
    var series = FigureSeries(.files, grain)
    for slot in slots {
      var figures = Figures()
      figures[.pending] = Double(slot)
      figures[.delivered] = delivered
      series.note(figures, at: Self.start + .seconds(slot * grain.seconds))
    }
    return series
  }

  @Test func aGapIsNoZero() {
    let series = series(.fine, [0, 1, 5, 6])
    let columns = series.columns(10, from: Self.start, to: Self.start + .seconds(100))
    #expect(columns.map { $0?[FileFigure.pending] } == [0, 1, nil, nil, nil, 5, 6, nil, nil, nil])
  }

  @Test func columnsShorterThanASlotHaveItsFigures() {
    let series = series(.fine, [0, 2])
    let columns = series.columns(12, from: Self.start, to: Self.start + .seconds(30))
    #expect(
      columns.map { $0?[FileFigure.pending] }
        == [0, 0, 0, 0, nil, nil, nil, nil, 2, 2, 2, 2]
    )
  }

  @Test(arguments: [1, 2, 3, 7, 10, 40, 59, 60])
  func longerColumnsAddUpCountsAndKeepPeaks(count: Int) {
    let series = series(.fine, Array(0..<60))
    let columns = series.columns(count, from: Self.start, to: Self.start + .seconds(600))
    #expect(columns.reduce(0) { $0 + ($1?[FileFigure.delivered] ?? 0) } == 60)
    #expect(columns.last??[FileFigure.pending] == 59)
    #expect(columns.allSatisfy { $0 != nil })
  }

  @Test func whatLiesOutsideIsNotShown() {
    let series = series(.fine, Array(0..<60))
    let columns = series.columns(
      6,
      from: Self.start + .seconds(200),
      to: Self.start + .seconds(260)
    )
    #expect(columns.map { $0?[FileFigure.pending] } == [20, 21, 22, 23, 24, 25])
  }

  @Test func recordedSlotsFillTheGapsOfOurOwn() {
    var own = series(.fine, [5, 6])
    own.fill(from: series(.fine, [1, 5, 9], delivered: 7))
    #expect(own.entries.map { $0.figures[.pending] } == [1, 5, 6, 9])
    #expect(own.entries.map { $0.figures[.delivered] } == [7, 1, 1, 7])
    own.fill(from: series(.coarse, [1]))
    #expect(own.entries.count == 4)
  }

  @Test func theSamplerCountsFromItsFirstLookOn() {
    var sampler = FigureSampler()
    var snapshot = Snapshot(generatedAt: Self.start, directory: "/d")
    snapshot.traffic.delivered = 7
    #expect(sampler.files(snapshot, at: Self.start)[FileFigure.delivered] == 0)
    #expect(sampler.files(snapshot, at: Self.start)[FileFigure.pending] == nil)
    snapshot.traffic.delivered = 9
    snapshot.queue = FileReading(state: .ok, content: QueueContents())
    let figures = sampler.files(snapshot, at: Self.start)
    #expect(figures[FileFigure.delivered] == 2)
    #expect(figures[FileFigure.pending] == 0 && figures[FileFigure.oldestAge] == 0)
    // A counter that begins anew is no traffic.
    snapshot.traffic.delivered = 0
    #expect(sampler.files(snapshot, at: Self.start)[FileFigure.delivered] == 0)
  }

  @Test func aFailedProbeCountsOnceAndAnOldOneNot() {
    var sampler = FigureSampler()
    var endpoint = EndpointStatus(name: "api", url: "http://127.0.0.1:1/")
    endpoint.probedAt = Self.start
    endpoint.consecutiveFailures = 1
    endpoint.error = "connect: refused"
    let server = ServerStatus(endpoints: [endpoint])
    #expect(sampler.server(server, at: Self.start)[ServerFigure.failures(0)] == 1)
    #expect(sampler.server(server, at: Self.start + .seconds(5))[ServerFigure.failures(0)] == 0)
    #expect(sampler.server(server, at: Self.start + .seconds(60)).isEmpty)
  }
}
