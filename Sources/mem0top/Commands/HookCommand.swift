internal import ArgumentParser
internal import CLibrary
internal import Dispatch
internal import QueueEngine
internal import Synchronization

/// `hook`: what an assistant's own hooks call.
struct HookCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hook",
    abstract: "Answers an assistant's hooks.",
    discussion: "Example: mem0top hook session-start",
    subcommands: [SessionStartHookCommand.self]
  )
}

/// `hook session-start`: what an assistant should know of the queue before it begins.
struct SessionStartHookCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "session-start",
    abstract:
      "Prints what an assistant should know when a session begins; nothing where all is well.",
    discussion: """
      It prints JSON with systemMessage and additionalContext, 2000 characters at most, within 200 ms: a \
      server that has not answered by then is said to be unknown, never down. The status is 0 whatever \
      happens, so that no session is held up.

      Example: mem0top hook session-start
      """
  )

  /// Whatever is not known by then stays unsaid; the process itself has a few ms to start.
  private static let limit = DispatchTimeInterval.milliseconds(180)
  private static let serverLimit = Duration.milliseconds(100)

  @OptionGroup var directory: DirectoryOptions

  func run() async throws {
    let telling = Telling()
    let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "mem0top.hook"))
    timer.setEventHandler {
      // Silence would mean that all is well.
      let late = SessionNote(
        problem: "its files could not be read in time; \"mem0top status\" tells it"
      )
      telling.tell(late)
      _exit(0)
    }
    timer.schedule(deadline: .now() + Self.limit)
    timer.activate()
    telling.tell(await note())
    withExtendedLifetime(timer) {}
  }

  /// Prints one note, the first.
  private final class Telling: Sendable {
    private let isDone = Atomic(false)

    /// Prints it in one piece, so that the limit cannot cut it.
    func tell(_ note: SessionNote?) {
      guard !isDone.exchange(true, ordering: .relaxed), let note,
        let text = try? Output.json(note.document)
      else { return }
      _ = Output.offer(text + "\n")
    }
  }

  private func note() async -> SessionNote? {
    do {
      var observer = Observer(
        try directory.load().configuration,
        deadline: Self.serverLimit
      )
      return SessionNote(await observer.lookQuickly())
    } catch {
      return SessionNote(problem: error.description)
    }
  }
}
