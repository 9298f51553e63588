internal import Dashboard

/// A message in the status line of each client of the person's tmux.
enum TmuxMessage {
  /// Longer ones do not fit any line.
  private static let longest = 200

  /// Shows it, and returns what went wrong, one sentence; where nobody is attached there is nobody to tell.
  static func show(_ text: String) async -> String? {
    guard let clients = await ProgramOutput.of("tmux", ["list-clients", "-F", "#{client_name}"])
    else {
      return "The message could not be shown in tmux: it does not answer, or none runs."
    }
    for client in clients.split(separator: "\n") {
      let arguments = ["display-message", "-d", "10000", "-c", String(client), escaped(text)]
      _ = await ProgramOutput.of("tmux", arguments)
    }
    return nil
  }

  /// A text that tmux shows as it is: `#` would begin a format, which may run programs, and `%` a time.
  static func escaped(_ text: String) -> String {
    String(
      text.prefix(longest).flatMap { character -> [Character] in
        character == "#" || character == "%" ? [character, character] : [character]
      }
    )
  }
}

/// How the terminal of this process shows a desktop notification.
struct DesktopNotice: Hashable {
  /// Its sequence; `nil` where it is known to have none.
  var form: TerminalAlert.Form?
  /// Whether tmux stands between and passes sequences on.
  var isThroughTmux = false

  /// Finds out: inside tmux by the terminal that its client has, and only where passthrough is on.
  static func find(
    _ wish: AlertSettings.Desktop,
    environment: [String: String]
  ) async -> DesktopNotice {
    guard !(environment["TMUX"] ?? "").isEmpty else {
      let names = ["TERM", "TERM_PROGRAM"].compactMap { environment[$0] }
      return DesktopNotice(form: form(wish, names: names))
    }
    guard let pane = environment["TMUX_PANE"],
      let text = await ProgramOutput.of(
        "tmux",
        ["display-message", "-p", "-t", pane, "#{client_termname} #{client_termtype}"]
      ), await passesOn(pane)
    else { return DesktopNotice() }
    let names = text.split { $0 == " " || $0 == "\n" }.map(String.init)
    return DesktopNotice(form: form(wish, names: names), isThroughTmux: true)
  }

  /// Whether a pane of tmux passes on what is meant for the terminal around it.
  static func passesOn(_ pane: String) async -> Bool {
    let arguments = ["show-options", "-Apqv", "-t", pane, "allow-passthrough"]
    let value = await ProgramOutput.of("tmux", arguments) ?? ""
    return value.hasPrefix("on") || value.hasPrefix("all")
  }

  /// The sequence that was asked for, or the one that a terminal of these names knows.
  static func form(_ wish: AlertSettings.Desktop, names: [String]) -> TerminalAlert.Form? {
    switch wish {
    case .off: return nil
    case .osc9: return .osc9
    case .osc777: return .osc777
    case .osc99: return .osc99
    case .auto:
      let known: [(String, TerminalAlert.Form)] = [
        ("kitty", .osc99), ("ghostty", .osc777), ("wezterm", .osc777), ("foot", .osc777),
        ("rxvt", .osc777), ("iterm", .osc9),
      ]
      let text = names.joined(separator: " ").lowercased()
      return known.first { text.contains($0.0) }?.1
    }
  }
}
