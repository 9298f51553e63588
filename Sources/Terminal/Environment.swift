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
