import QueueEngine
import TestSupport
import Testing

@testable import Fleet

/// What is written for a link is the same snapshot when it is read there.
@Suite struct SnapshotWireTests {
  private static let settings = EngineSettings(directory: "/d", stateDirectory: "/s")

  /// The lines of a snapshot, read as the far end of a link reads them.
  static func send(
    _ snapshot: Snapshot,
    _ writer: inout SnapshotWriter,
    _ assembler: inout SnapshotAssembler
  ) throws {
    let found = findings(in: snapshot, at: snapshot.generatedAt, settings: settings)
    for line in writer.lines(for: snapshot, findings: found) {
      #expect(line.last == UInt8(ascii: "\n"))
      _ = try assembler.take(WireValue(line: line.dropLast()))
    }
  }

  @Test(arguments: Seeds.range)
  func everySequenceOfSnapshotsArrivesWhole(seed: Int) throws {
    var source = RandomSnapshot(seed: seed)
    var snapshot = RandomSnapshot.first
    var writer = SnapshotWriter(depth: .whole)
    var assembler = SnapshotAssembler()
    for _ in 0..<4 {
      source.change(&snapshot)
      try Self.send(snapshot, &writer, &assembler)
      let arrived = try #require(assembler.snapshot)
      for section in SnapshotSection.all {
        #expect(section.isSame(arrived, snapshot), "\(section.name)")
      }
      #expect(arrived.deadLetters.content?.items == snapshot.deadLetters.content?.items)
      #expect(
        arrived.deadLetters.content?.items.map(\.key.digest)
          == snapshot.deadLetters.content?.items.map(\.key.digest)
      )
      #expect(arrived.log.content?.lines == snapshot.log.content?.lines)
      let here = findings(in: arrived, at: snapshot.generatedAt, settings: Self.settings)
      #expect(here == findings(in: snapshot, at: snapshot.generatedAt, settings: Self.settings))
      #expect(assembler.findings == here)
    }
  }

  @Test func whatSaysNothingNewIsNotSent() throws {
    var snapshot = RandomSnapshot.first
    snapshot.queue = FileReading(
      state: .ok,
      content: QueueContents(),
      contentAsOf: snapshot.generatedAt
    )
    var writer = SnapshotWriter(depth: .whole)
    let found = findings(in: snapshot, at: snapshot.generatedAt, settings: Self.settings)
    #expect(writer.lines(for: snapshot, findings: found).count == 1)
    snapshot.generatedAt = snapshot.generatedAt + .seconds(1)
    snapshot.queue.contentAsOf = snapshot.generatedAt
    #expect(writer.lines(for: snapshot, findings: found).isEmpty)
  }

  @Test func aRowHasTheCountsAndNoLists() throws {
    var source = RandomSnapshot(seed: 5)
    var snapshot = RandomSnapshot.first
    for _ in 0..<6 { source.change(&snapshot) }
    var letters = DeadLetters()
    letters.items = (0..<300).map { index in
      DeadLetter(
        key: ItemKey(id: "\(index)"),
        project: "p",
        retryCount: 0,
        lastAttempt: index < 3 ? Timestamp(0) : snapshot.generatedAt + .seconds(index)
      )
    }
    snapshot.deadLetters = FileReading(state: .ok, content: letters)
    var writer = SnapshotWriter(depth: .rows)
    var assembler = SnapshotAssembler()
    let lines = writer.lines(for: snapshot, findings: [])
    #expect(lines.count == 1)
    #expect(lines[0].count < 4_096)
    try Self.send(snapshot, &writer, &assembler)
    writer.startOver()
    try Self.send(snapshot, &writer, &assembler)
    #expect(assembler.letters.count == 300)
    #expect(assembler.letters.due == 3)
    #expect(assembler.letters.next == snapshot.generatedAt + .seconds(33))
    #expect(assembler.snapshot?.deadLetters.content?.items.isEmpty == true)
  }

  @Test func aDeadLetterThatBecomesDueIsTold() {
    var snapshot = RandomSnapshot.first
    var letters = DeadLetters()
    letters.items = [
      DeadLetter(
        key: ItemKey(id: "a"),
        project: "p",
        retryCount: 0,
        lastAttempt: snapshot.generatedAt
      )
    ]
    snapshot.deadLetters = FileReading(state: .ok, content: letters)
    var writer = SnapshotWriter(depth: .rows)
    #expect(writer.lines(for: snapshot, findings: []).count == 1)
    snapshot.generatedAt = snapshot.generatedAt + .seconds(29)
    #expect(writer.lines(for: snapshot, findings: []).isEmpty)
    snapshot.generatedAt = snapshot.generatedAt + .seconds(1)
    #expect(writer.lines(for: snapshot, findings: []).count == 1)
  }

  @Test func aHeartbeatSaysThatAllIsAsItWas() throws {
    var snapshot = RandomSnapshot.first
    snapshot.queue = FileReading(
      state: .ok,
      content: QueueContents(),
      contentAsOf: snapshot.generatedAt
    )
    var writer = SnapshotWriter(depth: .whole)
    var assembler = SnapshotAssembler()
    try Self.send(snapshot, &writer, &assembler)
    let later = snapshot.generatedAt + .seconds(15)
    _ = try assembler.take(WireValue(line: Report.beat(later).line.dropLast()))
    #expect(assembler.snapshot?.generatedAt == later)
    #expect(assembler.snapshot?.queue.contentAsOf == later)
  }
}
