internal import ArgumentParser
internal import QueueEngine

/// An observation in one short line.
struct OneLineStatus {
  /// Who shows the line.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    /// Any program; a `#` is doubled, because tmux would read `#[…]` as a style.
    case plain
    /// tmux: with its styles, and with the projects that wait.
    case tmux
    /// An assistant's status line: with colours, and the way out.
    case claude

    /// The columns that the line has at most.
    fileprivate var columns: Int { self == .claude ? 80 : 60 }
  }

  /// A part of the line, and what it is to look like.
  private struct Piece {
    var text: String
    var look: Look
  }

  private enum Look {
    case verdict(Severity)
    case plain
    case dim
  }

  /// How many projects the line names, and how many characters of each.
  private static let mostProjects = 2
  private static let longestProject = 16

  private let snapshot: Snapshot
  private let verdict: Finding?
  private let now: Timestamp

  init(_ observation: Observation) {
    snapshot = observation.snapshot
    verdict = observation.findings.first
    now = observation.now
  }

  /// The line.
  func text(_ format: Format, isColoured: Bool = false) -> String {
    let pieces = fitted(pieces(format), to: format.columns)
    switch format {
    case .plain: return pieces.map { Self.escaped($0.text) }.joined()
    case .tmux: return pieces.map(Self.styled).joined()
    case .claude:
      let ink = Ink(isColoured: isColoured)
      return pieces.map { piece in
        switch piece.look {
        case .verdict(let severity): ink.paint(piece.text, severity)
        case .plain: piece.text
        case .dim: ink.dim(piece.text)
        }
      }.joined()
    }
  }

  private func pieces(_ format: Format) -> [Piece] {
    let severity = verdict?.severity ?? .ok
    var pieces = [Piece(text: headline, look: .verdict(severity))]
    if let queue = snapshot.queue.content, snapshot.queue.state != .missing {
      pieces.append(Piece(text: " · q\(queue.pending)", look: .plain))
      if format == .tmux { pieces += projects(of: queue) }
    }
    if let items = snapshot.deadLetters.content?.items, snapshot.deadLetters.state != .missing {
      pieces.append(Piece(text: " · dlq\(items.count)", look: .plain))
    }
    if format == .claude, severity > .ok, let command = verdict?.suggestion?.command {
      pieces.append(Piece(text: " → \(command)", look: .dim))
    }
    return pieces.map { Piece(text: Scrubber.scrub($0.text), look: $0.look) }
  }

  private func projects(of queue: QueueContents) -> [Piece] {
    let named = queue.projects.prefix(Self.mostProjects).map { project in
      "\(project.project.prefix(Self.longestProject)) \(project.count)"
    }
    return named.isEmpty ? [] : [Piece(text: " (\(named.joined(separator: ", ")))", look: .dim)]
  }

  private func fitted(_ pieces: [Piece], to columns: Int) -> [Piece] {
    var left = columns
    return pieces.compactMap { piece in
      let text = String(piece.text.prefix(left))
      left -= text.count
      return text.isEmpty ? nil : Piece(text: text, look: piece.look)
    }
  }

  /// A part with tmux's styles around it.
  private static func styled(_ piece: Piece) -> String {
    let style =
      switch piece.look {
      case .verdict(.ok): "fg=green"
      case .verdict(.warning): "fg=yellow"
      case .verdict(.critical): "fg=red,bold"
      case .plain: ""
      case .dim: "dim"
      }
    let text = escaped(piece.text)
    return style.isEmpty ? text : "#[\(style)]\(text)#[default]"
  }

  private static func escaped(_ text: String) -> String { text.replacing("#", with: "##") }

  private var headline: String {
    guard let verdict, verdict.severity > .ok else { return "● ok" }
    let row = verdict.code.row
    return "\(verdict.severity.mark) \(row.short)\(row.topic == .lock ? lockAge : "")"
  }

  private var lockAge: String {
    guard let since = snapshot.lock.since else { return "" }
    return " " + (now - since).ageText.replacing(" ", with: "")
  }
}
