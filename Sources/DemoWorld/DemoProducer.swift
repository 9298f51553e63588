internal import QueueEngine

/// The hooks of an editor and an assistant, which put memories into the queue.
struct DemoProducer: Sendable {
  let settings: EngineSettings

  /// Queues some memories of a project, the first with this number.
  ///
  /// Those that find the lock taken for too long are lost to the demonstration; others follow soon.
  func queue(_ count: Int, of project: String, from number: Int) {
    let memories = (0..<count).map {
      NewMemory(project: project, content: DemoMemory.text(project, number + $0))
    }
    // A refusal is what an editor's hook would meet too, and the screen shows why.
    _ = try? EnqueueMemories(memories: memories).perform(settings: settings)
  }

  /// The project of the memory that no server takes.
  private static let brokenProject = "my project"

  /// Writes a memory with a blank in its project, past all checks, as a careless hook would.
  func queuePoison() {
    rewriteQueue { text in
      guard let bracket = text.firstIndex(of: "[") else { return nil }
      let rest = text[text.index(after: bracket)...]
      let comma = rest.first { !$0.isWhitespace } == "]" ? "" : ", "
      let item = """
        {"id": "0bad1dea-7c1e-4d0a-9f3b-5a2e8c6d4b10", "project_id": "\(Self.brokenProject)", \
        "content": "The hook took the window's title for the project.", \
        "timestamp": \(SystemClock.now.secondsSinceEpoch), "retries": 0}
        """
      return text[...bracket] + item + comma + rest
    }
  }

  /// Gives that memory a project that servers take.
  func repairPoison() {
    rewriteQueue { text in
      let broken = "\"\(Self.brokenProject)\""
      guard let range = text.firstRange(of: broken) else { return nil }
      return text[..<range.lowerBound] + "\"\(DemoMemory.brain)\"" + text[range.upperBound...]
    }
  }

  /// Changes the text of the queue under the lock; where that is taken for too long, nothing happens.
  private func rewriteQueue(_ change: (String) -> String?) {
    guard let lock = try? QueueLock.acquire(settings: settings) else { return }
    // A queue that cannot be changed stays as it is, and this trouble does not come.
    _ = try? FileReplacement.replace(path: settings.path(of: \.queue)) {
      bytes throws(DecodingProblem) in
      let text = change(String(decoding: bytes, as: UTF8.self))
      return FileReplacement.Content(bytes: text.map { Array($0.utf8) }, report: ())
    } reparse: { bytes, _ throws(DecodingProblem) in
      try QueueDecoder.decode(bytes, file: "the queue", now: SystemClock.now).pending > 0
    }
    lock.release()
  }
}
