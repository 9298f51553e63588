internal import Subprocess

/// What other programs print.
enum ProgramOutput {
  /// What a program prints; `nil` where it is not there, fails, or takes longer than 2 s.
  static func of(_ program: String, _ arguments: [String]) async -> String? {
    await withTaskGroup(of: String?.self) { group in
      group.addTask {
        let result = try? await Subprocess.run(
          .name(program),
          arguments: Arguments(arguments),
          input: .none,
          output: .string(limit: 1 << 20),
          error: .discarded
        )
        guard let result, case .exited(0) = result.terminationStatus else { return nil }
        return result.standardOutput
      }
      group.addTask {
        try? await Task.sleep(for: .seconds(2))
        return nil
      }
      let first = await group.next() ?? nil
      group.cancelAll()
      return first
    }
  }
}
