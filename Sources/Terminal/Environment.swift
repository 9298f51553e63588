internal import CLibrary
internal import Dashboard

/// What the environment says about the terminal.
enum Environment {
  /// A variable, `nil` where it is not set or empty.
  static func value(of name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
  }

  /// The terminal's background, where it tells (`COLORFGBG=15;0`, as rxvt and Konsole do).
  static var background: Theme.Background? {
    guard let number = value(of: "COLORFGBG")?.split(separator: ";").last.flatMap({ Int($0) })
    else { return nil }
    return number == 7 || number > 8 ? .light : .dark
  }

  /// Whether the terminal says that it has all colours, whatever terminfo knows of it.
  static var hasManyColors: Bool {
    ["truecolor", "24bit"].contains(value(of: "COLORTERM") ?? "")
  }

  /// How long a lone Esc waits for the rest of a sequence, as curses has it (`ESCDELAY`, milliseconds).
  static var escapeDelay: Duration {
    guard let told = value(of: "ESCDELAY").flatMap({ Int($0) }), (0...3000).contains(told) else {
      return KeyDecoder.escapeDelay
    }
    return .milliseconds(max(told, 1))
  }

  /// The glyphs that the locale and the person let us use.
  static func charset(_ wish: ScreenWish) -> Charset {
    let isUTF8 = adoptLocale()
    switch wish.borders {
    case .unicode where !isUTF8: setlocale(LC_CTYPE, "C.UTF-8")
    case .auto where !isUTF8, .ascii where !isUTF8: return .ascii
    case .ascii where !wish.isAmbiguousWide: return .asciiFrames
    case .auto, .unicode, .ascii: break
    }
    return wish.isAmbiguousWide ? .unambiguous : .unicode
  }

  /// Why the terminal takes no copies; `nil` where it may.
  ///
  /// GNU screen throws OSC 52 away, and the consoles know nothing of it.
  static var copyObstacle: String? {
    if value(of: "TMUX") != nil { return nil }
    let name = value(of: "TERM") ?? ""
    if value(of: "STY") != nil || name == "screen" || name.hasPrefix("screen.") {
      return "GNU screen takes no copies: select the text, or view it in the pager."
    }
    return ["linux", "cons25", "ansi", "vt"].contains(where: name.hasPrefix)
      ? "A terminal of the kind \(name) takes no copies: view it in the pager." : nil
  }

  /// Sets the locale that the environment names and says whether it writes UTF-8.
  ///
  /// A locale that is not installed here, one that came over ssh, say, still tells by its name that
  /// the terminal shows UTF-8.
  static func adoptLocale() -> Bool {
    if setlocale(LC_ALL, "") == nil {
      let name = value(of: "LC_ALL") ?? value(of: "LC_CTYPE") ?? value(of: "LANG") ?? ""
      if ["utf-8", "utf8"].contains(where: name.lowercased().hasSuffix) {
        setlocale(LC_CTYPE, "C.UTF-8")
      }
    }
    return nl_langinfo(Int32(CODESET)).map { String(cString: $0) } == "UTF-8"
  }
}
