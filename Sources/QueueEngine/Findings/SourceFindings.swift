extension Diagnosis {
  /// Memories that stand where no worker looks: in the emergency file, or in a copy alone.
  var sourceFindings: [Finding] {
    [emergencyItems].compactMap(\.self) + strayCopies
  }

  private var emergencyItems: Finding? {
    let emergency = snapshot.emergency
    guard !emergency.isEmpty else {
      return emergency.problems.first.map { problem in
        Finding(
          .emergencyItems,
          problem,
          evidence: Array(emergency.problems.dropFirst()),
          since: emergency.modifiedAt
        )
      }
    }
    let names = emergency.files.joined(separator: ", ")
    var facts = emergency.problems
    if let oldest = emergency.oldest, emergency.items > 0 {
      facts.append("the oldest was queued \(age(of: oldest)) ago")
    }
    if emergency.otherLines > 0 {
      facts.append(
        count(emergency.otherLines, "line is not a memory", "lines are not memories")
          + "; moved to a separate file when the rest is taken in"
      )
    }
    let summary =
      emergency.items > 0
      ? count(emergency.items, "memory is", "memories are") + " in \(names) and not in the queue"
      : "\(names) holds only lines that are not memories"
    return Finding(
      .emergencyItems,
      summary,
      evidence: facts,
      since: emergency.oldest ?? emergency.modifiedAt,
      suggestion: Suggestion(.absorb, command: "mem0top absorb")
    )
  }

  private var strayCopies: [Finding] {
    guard let first = snapshot.strays.first else { return [] }
    let more = snapshot.strays.dropFirst().reduce(0) { $0 + $1.items }
    let copies = count(snapshot.strays.count - 1, "other copy holds", "other copies hold")
    let rest = more > 0 ? ", and \(copies) \(more)" : ""
    let others = snapshot.strays.dropFirst().map { copy in
      "\(copy.name) holds \(count(copy.items, "memory", "memories")): mem0top absorb --from"
        + " \(ShellText.quoted(copy.path))"
    }
    return [
      Finding(
        .strayCopies,
        "\(first.name) holds \(count(first.items, "memory", "memories")) that no other file has\(rest)",
        evidence: ["no list of the queue has them, and no line of the log"] + others,
        since: snapshot.strays.compactMap(\.modifiedAt).min(),
        suggestion: Suggestion(
          .absorb,
          command: "mem0top absorb --from \(Scrubber.concealing(ShellText.quoted(first.path)))"
        )
      )
    ]
  }
}
