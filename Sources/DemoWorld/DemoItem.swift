internal import QueueEngine

/// Memories as hooks of an editor and an assistant would put them into the queue.
enum DemoMemory {
  static let studio = "recording-studio-manager"
  static let brain = "mem0-brain"

  private static let texts: [String: [String]] = [
    studio: [
      "The booking calendar must never accept two sessions in one room; the check is in SQL now.",
      "Invoices are numbered per year, without gaps, because the tax office asks for it.",
      "Use pnpm in this repository; npm breaks the workspace links.",
      "The session timer pauses when the engineer leaves the room.",
      "Stripe webhooks are verified with the raw body, before any middleware parses it.",
      "Migrations run in a transaction; the one for tracks takes 40 s on production data.",
      "Commits are small, with the reason in the first line.",
    ],
    brain: [
      "Embeddings are stored with 1536 dimensions; changing the model means a new collection.",
      "Search results below a score of 0.35 are noise and are not shown.",
      "The nightly consolidation merges memories that say the same in other words.",
      "user_id must not contain blanks, or the server answers 422.",
      "The VPS has 4 GB of memory; two workers at once start to swap.",
    ],
  ]

  /// The text of the project's memory with this number.
  static func text(_ project: String, _ number: Int) -> String {
    let texts = texts[project] ?? []
    return texts.isEmpty ? "" : texts[number % texts.count]
  }
}

/// A dead letter of the demonstration, told by when it is due.
struct DemoDeadLetter {
  let id: String
  let project: String
  let retries: Int
  /// Seconds until it is due; below 0 it has been due for so long.
  let dueIn: Double
  /// How long it has been a dead letter.
  let age: Double
  let cause: String

  /// When it was last tried, so that it is due when it should be.
  func lastAttempt(at now: Timestamp) -> Timestamp {
    now + Duration(seconds: dueIn) - Backoff.delay(retryCount: retries)
  }

  /// The dead letter as the worker writes it, with the project's memory of this number as content.
  func json(number: Int, at now: Timestamp) -> String {
    """
    {"id": "\(id)", "project_id": "\(project)", \
    "content": "\(DemoMemory.text(project, number))", \
    "timestamp": \((now - Duration(seconds: age + 3000)).secondsSinceEpoch), "retries": 5, \
    "retry_count": \(retries), \
    "last_attempt": \(lastAttempt(at: now).secondsSinceEpoch), \
    "moved_to_dlq_at": \((now - Duration(seconds: age)).secondsSinceEpoch), \
    "last_error": "\(cause)"}
    """
  }

  /// Three are due, the next one in 42 s, the others within the hour.
  static let all: [DemoDeadLetter] = [
    letter("3f2a91c0", DemoMemory.studio, 3, -2, hours: 2, "HTTP 502"),
    letter("b81d04e7", DemoMemory.studio, 0, -15, hours: 0.1, "timeout after 30 s"),
    letter("5c0e7a12", DemoMemory.brain, 1, -130, hours: 0.4, "HTTP 502"),
    letter("e4977f3b", DemoMemory.studio, 3, 42, hours: 3, "HTTP 502"),
    letter("07d2c6a9", DemoMemory.brain, 2, 95, hours: 1, "connection reset"),
    letter("c19a5e60", DemoMemory.studio, 4, 200, hours: 5, "timeout after 30 s"),
    letter("8e63b2f4", DemoMemory.studio, 5, 431, hours: 9, "HTTP 502"),
    letter("2ab4d918", DemoMemory.brain, 5, 842, hours: 11, "HTTP 500"),
    letter("f05c8137", DemoMemory.studio, 6, 1490, hours: 20, "HTTP 502"),
    letter("9b1c77de", DemoMemory.brain, 7, 2851, hours: 50, "HTTP 422 invalid user_id"),
    letter("64f8e0ab", DemoMemory.brain, 8, 2120, hours: 71, "HTTP 422 invalid user_id"),
    letter("d7301f5e", DemoMemory.studio, 9, 3480, hours: 96, "HTTP 413 content too large"),
  ]

  private static func letter(
    _ start: String,
    _ project: String,
    _ retries: Int,
    _ dueIn: Double,
    hours: Double,
    _ cause: String
  ) -> DemoDeadLetter {
    DemoDeadLetter(
      id: start + "-5b1e-4c7a-9d20-6f83a1b4c2e0",
      project: project,
      retries: retries,
      dueIn: dueIn,
      age: hours * 3600,
      cause: cause
    )
  }
}
