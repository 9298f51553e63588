internal import QueueEngine

/// Why a value does not fit a setting: the end of the sentence "lock.style must be …".
struct ValueProblem: Error {
  let expected: String
}

/// One thing that can be set: how it is named, read, printed and explained.
struct Setting: Sendable {
  let section: String
  let name: String
  /// The comment in the example file.
  let remark: String
  /// The TOML value in the example file where the default is to have none.
  let example: String?
  let assign: @Sendable (inout Configuration, ConfigurationValue) throws(ValueProblem) -> Void
  /// The value as TOML; `nil` where none is set.
  let print: @Sendable (Configuration) -> String?

  /// How the setting is called in messages and in the file: `lock.style`.
  var key: String { "\(section).\(name)" }

  /// Whether an error may quote the value; an address or a misplaced key could be a secret.
  var isQuotable: Bool { section != "server" || name == "api" || name == "probe_interval" }

  /// The environment variable that sets it: `MEM0TOP_LOCK_STYLE`.
  var environmentName: String { "MEM0TOP_\(section)_\(name)".uppercased() }
}

/// The kinds of settings.
extension Setting {
  static func text(
    _ section: String,
    _ name: String,
    _ path: any WritableKeyPath<Configuration, String> & Sendable,
    _ remark: String
  ) -> Setting {
    Setting(section: section, name: name, remark: remark, example: nil) {
      (configuration, value) throws(ValueProblem) in
      guard case .text(let text) = value, isPlain(text) else {
        throw ValueProblem(expected: "a text that is not empty and contains no control characters")
      }
      configuration[keyPath: path] = text
    } print: {
      TOMLText.quoted($0[keyPath: path])
    }
  }

  static func optionalText(
    _ section: String,
    _ name: String,
    _ path: any WritableKeyPath<Configuration, String?> & Sendable,
    _ remark: String,
    example: String,
    expected: String = "a text that is not empty and contains no control characters",
    where isValid: @escaping @Sendable (String) -> Bool = { _ in true },
    shown: @escaping @Sendable (String) -> String = { $0 }
  ) -> Setting {
    Setting(section: section, name: name, remark: remark, example: TOMLText.quoted(example)) {
      (configuration, value) throws(ValueProblem) in
      guard case .text(let text) = value, isPlain(text), isValid(text) else {
        throw ValueProblem(expected: expected)
      }
      configuration[keyPath: path] = text
    } print: {
      $0[keyPath: path].map { TOMLText.quoted(shown($0)) }
    }
  }

  static func choice<Choice: RawRepresentable & CaseIterable & Sendable>(
    _ section: String,
    _ name: String,
    _ path: any WritableKeyPath<Configuration, Choice> & Sendable,
    _ remark: String
  ) -> Setting where Choice.RawValue == String {
    Setting(section: section, name: name, remark: remark, example: nil) {
      (configuration, value) throws(ValueProblem) in
      guard case .text(let text) = value, let choice = Choice(rawValue: text) else {
        throw ValueProblem(expected: alternatives(Choice.allCases.map(\.rawValue)))
      }
      configuration[keyPath: path] = choice
    } print: {
      TOMLText.quoted($0[keyPath: path].rawValue)
    }
  }

  static func duration(
    _ section: String,
    _ name: String,
    _ path: any WritableKeyPath<Configuration, Duration> & Sendable,
    from least: Duration,
    _ remark: String
  ) -> Setting {
    Setting(section: section, name: name, remark: remark, example: nil) {
      (configuration, value) throws(ValueProblem) in
      guard case .text(let text) = value, let duration = DurationSetting.parse(text),
        duration >= least, duration <= .seconds(366 * 86_400)
      else {
        let example = "\"10s\", \"5m\" or \"1h\""
        throw ValueProblem(
          expected: "a duration like \(example), from \(DurationSetting.text(least)) to a year"
        )
      }
      configuration[keyPath: path] = duration
    } print: {
      TOMLText.quoted(DurationSetting.text($0[keyPath: path]))
    }
  }

  static func number(
    _ section: String,
    _ name: String,
    _ path: any WritableKeyPath<Configuration, Int> & Sendable,
    in range: ClosedRange<Int>,
    _ remark: String
  ) -> Setting {
    Setting(section: section, name: name, remark: remark, example: nil) {
      (configuration, value) throws(ValueProblem) in
      let number: Int? =
        switch value {
        case .integer(let number): number
        case .text(let text): Int(text)
        default: nil
        }
      guard let number, range.contains(number) else {
        throw ValueProblem(
          expected: "a whole number from \(range.lowerBound) to \(range.upperBound)"
        )
      }
      configuration[keyPath: path] = number
    } print: {
      String($0[keyPath: path])
    }
  }

  static func truth(
    _ section: String,
    _ name: String,
    _ path: any WritableKeyPath<Configuration, Bool> & Sendable,
    _ remark: String
  ) -> Setting {
    Setting(section: section, name: name, remark: remark, example: nil) {
      (configuration, value) throws(ValueProblem) in
      switch value {
      case .boolean(let isTrue): configuration[keyPath: path] = isTrue
      case .text("true"), .text("1"): configuration[keyPath: path] = true
      case .text("false"), .text("0"): configuration[keyPath: path] = false
      default: throw ValueProblem(expected: "true or false")
      }
    } print: {
      String($0[keyPath: path])
    }
  }

  static func list(
    _ section: String,
    _ name: String,
    _ path: any WritableKeyPath<Configuration, [String]> & Sendable,
    mayBeEmpty: Bool,
    takesOneText: Bool = true,
    _ remark: String
  ) -> Setting {
    Setting(section: section, name: name, remark: remark, example: nil) {
      (configuration, value) throws(ValueProblem) in
      let items: [ConfigurationValue] =
        if case .list(let items) = value { items } else { takesOneText ? [value] : [.table([:])] }
      let texts = items.compactMap {
        if case .text(let text) = $0, isPlain(text) { text } else { nil }
      }
      guard texts.count == items.count, mayBeEmpty || !texts.isEmpty else {
        throw ValueProblem(
          expected: "a list of texts like [\"one\", \"two\"]" + (mayBeEmpty ? "" : ", not empty")
        )
      }
      configuration[keyPath: path] = texts
    } print: {
      TOMLText.list($0[keyPath: path])
    }
  }

  /// Whether the text can be a name, a path or a word: not empty, and without control characters.
  static func isPlain(_ text: String) -> Bool {
    !text.isEmpty && text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
  }

  /// The words as people list them: `auto, flock or pidfile`.
  private static func alternatives(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.joined() }
    return words.dropLast().joined(separator: ", ") + " or " + last
  }
}
