internal import CLibrary
internal import QueueEngine
internal import Subprocess
internal import SystemPackage

/// The person's own program that is told of an incident: started without a shell, in a session of its own,
/// for a limited time; what it prints goes nowhere.
struct AlertCommand: Sendable {
  private let command: [String]
  private let timeout: Duration
  private let directory: String

  init(_ command: [String], _ timeout: Duration, _ directory: String) {
    (self.command, self.timeout, self.directory) = (command, timeout, directory)
  }

  /// Runs it to its end with a text on its standard input; returns what went wrong, one sentence.
  func run(_ text: String) async -> String? {
    guard let program = command.first else { return nil }
    let name = "The alert command \(Scrubber.scrub(program))"
    return await withTaskGroup(of: String?.self) { group in
      group.addTask { await problem(program, text, name) }
      group.addTask {
        do {
          try await Task.sleep(for: timeout)
        } catch {
          return nil  // The program has ended in time.
        }
        return "\(name) took longer than \(timeout.ageText), and was ended."
      }
      let first = await group.next() ?? nil
      group.cancelAll()
      return first
    }
  }

  private func problem(_ program: String, _ text: String, _ name: String) async -> String? {
    var options = PlatformOptions()
    options.createSession = true
    options.teardownSequence = [
      .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .milliseconds(500))
    ]
    do {
      let input = try Self.file(holding: text)
      let result = try await Subprocess.run(
        program.contains("/") ? .path(FilePath(program)) : .name(program),
        arguments: Arguments(Array(command.dropFirst())),
        workingDirectory: FilePath(directory),
        platformOptions: options,
        input: .fileDescriptor(input, closeAfterSpawningProcess: true),
        output: .discarded,
        error: .discarded
      )
      switch result.terminationStatus {
      case .exited(0): return nil
      case .exited(let status): return "\(name) ended with status \(status)."
      case .signaled(let signal): return "\(name) was ended by signal \(signal)."
      }
    } catch {
      return "\(name) did not start: \(error)."
    }
  }

  /// The text as an open file without a name.
  ///
  /// A program need not read its input, and whoever writes into a pipe that nobody reads is trapped by
  /// the library: it does not close it.
  private static func file(holding text: String) throws -> FileDescriptor {
    let folder = ProcessEnvironment.variables["TMPDIR"] ?? "/tmp"
    var template = Array("\(folder)/mem0top-alert-XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw Errno(rawValue: errno) }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    unlink(template)
    let file = FileDescriptor(rawValue: descriptor)
    do {
      _ = try file.writeAll(text.utf8)
      _ = try file.seek(offset: 0, from: .start)
    } catch {
      try? file.close()
      throw error
    }
    return file
  }
}
