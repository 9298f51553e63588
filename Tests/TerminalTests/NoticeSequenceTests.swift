import Dashboard
import Terminal
import Testing

/// What a terminal gets to ring its bell or to show a notification, and that no text breaks out of it.
struct NoticeSequenceTests {
  private func alert(_ form: TerminalAlert.Form?, rings: Bool = false) -> TerminalAlert {
    var alert = TerminalAlert(
      title: "mem0top: stale lock",
      body: "36 wait; since 01:23",
      rings: rings
    )
    alert.form = form
    return alert
  }

  @Test func theBellAlone() {
    #expect(NoticeSequence.text(of: alert(nil, rings: true)) == "\u{07}")
    #expect(NoticeSequence.text(of: alert(nil)) == "")
  }

  @Test func eachForm() {
    let st = "\u{1B}\\"
    #expect(
      NoticeSequence.text(of: alert(.osc9))
        == "\u{1B}]9;mem0top: stale lock: 36 wait, since 01:23\(st)"
    )
    #expect(
      NoticeSequence.text(of: alert(.osc777, rings: true))
        == "\u{1B}]777;notify;mem0top: stale lock;36 wait, since 01:23\(st)\u{07}"
    )
    #expect(
      NoticeSequence.text(of: alert(.osc99))
        == "\u{1B}]99;i=mem0top:d=0:p=title;mem0top: stale lock\(st)"
        + "\u{1B}]99;i=mem0top:d=1:p=body;36 wait, since 01:23\(st)"
    )
  }

  @Test func tmuxPassesItOn() {
    var alert = alert(.osc9)
    alert.isForOuterTerminal = true
    let text = NoticeSequence.text(of: alert)
    #expect(text.hasPrefix("\u{1B}Ptmux;\u{1B}\u{1B}]9;mem0top"))
    #expect(text.hasSuffix("\u{1B}\u{1B}\\\u{1B}\\"))
  }

  @Test(arguments: ["\u{1B}]52;c;QQ==\u{07}", "a\nb\r\u{9C}c", "\u{202E};;;", "\u{1B}\\rm"])
  func noTextBreaksOut(text: String) {
    for form in [TerminalAlert.Form.osc9, .osc777, .osc99] {
      var alert = TerminalAlert(title: text, body: text, rings: false)
      alert.form = form
      let sequence = NoticeSequence.text(of: alert)
      let ends = form == .osc99 ? 2 : 1
      #expect(
        sequence.split(separator: "\u{1B}", omittingEmptySubsequences: false).count == 2 * ends + 1
      )
      #expect(
        !sequence.contains("\n") && !sequence.contains("\u{07}") && !sequence.contains("\u{9C}")
      )
    }
  }
}
