internal import Dashboard
internal import QueueEngine

/// Text for people, in the characters that their terminal shows.
enum LocaleText {
  /// The text as it is, or in ASCII on a terminal whose locale is not UTF-8.
  static func shown(_ text: String) -> String {
    guard Output.isTerminal, !isUTF8(ProcessEnvironment.variables) else { return text }
    return Charset.ascii(text)
  }

  /// Whether the environment names a locale of UTF-8, by the variable that counts most.
  static func isUTF8(_ environment: [String: String]) -> Bool {
    let names = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }
    let name = (names.first { !$0.isEmpty } ?? "").lowercased()
    return name.contains("utf-8") || name.contains("utf8")
  }
}
