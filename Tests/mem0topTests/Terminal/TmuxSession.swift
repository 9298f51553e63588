import Foundation
import Testing

/// The real program in a real terminal: a tmux server of its own, on a socket of its own.
///
/// In the pane a shell notes the modes of the terminal, runs the program, notes its status and the
/// modes again, and stays. Everything that the program could read from its environment is pinned.
final class TmuxSession {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private static let pollInterval: useconds_t = 10_000

  let home: TemporaryDirectory
  private let socket: String

  /// Opens the dashboard on an empty directory, `home.path`/.claude, or runs other `arguments`.
  init(
    columns: Int = 120,
    rows: Int = 34,
    arguments: [String] = [],
    environment: [String: String] = [:]
  ) throws {
    home = try TemporaryDirectory()
    socket = home.path + "/socket"
    try FileManager.default.createDirectory(
      atPath: home.path + "/.claude",
      withIntermediateDirectories: true
    )
    try home.write(script(arguments, environment), to: "pane.sh")
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

  /// The text on the screen.
  func capture() throws -> String { try tmux(["capture-pane", "-p"]) }

  func resize(columns: Int, rows: Int) throws {
    _ = try tmux(["resize-window", "-x", "\(columns)", "-y", "\(rows)"])
  }

  /// The value of a tmux format such as `#{alternate_on}`.
  func value(of format: String) throws -> String {
    try tmux(["display-message", "-p", format]).trimmingCharacters(in: .newlines)
  }

  /// Kills the tmux server, which closes the terminal.
  func hangUp() throws {
    _ = try tmux(["kill-server"])
  }

  /// Waits until the screen shows `text`, and returns the screen.
  @discardableResult
  func wait(for text: String, within limit: Duration = .seconds(10)) throws -> String {
    var screen = ""
    let isThere = try Self.poll(within: limit) {
      screen = try capture()
      return screen.contains(text)
    }
    guard isThere else { throw Failure(description: "no “\(text)” on the screen:\n\(screen)") }
    return screen
  }

  /// The program's process.
  func processID() throws -> pid_t {
    let found = try note("pid", within: .seconds(10))
    guard let pid = pid_t(found) else { throw Failure(description: "“\(found)” is no pid") }
    return pid
  }

  /// The program's exit status as a shell sees it, once it has ended.
  func exitStatus(within limit: Duration = .seconds(10)) throws -> String {
    try note("status", within: limit)
  }

  /// Whether the modes of the terminal are what they were before the program ran.
  func hasSameModes() throws -> Bool {
    try note("before", within: .seconds(10)) == note("after", within: .seconds(10))
  }

  /// Asks again and again until `condition` holds; false where it does not in time.
  static func poll(within limit: Duration, until condition: () throws -> Bool) rethrows -> Bool {
    let deadline = ContinuousClock.now + limit
    while true {
      if try condition() { return true }
      guard ContinuousClock.now < deadline else { return false }
      usleep(pollInterval)
    }
  }

  /// A line that the pane's shell has written into a file.
  private func note(_ name: String, within limit: Duration) throws -> String {
    var text = ""
    let isThere = Self.poll(within: limit) {
      let data = FileManager.default.contents(atPath: home.path + "/" + name) ?? Data()
      text = String(decoding: data, as: UTF8.self)
      return text.hasSuffix("\n")
    }
    guard isThere else { throw Failure(description: "the pane wrote no \(name)") }
    return text.trimmingCharacters(in: .newlines)
  }

  private func script(_ arguments: [String], _ extra: [String: String]) -> String {
    var environment = [
      "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "TERM": "tmux-256color",
      "TZ": "UTC", "HOME": home.path, "XDG_CONFIG_HOME": home.path + "/config",
      "XDG_STATE_HOME": home.path + "/state", "SWIFT_BACKTRACE": "enable=no",
    ]
    environment.merge(extra) { $1 }
    let words = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let command = (["env", "-i"] + words + [Self.program] + arguments)
      .map { "'" + $0.replacingOccurrences(of: "'", with: "'\\''") + "'" }
      .joined(separator: " ")
    return """
      cd '\(home.path)'
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

  private func tmux(_ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["-u", "TMUX", "LC_ALL=C.UTF-8", "tmux", "-S", socket] + arguments
    let (output, complaints) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = complaints
    try process.run()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    let complaint = complaints.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      let reason = String(decoding: complaint, as: UTF8.self)
      throw Failure(description: "tmux \(arguments.joined(separator: " ")): \(reason)")
    }
    return String(decoding: text, as: UTF8.self)
  }
}
