internal import CLibrary
internal import CNcurses
internal import Dashboard

/// The terminal while it is ours: opened by `init`, given back by `close`.
@MainActor
final class Screen {
  /// Which characters the locale can show.
  let charset: Charset
  let signals: SignalGuard
  private(set) var size = Size(columns: 1, rows: 1)
  /// The colours that the person wants; other ones draw the next canvas whole.
  var appearance: Appearance {
    didSet {
      if appearance != oldValue { adoptColors() }
    }
  }
  /// What the terminal has told of its background; a person who has chosen one is right.
  var background: Theme.Background? {
    didSet {
      questionEnd = nil
      answers = true
      if background != oldValue, appearance.followsTerminal { adoptColors() }
    }
  }
  /// Whether clicks and the wheel are ours; if not, the terminal selects text with them.
  var isMouseWanted: Bool {
    didSet {
      if isMouseWanted != oldValue { tell(TerminalModes.mouse(isMouseWanted)) }
    }
  }
  /// Whether the terminal has answered us, or may yet: one that is mute is not asked again at each resize.
  private(set) var answers = true
  private var painter: Painter
  private var isCursorHidden = false
  /// Until when an answer is waited for at the end; `nil` where none is on its way.
  private var questionEnd: ContinuousClock.Instant?
  private var hasModes = false
  /// What the terminal has told while it was not ours.
  private var heard: Theme.Background?

  /// Takes the terminal on the standard streams over.
  ///
  /// - Parameter wish: What the person wants of its colours, glyphs and mouse.
  /// - Throws: `TerminalError` where there is no terminal that can show a full screen.
  init(_ wish: ScreenWish) throws(TerminalError) {
    guard isatty(STDIN_FILENO) == 1 else { throw .notATerminal("standard input") }
    guard isatty(STDOUT_FILENO) == 1 else { throw .notATerminal("standard output") }
    charset = Environment.charset(wish)
    signals = try SignalGuard()
    guard let name = Environment.value(of: "TERM") else { throw .unknownTerminal("") }
    guard Self.open(name) else { throw .unknownTerminal(name) }
    guard ResetSequence.canMoveCursor else {
      endwin()
      throw .tooSimple(name)
    }
    appearance = wish.appearance
    isMouseWanted = wish.hasMouse
    painter = Painter(palette: Palette(appearance: wish.appearance, answer: nil))
    signals.arm(reset: ResetSequence.bytes())
    configure()
    measure()
  }

  /// Opens the terminal, by the name of its sibling with more colours where it says that it has them.
  private static func open(_ name: String) -> Bool {
    let sibling = name + "-256color"
    if Environment.hasManyColors, !name.contains("-"), cn_open(sibling) != nil { return true }
    return cn_open(name) != nil
  }

  /// Shows a canvas; only what differs from the one before goes to the terminal.
  func show(_ canvas: Canvas) {
    painter.paint(canvas)
    if !isCursorHidden { cn_park_cursor() }
    cn_update()
  }

  /// Asks the terminal for its background; the answer comes as a key does.
  ///
  /// - Returns: whether it was asked: not where the person has chosen, or where it would not understand.
  func askForBackground() -> Bool {
    guard Palette.needsBackground(for: appearance) else { return false }
    if questionEnd != nil { answers = false }
    tell(BackgroundAnswer.question)
    questionEnd = .now + BackgroundAnswer.timeoutAtEnd
    return true
  }

  /// Throws away what was typed before there was anything on the screen that it could mean.
  func forgetInput() {
    tcflush(STDIN_FILENO, TCIFLUSH)
  }

  /// Reads the size anew, after SIGWINCH; the next canvas is drawn whole.
  func measure() {
    let told = SignalGuard.terminalSize() ?? (Int(cn_columns()), Int(cn_rows()))
    size = Size(columns: max(told.columns, 1), rows: max(told.rows, 1))
    resizeterm(Int32(size.rows), Int32(size.columns))
    forgetContents()
  }

  /// Gives the terminal to the shell and stops, until somebody continues the process.
  func suspend() {
    giveBack()
    signals.stop()
    resume()
  }

