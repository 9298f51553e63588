extension Diagnosis {
  /// There is nothing to watch at the path.
  var directoryFindings: [Finding] {
    switch snapshot.directoryProblem {
    case nil:
      return [nothingHere].compactMap { $0 }
    case .missing:
      return [noDirectory("There is no directory \(path)")]
    case .notADirectory:
      return [noDirectory("\(path) is not a directory", way: "name the directory that it lies in")]
    case .unreadable(let why):
      return [
        Finding(
          .unreadable,
          "The directory \(path) cannot be read: \(why)",
          evidence: ["the user that runs mem0top needs read and search permission on it"],
          since: snapshot.directoryChangedAt
        )
      ]
    }
  }

  private var path: String { Scrubber.scrub(snapshot.directory) }

  /// The directory has none of the files: perhaps it is the wrong one.
  private var nothingHere: Finding? {
    let states = [
      snapshot.queue.state, snapshot.deadLetters.state, snapshot.metrics.state, snapshot.log.state,
    ]
    guard states.allSatisfy({ $0 == .missing }), lock.state == .free,
      snapshot.emergency.files.isEmpty, snapshot.emergency.problems.isEmpty
    else { return nil }
    return Finding(
      .nothingHere,
      "There is no queue in \(path): perhaps this is the wrong directory",
      evidence: [
        "there is no \(snapshot.files.queue), \(snapshot.files.deadLetters), \(snapshot.files.metrics),"
          + " \(snapshot.files.lock), \(snapshot.files.log) or \(snapshot.files.emergency) in it",
        "choose another one with --dir DIR or MEM0TOP_DIR",
      ],
      since: snapshot.directoryChangedAt
    )
  }

  private func noDirectory(_ summary: String, way: String = "make it") -> Finding {
    let evidence = ["\(way), or choose another one with --dir DIR or MEM0TOP_DIR"]
    return Finding(
      .directoryMissing,
      summary,
      evidence: evidence,
      since: snapshot.directoryChangedAt
    )
  }

  /// A file that may not be read, or that does not parse.
  var fileFindings: [Finding] {
    let queue = snapshot.queue
    let dead = snapshot.deadLetters
    var found: [Finding] = []
    if queue.state == .corrupt {
      found.append(corrupt(.queueCorrupt, queue))
    }
    if dead.state == .corrupt {
      found.append(corrupt(.deadLettersCorrupt, dead))
    }
    if let cannotAcknowledge { found.append(cannotAcknowledge) }
    let (metrics, log) = (snapshot.metrics, snapshot.log)
    let unreadable = [
      (queue.state, queue.problem, queue.unreadableSince),
      (dead.state, dead.problem, dead.unreadableSince),
      (metrics.state, metrics.problem, metrics.unreadableSince),
      (log.state, log.problem, log.unreadableSince),
    ].filter { $0.0 == .unreadable && $0.1 != nil }
    let sentences = unreadable.compactMap(\.1?.message)
    if let first = sentences.first {
      found.append(
        Finding(
          .unreadable,
          first,
          evidence: Array(sentences.dropFirst()),
          since: unreadable.compactMap(\.2).min()
        )
      )
    }
    return found
  }

  private func corrupt<Content>(_ code: FindingCode, _ reading: FileReading<Content>) -> Finding {
    let problem = reading.problem
    var evidence =
      problem?.cause == .cutWrite
      ? [] : ["mem0top leaves the file untouched until it can be read again"]
    if let offset = problem?.byteOffset {
      evidence.append("what is wrong begins at byte \(offset)")
    }
    if let lastGood = reading.contentAsOf {
      evidence.append("shown is what it held \(age(of: lastGood)) ago")
    }
    return Finding(
      code,
      problem?.message ?? "The file does not parse",
      evidence: evidence,
      since: reading.modifiedAt,
      suggestion: Suggestion(
        .recoverFile,
        command: "mem0top recover --file \(code == .queueCorrupt ? "queue" : "dlq")"
      )
    )
  }

  /// A file that holds something to deliver cannot be replaced, or something delivered is still in one.
  private var cannotAcknowledge: Finding? {
    let status = snapshot.acknowledgement
    let obstacles = status.obstacles.filter { obstacle in
      obstacle.list == .queue ? pending > 0 : !deadLetters.isEmpty
    }
    let kept =
      status.unacknowledged == 0
      ? []
      : [
        count(
          status.unacknowledged,
          "memory that the server has is",
          "memories that the server has are"
        )
          + " still in the files; the next run that can removes them and sends nothing again"
      ]
    let sentences = obstacles.map { String($0.sentence.dropLast()) } + kept
    guard let first = sentences.first else { return nil }
    let acceptedSince = status.unacknowledged == 0 ? nil : status.unacknowledgedSince
    return Finding(
      .cannotAcknowledge,
      first,
      evidence: Array(sentences.dropFirst()),
      since: (obstacles.map(\.since) + [acceptedSince]).compactMap(\.self).min()
    )
  }
}
