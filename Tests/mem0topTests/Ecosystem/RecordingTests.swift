import Foundation
import QueueEngine
import TestSupport
import Testing

@testable import mem0top

/// What a dashboard has recorded is put together again, at any moment, whatever became of the file.
struct RecordingTests {
  private static let start = Timestamp(1_767_200_400)
  private let root: TemporaryDirectory
  private let settings: EngineSettings

  init() throws {
    root = try TemporaryDirectory()
    settings = EngineSettings(directory: root.path, stateDirectory: root.path("state"))
  }

  private func at(_ seconds: Int) -> Timestamp { Self.start + .seconds(seconds) }

  /// A snapshot in which so many items wait, and as many lines stand in the log.
  private func snapshot(_ pending: Int, _ seconds: Int) -> Snapshot {
    var snapshot = Snapshot(generatedAt: at(seconds), directory: root.path)
    var queue = QueueContents()
    queue.pending = pending
    snapshot.queue = FileReading(state: .ok, content: queue)
    var log = LogTail()
    log.lines = (0..<pending).map { LogLine(text: "line \($0)") }
    snapshot.log = FileReading(state: .ok, content: log)
    var letters = DeadLetters()
    letters.items = (0..<pending % 7).map {
      DeadLetter(key: ItemKey(id: "d\($0)"), project: "p", retryCount: $0, lastAttempt: at(0))
    }
    snapshot.deadLetters = FileReading(state: .ok, content: letters)
    return snapshot
  }

  private func record(_ seconds: [Int], _ recorder: SnapshotRecorder) {
    for second in seconds {
      recorder.note(snapshot(second, second), findings: [], at: at(second))
    }
  }

  private var bytes: [UInt8] {
    let state = StateDirectory(settings: settings)
    return SnapshotRecorder.fileNames.flatMap {
      (try? OpenFile(path: state.path(of: $0)).readAll()) ?? []
    }
  }

  private func pending(_ recording: inout Recording, _ place: Int) -> Int? {
    let snapshot = recording.snapshot(at: place)
    let pending = snapshot?.queue.content?.pending
    #expect(snapshot?.log.content?.lines.count == pending)
    #expect(snapshot?.deadLetters.content?.items.count == pending.map { $0 % 7 })
    return pending
  }

  @Test func everyMomentIsThereInAnyOrder() {
    let recorder = SnapshotRecorder(settings: settings)
    let seconds = Array(stride(from: 0, to: 400, by: 2))
    record(seconds, recorder)
    #expect(recorder.problem == nil)
    var recording = Recording(bytes)
    #expect(recording.count == 200)
    #expect(recording.start == at(0) && recording.end == at(398))
    for place in [0, 199, 100, 101, 99, 3, 150, 199, 0] {
      #expect(pending(&recording, place) == place * 2)
    }
    #expect(recording.place(at: at(-5)) == 0)
    #expect(recording.place(at: at(11)) == 5)
    #expect(recording.place(at: at(9999)) == 199)
  }

  @Test func whatHasNotChangedIsNotRecordedAndRestsAreKept() {
    let recorder = SnapshotRecorder(settings: settings)
    for second in 0..<60 { recorder.note(snapshot(0, 0), findings: [], at: at(second)) }
    #expect(Recording(bytes).count == 1)
    record(Array(60..<80), recorder)
    #expect(Recording(bytes).count == 11)
  }

  @Test func ofTwoDashboardsOneRecords() {
    let first = SnapshotRecorder(settings: settings)
    let second = SnapshotRecorder(settings: settings)
    for moment in stride(from: 0, to: 40, by: 2) {
      record([moment], first)
      record([moment], second)
    }
    #expect(Recording(bytes).count == 20)
  }

  @Test func aSessionAfterAnotherBeginsWithAllThereIs() {
    for session in 0..<3 {
      let recorder = SnapshotRecorder(settings: settings)
      record([session * 100, session * 100 + 10], recorder)
    }
    var recording = Recording(bytes)
    #expect((0..<6).map { pending(&recording, $0) } == [0, 10, 100, 110, 200, 210])
    var late = Recording(bytes, since: at(105))
    #expect(late.skipped == 0 && late.count == 4)
    #expect(pending(&late, 3) == 210)
  }

  @Test func whatIsTornOrForeignIsLeftOut() throws {
    let recorder = SnapshotRecorder(settings: settings)
    record(Array(stride(from: 0, to: 40, by: 2)), recorder)
    let whole = bytes
    let torn =
      Array(whole.dropLast(30)) + Array("\n{\"is\":\"snapshot\"}\nnonsense\n{}\n\u{0}\n".utf8)
    var recording = Recording(torn)
    #expect(recording.count == 19)
    #expect(pending(&recording, 18) == 36)
    for cut in stride(from: 0, to: whole.count, by: 997) {
      var cutShort = Recording(Array(whole[cut...]))
      for place in 0..<cutShort.count { _ = cutShort.snapshot(at: place) }
    }
    #expect(Recording([]).count == 0)
  }

  @Test func aClockThatIsSetBackDoesNotSendItBack() {
    let recorder = SnapshotRecorder(settings: settings)
    record([100, 102, 40, 42, 200], recorder)
    let recording = Recording(bytes)
    let moments = (0..<recording.count).map(recording.moment)
    #expect(moments == moments.sorted() && recording.count == 5)
  }

  @Test(.tags(.slow)) func itIsBounded() throws {
    let recorder = SnapshotRecorder(settings: settings)
    for second in stride(from: 0, to: 2000, by: 2) {
      var snapshot = snapshot(second % 90, second)
      snapshot.remarks = [String(repeating: "x\(second)", count: 5000)]
      recorder.note(snapshot, findings: [], at: at(second))
    }
    let state = StateDirectory(settings: settings)
    for name in SnapshotRecorder.fileNames {
      #expect(try FileStamp.at(state.path(of: name)).size < 9 << 20)
    }
    var recording = Recording(bytes)
    #expect(recording.snapshot(at: recording.count - 1)?.queue.content?.pending == 1998 % 90)
  }
}
