internal import CLibrary
internal import QueueEngine

/// Why the key cannot be used; nothing is sent then.
struct KeyProblem: Error, CustomStringConvertible {
  let description: String
}

/// Reads the key when it is needed, and has it concealed wherever a text is shown or kept.
enum ServerKey {
  private static let mostBytes = 4096

  /// Has concealed what the settings name as the key, and what may be the key itself where it was put
  /// in the place of its name or its path.
  static func conceal(_ settings: ServerSettings, environment: [String: String]) {
    if let name = settings.keyEnvironment {
      if let key = environment[name] {
        conceal(key)
      } else if !isUsualName(name) {
        Scrubber.conceal(name)
      }
    }
    if let path = settings.keyFile {
      // What is no file at all may be the key.
      if let bytes = bytes(of: path) {
        conceal(String(decoding: bytes, as: UTF8.self))
      } else if access(path, F_OK) != 0 {
        Scrubber.conceal(path)
      }
    }
    let words = ["key", "token", "auth", "secret", "cookie", "password"]
    for (name, value) in settings.custom.headers
    where words.contains(where: name.lowercased().contains) {
      for part in value.split(separator: " ") where part.utf8.count >= 8 {
        Scrubber.conceal(String(part))
      }
    }
  }

  private static func conceal(_ text: String) {
    for line in text.split(whereSeparator: \.isNewline) { Scrubber.conceal(String(line)) }
  }

  /// Whether it is written as variables are; a key may be letters and digits, too.
  private static func isUsualName(_ name: String) -> Bool {
    name.utf8.count <= 64 && !name.contains(where: \.isLowercase)
  }

  /// The key, or `nil` where none is configured.
  static func read(
    _ source: KeySource,
    environment: [String: String]
  ) throws(KeyProblem) -> String? {
    switch source {
    case .none: return nil
    case .environment(let name):
      guard let key = environment[name], !key.isEmpty else {
        let name = isUsualName(name) ? Scrubber.scrub(name) : "a variable"
        throw KeyProblem(
          description: "Nothing is sent: server.key_env names \(name), "
            + "which is not set; export it where mem0top starts."
        )
      }
      return try checked(key, from: "the variable that server.key_env names")
    case .file(let path):
      return try checked(content(of: path), from: "the file that server.key_file names")
    }
  }

  /// Refuses a key that would end the header or cannot stand in one.
  private static func checked(_ text: String, from place: String) throws(KeyProblem) -> String {
    var key = text[...]
    while key.last?.isNewline == true { key = key.dropLast() }
    guard !key.isEmpty, key.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw KeyProblem(
        description: "Nothing is sent: \(place) holds no key; it must be one line of plain ASCII."
      )
    }
    Scrubber.conceal(String(key))
    return String(key)
  }

  /// The text of a file that only its owner may read.
  ///
  /// Its path is shown only where there is such a file: else it may be the key itself.
  private static func content(of path: String) throws(KeyProblem) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw KeyProblem(
        description: "Nothing is sent: the file that server.key_file names cannot be opened: "
          + String(cString: strerror(errno)) + "."
      )
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw KeyProblem(description: "Nothing is sent: server.key_file does not name a plain file.")
    }
    guard status.st_mode & 0o077 == 0 else {
      throw KeyProblem(
        description: "Nothing is sent: others can read the key file \(Scrubber.scrub(path));"
          + " run \"chmod 600\" on it."
      )
    }
    return String(decoding: read(descriptor), as: UTF8.self)
  }

  /// What a plain file holds, whoever may read it; `nil` where there is none.
  private static func bytes(of path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return read(descriptor)
  }

  private static func read(_ descriptor: Int32) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: mostBytes) { buffer, count in
      count = max(pread(descriptor, buffer.baseAddress, buffer.count, 0), 0)
    }
  }
}

extension ServerSettings {
  /// Has the key concealed in every text that is shown or kept from now on; nothing is sent.
  package func concealKey(environment: [String: String]) {
    ServerKey.conceal(self, environment: environment)
  }
}
