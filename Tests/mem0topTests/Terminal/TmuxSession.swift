import Foundation
import TestSupport
import Testing

/// The real program in a real terminal: a tmux server of its own, on a socket of its own.
///
/// In the pane a shell notes the modes of the terminal, runs the program, notes its status and the
/// modes again, and stays. Everything that the program could read from its environment is pinned.
final class TmuxSession {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private static let pollInterval = Duration.milliseconds(25)

  let home: TemporaryDirectory
  let socket: String

  /// Opens the dashboard, or runs other `arguments`, in a home that `prepare` has filled.
  ///
  /// What is watched there is `.claude`, by default an empty directory. The shell of the pane runs
  /// `before` first.
  init(
    columns: Int = 120,
    rows: Int = 34,
    arguments: [String] = [],
    environment: [String: String] = [:],
    before: String = ":",
    prepare: (TemporaryDirectory) throws -> Void = { _ = try WatchedDirectory(in: $0) }
  ) throws {
    home = try TemporaryDirectory()
    socket = home.path + "/socket"
    try prepare(home)
    try home.write(script(arguments, environment, before), to: "pane.sh")
    _ = try tmux([
      "-f", "/dev/null", "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)",
      "sh \(home.path)/pane.sh",
    ])
  }

  deinit {
    do {
      _ = try tmux(["kill-server"])
    } catch {
      print("the tmux server on \(socket) has ended before: \(error)")
    }
  }

  /// Types keys, by tmux's names (`Escape`, `Down`, `C-c`) or as themselves.
  func send(_ keys: String...) throws {
    _ = try tmux(["send-keys"] + keys)
  }

  /// Pastes a text as a terminal does: marked as a paste if the program has asked for marks.
  func paste(_ text: String) throws {
    _ = try tmux(["set-buffer", "--", text])
    _ = try tmux(["paste-buffer", "-p"])
  }

  /// The text on the screen.
  func capture() throws -> String { try tmux(["capture-pane", "-p"]) }

  /// The text on the screen with the escape sequences for its colours.
  func captureStyled() throws -> String { try tmux(["capture-pane", "-p", "-e"]) }

  func resize(columns: Int, rows: Int) throws {
    _ = try tmux(["resize-window", "-x", "\(columns)", "-y", "\(rows)"])
  }

  /// The value of a tmux format such as `#{alternate_on}`.
  func value(of format: String) throws -> String {
    try tmux(["display-message", "-p", format]).trimmingCharacters(in: .newlines)
  }

  /// Sets an option of the tmux server's sessions.
  func setOption(_ name: String, _ value: String) throws {
    _ = try tmux(["set-option", "-g", name, value])
  }

  /// Kills the tmux server, which closes the terminal.
  func hangUp() throws {
    _ = try tmux(["kill-server"])
  }

  /// Waits until the screen shows `text`, and returns the screen.
  @discardableResult
  func wait(for text: String, within limit: Duration = .seconds(30)) async throws -> String {
    try await wait(within: limit, until: "“\(text)”") { $0.contains(text) }
  }

  /// Waits until `condition` holds for a screen that is whole, and returns the screen.
  ///
  /// The terminal may be seen in the middle of a frame, so two looks in a row have to agree.
  @discardableResult
  func wait(
    within limit: Duration = .seconds(30),
    until wish: String,
    _ condition: (String) throws -> Bool
  ) async throws -> String {
    var screen = ""
    let isThere = try await Self.poll(within: limit) {
      let earlier = screen
      screen = try capture()
      return try screen == earlier && condition(screen)
    }
    guard isThere else { throw Failure(description: "not seen: \(wish)\n\(screen)") }
    return screen
  }

  /// The program's process.
  func processID() async throws -> pid_t {
    let found = try await note("pid", within: .seconds(30))
    guard let pid = pid_t(found) else { throw Failure(description: "“\(found)” is no pid") }
    return pid
  }

  /// The program's exit status as a shell sees it, once it has ended.
  func exitStatus(within limit: Duration = .seconds(30)) async throws -> String {
    try await note("status", within: limit)
  }