  /// Takes the terminal again, whatever was done to it meanwhile.
  func resume() {
    reset_prog_mode()
    isCursorHidden = cn_hide_cursor()
    // Before anything is seen: whoever has seen it may have pressed a key.
    forgetInput()
    measure()
    cn_update()
    takeModes()
    if let heard { background = heard }
    heard = nil
  }

  /// Puts a text on the person's clipboard; why it cannot be there, if that is known.
  func copy(_ text: String) -> String? {
    Clipboard.copy(text)
  }

  /// Rings the bell, or has the terminal show a notification.
  func alert(_ alert: TerminalAlert) {
    tell(NoticeSequence.text(of: alert))
  }

  /// Lends the terminal to the person's pager until that has shown a text, and takes it again.
  func page(_ text: String) -> Pager.Outcome {
    giveBack()
    signals.lend()
    let outcome = Pager().show(text, signals: signals)
    signals.reclaim()
    resume()
    return outcome
  }

  /// Gives the terminal back as it was found.
  func close() {
    giveBack()
    signals.disarm()
  }

  /// Restores the screen, and then the modes of the line, once an answer that is on its way was taken.
  private func giveBack() {
    tell(TerminalModes.giving)
    hasModes = false
    guard let due = questionEnd, due > .now else {
      endwin()
      // What curses restores may be what an earlier wait for an answer has left it.
      cn_guard_restore_modes()
      return
    }
    // What curses restores stays without an echo for as long as the answer may come.
    def_shell_mode()
    endwin()
    takeAnswer(until: due)
    cn_guard_restore_modes()
  }

  /// Takes an answer that is still on its way, which whoever has the terminal next would take for
  /// keys, and drops what was typed meanwhile.
  private func takeAnswer(until end: ContinuousClock.Instant) {
    // A signal that ends us grants one second.
    let end = min(end, .now + .milliseconds(800))
    var decoder = KeyDecoder()
    decoder.expectAnswer(at: .now)
    while questionEnd != nil, hasInput(within: ContinuousClock.now.duration(to: end)) {
      let (bytes, isAtEnd) = readAvailable(STDIN_FILENO, atMost: 4_096)
      if isAtEnd { break }
      for case .background(let told) in decoder.decode(bytes, at: .now) {
        heard = told
        questionEnd = nil
      }
    }
    questionEnd = nil
    forgetInput()
  }

  private func hasInput(within limit: Duration) -> Bool {
    var watched = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    return poll(&watched, 1, Int32(max(limit / .milliseconds(1), 0))) > 0
  }

  private func configure() {
    cbreak()
    noecho()
    nonl()
    typeahead(-1)
    releaseControlKeys()
    isCursorHidden = cn_hide_cursor()
    cn_update()
    takeModes()
  }

  /// Makes Ctrl-C a plain key, which says no to a question and ends only what asks nothing; and Ctrl-S,
  /// Ctrl-Q and Ctrl-V, because a stray Ctrl-S would freeze the screen; and
  /// lets Ctrl-Z throw nothing away of what is on its way: half an escape sequence draws anything.
  private func releaseControlKeys() {
    var modes = termios()
    guard tcgetattr(STDOUT_FILENO, &modes) == 0 else { return }
    modes.c_iflag &= ~tcflag_t(IXON | IXOFF)
    modes.c_lflag &= ~tcflag_t(IEXTEN)
    modes.c_lflag |= tcflag_t(NOFLSH)
    cn_guard_release_interrupt(&modes)
    tcsetattr(STDOUT_FILENO, TCSANOW, &modes)
    def_prog_mode()
  }

  private func adoptColors() {
    painter = Painter(palette: Palette(appearance: appearance, answer: background))
    forgetContents()
  }

  private func forgetContents() {
    painter.forget()
    cn_erase()
    cn_forget_screen()
  }

  /// Sets what the terminal sends, whatever was left on; twice, it would have to be taken back twice.
  private func takeModes() {
    if hasModes { tell(TerminalModes.giving) }
    tell(TerminalModes.taking(mouse: isMouseWanted))
    hasModes = true
  }

  private func tell(_ sequence: String) {
    _ = write(STDOUT_FILENO, sequence, sequence.utf8.count)
  }
}
