/// Finds the line of a key in a TOML text, which the parser does not tell.
///
/// It reads only as much of TOML as that takes: headers, keys, strings, brackets and comments. The
/// text is one that the parser has accepted.
struct TOMLKeyLocator {
  /// The line of each key path, counted from 1; a table's is that of its first header or key.
  private var lines: [[String]: Int] = [:]
  /// The lines of the headers of each table and list of tables.
  private var headers: [[String]: [Int]] = [:]
  private var text: Substring
  private var line = 1
  private var table: [String] = []

  init(_ text: String) {
    self.text = text[...]
    readDocument()
  }

  /// The line of the key, or of the innermost table around it that can be found; 1 where none can.
  func line(of path: [String]) -> Int {
    for count in stride(from: path.count, to: 0, by: -1) {
      if let line = lines[Array(path.prefix(count))] { return line }
    }
    return 1
  }

  /// The line of a list's table, by its place in the list; of one that has no header, the list's.
  func line(of path: [String], table index: Int) -> Int {
    let lines = headers[path] ?? []
    return lines.indices.contains(index) ? lines[index] : line(of: path)
  }

  private mutating func readDocument() {
    while let next = text.first {
      switch next {
      case " ", "\t", "\n", "\r\n", "\r", "\u{FEFF}": advance()
      case "#": skipComment()
      case "[":
        while text.first == "[" { advance() }
        table = readPath(until: "]")
        note(table)
        headers[table, default: []].append(line)
        while text.first == "]" { advance() }
      default: readPair(in: table)
      }
    }
  }

  /// Reads `key = value` and the keys of inline tables in the value.
  private mutating func readPair(in table: [String]) {
    let path = table + readPath(until: "=")
    note(path)
    if text.first == "=" { advance() }
    skipBlanks()
    readValue(of: path)
  }

  /// Reads up to the end of the value: a string, a list, an inline table, or a word.
  private mutating func readValue(of path: [String]) {
    switch text.first {
    case "\"", "'": _ = readString()
    case "[":
      advance()
      while let next = text.first, next != "]" {
        if next == "," || next.isWhitespace {
          advance()
        } else if next == "#" {
          skipComment()
        } else {
          readValue(of: path)
        }
      }
      advance()
    case "{":
      advance()
      while let next = text.first, next != "}" {
        if next == "," || next.isWhitespace { advance() } else { readPair(in: path) }
      }
      advance()
    default:
      while let next = text.first, !",]}#".contains(next), !next.isNewline { advance() }
    }
  }

  /// Reads a dotted key up to the character that ends it.
  private mutating func readPath(until end: Character) -> [String] {
    var path: [String] = []
    var word = ""
    while let next = text.first, next != end, !next.isNewline {
      if next == "\"" || next == "'" {
        word += readString()
      } else {
        if next == "." {
          path.append(word)
          word = ""
        } else if !next.isWhitespace {
          word.append(next)
        }
        advance()
      }
    }
    return path + [word]
  }

  /// Reads a string of any of the four kinds; escapes stay as they are, which keys never need.
  private mutating func readString() -> String {
    guard let quote = text.first else { return "" }
    let triple = String(repeating: quote, count: 3)
    let delimiter = text.hasPrefix(triple) ? triple : String(quote)
    var content = ""
    for _ in delimiter { advance() }
    while !text.isEmpty, !text.hasPrefix(delimiter) {
      if quote == "\"", text.first == "\\" {
        content += text.prefix(1)
        advance()
      }
      content += text.prefix(1)
      advance()
    }
    // Up to two quotes may stand before the three that end a long string.
    while text.dropFirst(delimiter.count).first == quote, delimiter.count == 3 { advance() }
    for _ in delimiter { advance() }
    return content
  }

  private mutating func note(_ path: [String]) {
    for count in 1...max(path.count, 1) where lines[Array(path.prefix(count))] == nil {
      lines[Array(path.prefix(count))] = line
    }
  }

  private mutating func skipBlanks() {
    while text.first == " " || text.first == "\t" { advance() }
  }

  private mutating func skipComment() {
    while let next = text.first, !next.isNewline { advance() }
  }

  private mutating func advance() {
    if text.popFirst()?.isNewline == true { line += 1 }
  }
}
