// Prints what the engine says of a directory: `swift run Verdict ~/.claude ~/.local/state/mem0top`.

import CLibrary
import FoundationEssentials
import QueueEngine

let arguments = CommandLine.arguments
guard arguments.count == 3 else {
  print("usage: Verdict DIRECTORY STATE-DIRECTORY")
  exit(64)
}
let settings = EngineSettings(directory: arguments[1], stateDirectory: arguments[2])
var reader = SnapshotReader(settings: settings)
let now = Timestamp(Date().timeIntervalSince1970)
let snapshot = reader.read(now: now)
print("lock: \(snapshot.lock.state.rawValue)")
for line in snapshot.lock.evidence { print("  · \(line)") }
for finding in findings(in: snapshot, at: now, settings: settings) {
  print("\(finding.severity.rawValue): \(finding.summary)")
}
