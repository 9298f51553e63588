import Dashboard
import Fleet
import QueueEngine
import Testing

/// A scene that came over a link gives the same screen as here.
@Suite struct WireSceneTests {
  @Test(arguments: [
    World.empty, World.missing, World.busy, World.incident, World.corrupt, World.outage,
    World.hostile,
  ])
  func theScreenIsTheSame(scene: Snapshot) throws {
    var writer = SnapshotWriter(depth: .whole)
    var assembler = SnapshotAssembler()
    let settings = World.model(World.styledSize).settings
    let found = findings(in: scene, at: scene.generatedAt, settings: settings)
    for line in writer.lines(for: scene, findings: found) {
      _ = try assembler.take(WireValue(line: line.dropLast()))
    }
    let arrived = try #require(assembler.snapshot)
    for size in World.sizes {
      var (here, there) = (Canvas(size: size), Canvas(size: size))
      view(World.model(size, scene), on: &here)
      view(World.model(size, arrived), on: &there)
      #expect(there.textRows.count == here.textRows.count)
      // What was not scrubbed before it was sent is scrubbed on the way.
      if scene.deadLetters.content?.items.first?.project.contains("\u{1B}") != true {
        #expect(there.dump == here.dump)
      }
    }
  }
}
