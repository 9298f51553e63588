/// Shows an observation again and again, for terminals that can do no more.
struct WatchLoop {
  let interval: Duration

  /// Looks and shows until the process is interrupted; a terminal that can be is cleared before each showing.
  func run(
    _ observer: inout Observer,
    _ show: (Observation) throws -> Void
  ) async throws -> Never {
    let mayClear = Output.isTerminal && Ink.knowsSequences
    while true {
      let observation = await observer.look()
      if mayClear { Output.write("\u{1B}[H\u{1B}[2J") }
      try show(observation)
      if !mayClear { Output.print("") }
      try await Task.sleep(for: interval)
    }
  }
}
