internal import QueueEngine

/// A machine that a link leads to, as a person names it.
package struct RemoteHost: Hashable, Sendable {
  /// What rows and prompts call it.
  package var name: String
  /// What ssh is told: a host, `user@host`, an alias of its configuration or an `ssh://` address.
  package var destination: String
  /// The directory there; `nil` for the one that mem0top chooses there.
  package var directory: String?
  /// The program there; `nil` for `mem0top`, by the path that a command of ssh has.
  package var program: String?
  /// Whether it is this machine, to which no ssh leads.
  package var isHere = false
  /// Whether the far side is asked to take actions.
  package var wantsActions = false

  /// Makes a machine of a destination that was looked at.
  package init(name: String, destination: String, directory: String? = nil) {
    self.name = name
    self.destination = destination
    self.directory = directory
  }

  /// This machine, as one among others.
  package static let here: RemoteHost = {
    var host = RemoteHost(name: "this machine", destination: ".")
    host.isHere = true
    return host
  }()

  /// Reads `.` for this machine, `HOST`, `USER@HOST`, `HOST:DIRECTORY` or `ssh://USER@HOST:PORT/DIRECTORY`.
  ///
  /// - Throws: `RemoteHostProblem` for what ssh could take for an option, or what no host can be called.
  package init(_ text: String) throws(RemoteHostProblem) {
    if text == "." {
      self = .here
      return
    }
    let (destination, directory) = Self.parts(of: text)
    try Self.check(destination, in: text)
    if directory?.isEmpty == true {
      throw RemoteHostProblem(text, "no directory stands behind its colon")
    }
    self.init(name: text, destination: destination, directory: directory)
  }

  /// Whether ssh may be given a destination.
  package static func check(
    _ destination: String,
    in text: String
  ) throws(RemoteHostProblem) {
    if destination.isEmpty { throw RemoteHostProblem(text, "it names no host") }
    if destination.hasPrefix("-") || destination.contains("@-") {
      throw RemoteHostProblem(text, "ssh would take it for an option")
    }
    let isPlain = destination.unicodeScalars.allSatisfy {
      !$0.properties.isWhitespace && $0.properties.generalCategory != .control
    }
    if !isPlain { throw RemoteHostProblem(text, "no host's name has blanks") }
  }

  private static func parts(of text: String) -> (destination: String, directory: String?) {
    let scheme = "ssh://"
    if text.hasPrefix(scheme) {
      let rest = text.dropFirst(scheme.count)
      guard let slash = rest.firstIndex(of: "/") else { return (text, nil) }
      let path = String(rest[slash...])
      return (scheme + rest[..<slash], path == "/" ? nil : path)
    }
    if let open = text.firstIndex(of: "["), let close = text[open...].firstIndex(of: "]") {
      let host = text[..<open] + text[text.index(after: open)..<close]
      let rest = text[text.index(after: close)...]
      return (String(host), rest.first == ":" ? String(rest.dropFirst()) : nil)
    }
    // More than one colon is an address of IPv6, whose directory would need brackets before it.
    guard let colon = text.firstIndex(of: ":"),
      !text[..<colon].contains("/"), !Self.isAddress(text)
    else { return (text, nil) }
    return (String(text[..<colon]), String(text[text.index(after: colon)...]))
  }

  private static func isAddress(_ text: String) -> Bool {
    let host = text.split(separator: "@").last ?? ""
    return host.count(where: { $0 == ":" }) > 1
      && host.utf8.allSatisfy {
        $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") || $0.isHexDigit
      }
  }

  /// The program and its arguments that make up the link.
  ///
  /// What takes the place of `ssh` and its options is `rsh`; `nil` stands for those.
  package func command(rsh: [String]?) -> [String] {
    var words =
      isHere
      ? [program ?? "mem0top"] : (rsh ?? Self.ssh) + ["--", destination, remoteProgram]
    words += ["serve", "--stdio"]
    if wantsActions { words.append("--allow-actions") }
    // What ssh is given is put together again and read by the far shell.
    if let directory { words += ["--dir", isHere ? directory : ShellText.quoted(directory)] }
    return words
  }

  /// Nothing is set about host keys or a master connection: that is the person's own configuration.
  private static let ssh = [
    "ssh", "-T", "-x", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10",
    "-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=3",
  ]

  /// A leading `~` is the far shell's to expand.
  private var remoteProgram: String {
    guard let program else { return "mem0top" }
    return program.hasPrefix("~/")
      ? "~/" + ShellText.quoted(String(program.dropFirst(2))) : ShellText.quoted(program)
  }
}

/// Why a text cannot name a machine, as one sentence for a person.
package struct RemoteHostProblem: Error, Hashable, Sendable, CustomStringConvertible {
  package let description: String

  fileprivate init(_ text: String, _ reason: String) {
    description =
      "\(Scrubber.scrub(text)) is no host: \(reason) (a host is like dev-1 or me@dev-1:/path)"
  }
}

extension UInt8 {
  fileprivate var isHexDigit: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"):
      true
    default: false
    }
  }
}
