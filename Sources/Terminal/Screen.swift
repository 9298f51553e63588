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
      if background != oldValue, appearance == .auto { adoptColors() }
    }
  }
  private var painter: Painter
  private var isCursorHidden = false
  private var questionEnd: ContinuousClock.Instant?

  /// Until when the terminal's answer is expected; `nil` where none is.
  var answerDue: ContinuousClock.Instant? {
    questionEnd.flatMap { $0 > .now ? $0 : nil }
  }

  /// Takes the terminal on the standard streams over.
  init(appearance: Appearance) throws(TerminalError) {
    guard isatty(STDIN_FILENO) == 1 else { throw .notATerminal("standard input") }
    guard isatty(STDOUT_FILENO) == 1 else { throw .notATerminal("standard output") }
    charset = Environment.adoptLocale() ? .unicode : .ascii
    signals = try SignalGuard()
    guard let name = Environment.value(of: "TERM") else { throw .unknownTerminal("") }
    guard cn_open() != nil else { throw .unknownTerminal(name) }
    guard ResetSequence.canMoveCursor else {
      endwin()
      throw .tooSimple(name)
    }
    self.appearance = appearance
    painter = Painter(palette: Palette(appearance: appearance, answer: nil))
    signals.arm(reset: ResetSequence.bytes())
    configure()
    measure()
  }

  /// Shows a canvas; only what differs from the one before goes to the terminal.
  func show(_ canvas: Canvas) {
    painter.paint(canvas)
    if !isCursorHidden { cn_park_cursor() }
    cn_update()
  }

  /// Asks the terminal for its background where nothing else tells it; the answer comes as a key does.
  ///
  /// It does not ask a person who types already: a key may end us before the answer is here.
  func askForBackground() {
    guard Palette.needsBackground(for: appearance), !hasInput(within: .zero) else { return }
    tell(BackgroundAnswer.question)
    questionEnd = .now + BackgroundAnswer.patience
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
    takeAnswer()
    endwin()
    markPastes(false)
    signals.stop()
    resume()
  }

  /// Takes the terminal again, whatever was done to it meanwhile.
  func resume() {
    reset_prog_mode()
    markPastes(true)
    isCursorHidden = cn_hide_cursor()
    measure()
  }

  /// Puts a text on the person's clipboard, as far as the terminal lets us.
  func copy(_ text: String) {
    Clipboard.copy(text)
  }

  /// Lends the terminal to the person's pager until that has shown a text, and takes it again.
  func page(_ text: String) -> Pager.Outcome {
    takeAnswer()
    endwin()
    markPastes(false)
    signals.lend()
    let outcome = Pager().show(text, signals: signals)
    signals.reclaim()
    resume()
    return outcome
  }

  /// Gives the terminal back as it was found.
  func close() {
    takeAnswer()
    endwin()
    markPastes(false)
    signals.disarm()
  }

  /// Takes an answer that is still on its way, which whoever has the terminal next would take for
  /// keys, and drops what was typed meanwhile.
  private func takeAnswer() {
    guard answerDue != nil else { return }
    let end = ContinuousClock.now + .milliseconds(100)
    var decoder = KeyDecoder()
    decoder.expectsAnswer = true
    while answerDue != nil, hasInput(within: ContinuousClock.now.duration(to: end)) {
      let (bytes, isAtEnd) = readAvailable(STDIN_FILENO, atMost: 4_096)
      if isAtEnd { break }
      for case .background(let told) in decoder.decode(bytes) { background = told }
    }
    questionEnd = nil
    tcflush(STDIN_FILENO, TCIFLUSH)
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
    markPastes(true)
  }

  /// Makes Ctrl-S, Ctrl-Q and Ctrl-V plain keys, because a stray Ctrl-S would freeze the screen, and
  /// lets Ctrl-Z throw nothing away of what is on its way: half an escape sequence draws anything.
  private func releaseControlKeys() {
    var modes = termios()
    guard tcgetattr(STDOUT_FILENO, &modes) == 0 else { return }
    modes.c_iflag &= ~tcflag_t(IXON | IXOFF)
    modes.c_lflag &= ~tcflag_t(IEXTEN)
    modes.c_lflag |= tcflag_t(NOFLSH)
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

  private func markPastes(_ isOn: Bool) {
    guard ResetSequence.knowsPasting else { return }
    tell(isOn ? ResetSequence.pasteOn : ResetSequence.pasteOff)
  }

  private func tell(_ sequence: String) {
    _ = write(STDOUT_FILENO, sequence, sequence.utf8.count)
  }
}
