#if os(Linux)
internal import CPlatform
internal import CLibrary

/// What a running worker has to do with the directory that is watched.
enum WorkerBearing {
  /// Nothing shows that it serves another one.
  case here
  /// It may serve this directory or another one.
  case doubtful
  /// It serves another one, or may not write here.
  case elsewhere
}

extension ProcessTable {
  /// What a worker with this command line has to do with a directory.
  ///
  /// It works elsewhere where its user may not write here, where it has a file of one of our names open
  /// in another queue's directory and none here, or where it is our own program, whose rule for its
  /// directory is known. What an argument or the environment names proves nothing: that raises a doubt
  /// at most, also about a worker that has files open elsewhere and names this directory.
  /// Paths are followed from the root and the working directory of the process, which may live in a
  /// container.
  mutating func bearing(of pid: Int32, line: [UInt8], to place: Workplace) -> WorkerBearing {
    if let user = user(of: pid), user != geteuid(), !place.isWritable(by: user) {
      return .elsewhere
    }
    let process = "/proc/\(pid)"
    guard access(process + "/cwd/.", F_OK) == 0 else {
      // One that has ended between two of our looks carries nothing on.
      return hasEnded(pid) ? .elsewhere : .doubtful
    }
    let arguments = Self.texts(line)
    let environment = environment(of: pid)
    if arguments.first.map({ PathText($0).name == Self.ownCommand }) ?? false {
      let path = Self.ownDirectory(arguments, environment)
      let isHere = place.isDirectory(at: Self.path(path, in: process))
      return isHere ? .here : place.sharesLock ? .doubtful : .elsewhere
    }
    let open = openFiles(of: pid, place)
    if open.contains(.this) { return .here }
    let named = arguments.dropFirst().compactMap(Self.place).map { Self.path($0, in: process) }
      .compactMap { place.kind(of: $0) }
    if open.contains(.other) {
      return place.sharesLock || named.contains(.this) ? .doubtful : .elsewhere
    }
    let hints = Self.hints(environment).map { process + "/root" + $0 } + [process + "/cwd"]
    return Set(named + hints.compactMap { place.kind(of: $0) }) == [.other] ? .doubtful : .here
  }

  /// Whether no thread of a process runs any more.
  private mutating func hasEnded(_ pid: Int32) -> Bool {
    guard let status = status(of: "\(pid)") else { return kill(pid, 0) != 0 && errno == ESRCH }
    return status.isDead && threads(of: pid).count <= 1
  }

  /// The place that an argument may name: its text, or that behind the `=` of an option.
  private static func place(_ argument: String) -> String? {
    guard argument.hasPrefix("-") else { return argument.isEmpty ? nil : argument }
    return argument.firstIndex(of: "=").map { String(argument[argument.index(after: $0)...]) }
  }

  /// A path as the process means it.
  private static func path(_ path: String, in process: String) -> String {
    process + (path.hasPrefix("/") ? "/root" : "/cwd/") + path
  }

  /// The directory that `mem0top` works in, by the rules of its configuration.
  private static func ownDirectory(
    _ arguments: [String],
    _ environment: [String: String]
  ) -> String {
    let home = environment["HOME"] ?? "/"
    var path: String?
    for (index, argument) in arguments.enumerated() {
      if argument == "--dir", index + 1 < arguments.count { path = arguments[index + 1] }
      if argument.hasPrefix("--dir=") { path = String(argument.dropFirst(6)) }
    }
    let chosen = [path, environment["MEM0TOP_DIR"]].compactMap { $0 }.first { !$0.isEmpty }
    guard let chosen else { return home + "/.claude" }
    return chosen == "~" || chosen.hasPrefix("~/") ? home + chosen.dropFirst() : chosen
  }

  /// The absolute paths in an environment, and the usual directory in the home that it names.
  private static func hints(_ environment: [String: String]) -> [String] {
    environment.compactMap { name, value in
      guard value.hasPrefix("/"), name != "PWD", name != "OLDPWD" else { return nil }
      return name == "HOME" ? value + "/.claude" : value
    }
  }

  private mutating func environment(of pid: Int32) -> [String: String] {
    let pairs = Self.texts(contents(of: "\(pid)/environ")).compactMap { text in
      text.firstIndex(of: "=").map { sign in
        (String(text[..<sign]), String(text[text.index(after: sign)...]))
      }
    }
    return Dictionary(pairs) { first, _ in first }
  }

  private static func texts(_ bytes: [UInt8]) -> [String] {
    bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Whose the files are that the process has open, as far as they are a queue's: a log that bears the
  /// usual name and lies where there is no queue may be that of a worker of any directory.
  private func openFiles(of pid: Int32, _ place: Workplace) -> [Workplace.Kind] {
    numbers(in: "\(pid)/fd", from: 0).compactMap { descriptor in
      let path = "/proc/\(pid)/fd/\(descriptor)"
      var target = [CChar](repeating: 0, count: Int(PATH_MAX))
      let length = readlink(path, &target, target.count)
      guard length > 0 else { return nil }
      let text = String(
        decoding: target.prefix(length).map { UInt8(bitPattern: $0) },
        as: UTF8.self
      )
      let kind = place.kind(ofFile: path, named: PathText(text).name)
      if kind == .other, !place.isBesideQueue("/proc/\(pid)/root" + text) { return nil }
      return kind
    }
  }

  /// The effective user of a process.
  private mutating func user(of pid: Int32) -> UInt32? {
    let text = String(decoding: contents(of: "\(pid)/status"), as: UTF8.self)
    let line = text.split(separator: "\n").first { $0.hasPrefix("Uid:") }
    return line.flatMap { $0.split(separator: "\t").dropFirst(2).first }.flatMap { UInt32($0) }
  }
}
#endif
