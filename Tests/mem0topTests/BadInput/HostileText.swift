import Foundation

/// A text with everything in it that could steer a terminal or mislead its reader.
enum HostileText {
  /// Bad inputs 36 to 45: OSC 52, OSC 0 and 8, DCS, an OSC without end, C1, bidi, ZWJ and tags, CR and BS,
  /// 1 000 combining marks; and separators, NUL and DEL.
  static let scalars =
    "\u{1B}]52;c;aGk=\u{07}\u{1B}]0;t\u{1B}\\\u{1B}]8;;http://x\u{1B}\\\u{1B}Pq#0\u{1B}\\\u{1B}[2J"
    + "\u{9B}31m\u{202E}\u{2066}\u{200D}\u{E0041}\r\u{08}e"
    + String(repeating: "\u{301}", count: 1000)
    + "\u{2028}\u{FEFF}\u{0}\u{7F}\u{1B}]52;c;"

  /// The same as a JSON string, with what JSON forbids raw as escapes.
  static var json: String { json(scalars) }

  /// Bad inputs 41 and 46 too: the byte 0x9B and sequences that are not UTF-8.
  static var jsonWithInvalidBytes: Data {
    Data(json.utf8.dropLast()) + [0x9B, 0x33, 0xFF, 0xC3] + Data("\"".utf8)
  }

  /// The raw bytes, as a log may hold them.
  static var bytes: Data { Data(scalars.utf8) + [0x9B, 0x33, 0xFF, 0xC3] }

  static func json(_ text: String) -> String {
    let body = text.unicodeScalars.map { scalar in
      let needsEscape = scalar.value < 0x20 || scalar == "\"" || scalar == "\\"
      return needsEscape ? String(format: "\\u%04x", scalar.value) : String(scalar)
    }
    return "\"\(body.joined())\""
  }

  /// The scalars of a text that no terminal may get; line ends are what we print ourselves.
  static func harmful(in text: String) -> [String] {
    text.unicodeScalars.filter { scalar in
      switch scalar.properties.generalCategory {
      case .control: scalar != "\n"
      case .format, .lineSeparator, .paragraphSeparator, .surrogate: true
      default: scalar == "\u{FFFD}"
      }
    }.map { "U+" + String($0.value, radix: 16) }
  }

  /// What a terminal would do on its own account when it gets these bytes.
  ///
  /// Cursor movement, colours and character sets are what curses speaks; commands to the terminal
  /// (OSC, DCS, APC, PM), C1 and invisible characters can only come from a text.
  static func commands(in bytes: Data) -> [String] {
    var harmless = String(decoding: bytes, as: UTF8.self)
    // The question for the background is ours, to the letter.
    harmless.replace("\u{1B}]11;?\u{1B}\\", with: "")
    harmless.replace(/\u{1B}(?:\[[0-9;?<>=!]*[ -\/]*[@-~]|[()][0-9A-B]|[=>78MHc])/, with: "")
    harmless.unicodeScalars.removeAll { "\r\t\u{08}\u{0E}\u{0F}".unicodeScalars.contains($0) }
    return harmful(in: harmless)
  }

  /// Fills a directory with the text in every place that a person reads.
  static func write(into directory: WatchedDirectory) throws {
    let texts = [Data(json.utf8), jsonWithInvalidBytes]
    var list = Data()
    for (id, text) in zip(["odd1", "odd2"], texts) {
      list += joined(#"{"id":"\#(id)","project_id":"#, text, #","content":"#, text)
      list += joined(#","last_error":"#, text, ",", text, ":[1,", text)
      list += Data(#"],"timestamp":5,"last_attempt":5},"#.utf8)
    }
    list += Data(#"{"id":\#(json(scalars + "id")),"project_id":"p","content":"c"}"#.utf8)
    try directory.write(joined(#"{"queue":["#, list, "]}"), to: WatchedDirectory.queue)
    try directory.write(
      joined(#"{"items":["#, list, "],", texts[0], ":1}"),
      to: WatchedDirectory.deadLetters
    )
    try directory.write(
      #"{"vps_status":\#(json),"last_update":\#(json)}"#,
      to: WatchedDirectory.metrics
    )
    try directory.write("", to: WatchedDirectory.log)
    try directory.write(
      joined("✅ Synced: ", bytes, " (ID: 3f2a91c0...)\n", bytes, "\n", bytes),
      to: WatchedDirectory.log
    )
  }

  /// Texts and bytes one after the other.
  private static func joined(_ parts: Any...) -> Data {
    parts.reduce(into: Data()) { $0 += ($1 as? Data) ?? Data("\($1)".utf8) }
  }

  /// A process that is a worker by its name `word`, which is hostile beside that.
  static let worker = """
    import os, sys
    name = sys.argv[1].encode() + b"\\x1b]0;t\\x07\\x1b[31m\\xe2\\x80\\xae\\x9b\\r"
    os.execv("/bin/sh", [name, "-c", "echo ready; read line"])
    """

  /// A server whose answer is hostile; it writes its port into the file in its argument.
  static let server = """
    import socket, sys, threading
    s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(64)
    open(sys.argv[1], "w").write(str(s.getsockname()[1]))
    def serve():
      while True:
        c, _ = s.accept(); c.recv(4096)
        c.sendall(b"HTTP/1.1 302 X\\r\\nLocation: http://127.0.0.1:1/\\xe2\\x80\\xae\\xc2\\x9b\\r\\n"
          b"Content-Length: 8\\r\\n\\r\\n\\x1b]0;t\\x07\\xe2\\x80"); c.close()
    threading.Thread(target=serve, daemon=True).start(); print("ready"); input()
    """
}
