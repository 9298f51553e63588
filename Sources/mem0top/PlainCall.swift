/// The calls that need no parser: the dashboard, and the line that a status bar asks for each second.
///
/// To set up a parser takes as long as to read the files. What these calls share with others they leave to
/// them: a word that is not expected here is the parser's to judge.
enum PlainCall: Equatable {
  case dashboard(directory: String?)
  case line(OneLineStatus.Format, directory: String?)

  /// Takes the arguments after the program's name; `nil` where they want more than that.
  init?(_ arguments: some Collection<String>) {
    var words = Array(arguments)[...]
    let isStatus = words.first == "status"
    if isStatus { words.removeFirst() }
    var directory: String?
    var form: OneLineStatus.Format?
    while let word = words.popFirst() {
      switch word {
      case "--dir" where directory == nil:
        guard let path = words.popFirst(), !path.isEmpty, !path.hasPrefix("-") else { return nil }
        directory = path
      case "--oneline" where isStatus && form == nil: form = .plain
      case "--format" where isStatus && form == nil:
        guard let named = words.popFirst().flatMap(OneLineStatus.Format.init), named != .claude
        else {
          return nil
        }
        form = named
      default: return nil
      }
    }
    switch (isStatus, form) {
    case (true, let form?): self = .line(form, directory: directory)
    case (true, nil): return nil
    case (false, _): self = .dashboard(directory: directory)
    }
  }
}
