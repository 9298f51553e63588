package import Dashboard
internal import QueueEngine

/// The bytes that ring a terminal's bell or have it show a notification.
package enum NoticeSequence {
  private static let longest = 200
  private static let end = "\u{1B}\\"

  package static func text(of alert: TerminalAlert) -> String {
    let notice = alert.form.map { sequence($0, plain(alert.title), plain(alert.body)) } ?? ""
    let passed = alert.isForOuterTerminal && !notice.isEmpty ? throughTmux(notice) : notice
    return passed + (alert.rings ? "\u{07}" : "")
  }

  private static func sequence(_ form: TerminalAlert.Form, _ title: String, _ body: String)
    -> String
  {
    switch form {
    case .osc9: "\u{1B}]9;\(title): \(body)" + end
    case .osc777: "\u{1B}]777;notify;\(title);\(body)" + end
    case .osc99:
      "\u{1B}]99;i=mem0top:d=0:p=title;\(title)" + end + "\u{1B}]99;i=mem0top:d=1:p=body;\(body)"
        + end
    }
  }

  /// What tmux passes on to the terminal around it, where it is told to.
  private static func throughTmux(_ sequence: String) -> String {
    "\u{1B}Ptmux;"
      + sequence.split(separator: "\u{1B}", omittingEmptySubsequences: false)
      .joined(separator: "\u{1B}\u{1B}") + end
  }

  /// A text in one line that ends no sequence and parts no fields.
  private static func plain(_ text: String) -> String {
    String(Scrubber.scrub(text).prefix(longest).map { $0 == ";" ? "," : $0 == "\n" ? " " : $0 })
  }
}
