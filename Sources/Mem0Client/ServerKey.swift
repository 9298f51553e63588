internal import CLibrary
internal import QueueEngine

/// Why the key cannot be used; nothing is sent then.
struct KeyProblem: Error, CustomStringConvertible {
  let description: String
}

/// Reads the key when it is needed and keeps it nowhere.
enum ServerKey {
  private static let mostBytes = 4096

  /// The key, or `nil` where none is configured.
  static func read(
    _ source: KeySource,
    environment: [String: String]
  ) throws(KeyProblem) -> String? {
    switch source {
    case .none: return nil
    case .environment(let name):
      guard let key = environment[name], !key.isEmpty else {
        throw KeyProblem(
          description: "Nothing is sent: server.key_env names \(Scrubber.scrub(name)), "
            + "which is not set; export it where mem0top starts."
        )
      }
      return try checked(key, from: Scrubber.scrub(name))
    case .file(let path): return try checked(content(of: path), from: Scrubber.scrub(path))
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
    return String(key)
  }

  /// The text of a file that only its owner may read.
  private static func content(of path: String) throws(KeyProblem) -> String {
    let shown = Scrubber.scrub(path)
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw KeyProblem(
        description: "Nothing is sent: the key file \(shown) cannot be opened: "
          + String(cString: strerror(errno)) + "."
      )
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_mode & 0o077 == 0
    else {
      throw KeyProblem(
        description: "Nothing is sent: others may read the key file \(shown); chmod 600 it."
      )
    }
    let bytes = [UInt8](unsafeUninitializedCapacity: mostBytes) { buffer, count in
      count = max(pread(descriptor, buffer.baseAddress, buffer.count, 0), 0)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