  /// Whether the modes of the terminal are what they were before the program ran.
  func hasSameModes() async throws -> Bool {
    let before = try await note("before", within: .seconds(30))
    return try await before == note("after", within: .seconds(30))
  }

  /// Asks again and again until `condition` holds; false where it does not in time.
  static func poll(
    within limit: Duration,
    until condition: () throws -> Bool
  ) async throws -> Bool {
    let deadline = ContinuousClock.now + limit
    while true {
      if try condition() { return true }
      guard ContinuousClock.now < deadline else { return false }
      try await Task.sleep(for: pollInterval)
    }
  }

  /// A line that the pane's shell has written into a file.
  private func note(_ name: String, within limit: Duration) async throws -> String {
    var text = ""
    let isThere = try await Self.poll(within: limit) {
      let data = FileManager.default.contents(atPath: home.path + "/" + name) ?? Data()
      text = String(decoding: data, as: UTF8.self)
      return text.hasSuffix("\n")
    }
    guard isThere else { throw Failure(description: "the pane wrote no \(name)") }
    return text.trimmingCharacters(in: .newlines)
  }

  private func script(
    _ arguments: [String],
    _ extra: [String: String],
    _ before: String
  ) -> String {
    var environment = [
      "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "TERM": "tmux-256color",
      "TZ": "UTC", "HOME": home.path, "XDG_CONFIG_HOME": home.path + "/config",
      "XDG_STATE_HOME": home.path + "/state", "SWIFT_BACKTRACE": "enable=no",
    ]
    environment.merge(extra) { $1 }
    let words = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    // Of the pane's own environment the program sees only where its tmux is.
    let command =
      "env -i TMUX=\"$TMUX\" "
      + (words + [Self.program] + arguments).map(Self.quoted).joined(separator: " ")
    return """
      cd '\(home.path)'
      \(before)
      stty -g >before
      sh -c 'echo $$ >pid; exec "$@"' sh \(command)
      code=$?
      stty -g >after
      echo $code >status
      echo "the program has ended: $code"
      exec sleep 600

      """
  }

  /// The program, which is built beside the test bundle.
  static var program: String {
    let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundlePath
    let bundlePath = bundle ?? CommandLine.arguments[0]
    return URL(fileURLWithPath: bundlePath).deletingLastPathComponent()
      .appendingPathComponent("mem0top").path
  }

  /// Runs one tmux command on our socket and returns what it printed.
  ///
  /// Not by Foundation's `Process`: the tmux server would inherit the descriptor by which that one
  /// learns that its child has ended.
  private func tmux(_ arguments: [String]) throws -> String {
    try Self.run(["env", "-u", "TMUX", "LC_ALL=C.UTF-8", "tmux", "-S", socket] + arguments)
  }

  /// Whether a process runs; one that nobody has waited for yet does not.
  static func isRunning(_ pid: pid_t) throws -> Bool {
    let state = try run(["sh", "-c", "ps -o stat= -p \(pid) || true"])
    return !state.trimmingCharacters(in: .whitespacesAndNewlines).isEmpty && !state.contains("Z")
  }

  /// Runs a command and returns what it printed; throws where it fails.
  static func run(_ words: [String]) throws -> String {
    guard let stream = popen(words.map(quoted).joined(separator: " ") + " 2>&1", "r") else {
      throw Failure(description: "no shell could be started (errno \(errno))")
    }
    var output: [UInt8] = []
    var byte = getc(stream)
    while byte != EOF {
      output.append(UInt8(truncatingIfNeeded: byte))
      byte = getc(stream)
    }
    let text = String(decoding: output, as: UTF8.self)
    guard pclose(stream) == 0 else {
      throw Failure(description: "\(words.joined(separator: " ")): \(text)")
    }
    return text
  }

  private static func quoted(_ word: String) -> String {
    "'" + word.replacingOccurrences(of: "'", with: "'\\''") + "'"
  }
}
