import Foundation

/// All that a home holds at one moment.
struct HomeImage: Sendable {
  /// A file, or a directory where it has no bytes.
  struct Entry: Equatable, Sendable {
    var mode: mode_t
    var bytes: [UInt8]?
    var seconds = 0
    var nanoseconds = 0
    /// Another path of the same file, which stands before it.
    var twin: String?
  }

  /// The files and directories by their paths below the home.
  var entries: [String: Entry]

  /// The same with all files written so many seconds earlier.
  func aged(by seconds: Int) -> HomeImage {
    HomeImage(
      entries: entries.mapValues { entry in
        var entry = entry
        entry.seconds -= seconds
        return entry
      }
    )
  }

  /// What matters of it to whatever comes after, as text: two crashes that leave the same are one.
  ///
  /// Times, process ids, random names and the path of the home are left out, because they differ each
  /// time. So is what no recovery reads: of a log only whether its last line is whole, and of a
  /// draft only that it is there, because it is known by its name and swept.
  func fingerprint(of home: String) -> String {
    entries.map { path, entry in
      let name = path.replacing(/\.mem0top-[0-9a-f]+$/, with: "draft")
      let content = entry.bytes.map { Self.gist(of: $0, at: path, home) } ?? "/"
      let names = Self.settled(Array("\(name) \(entry.twin ?? "")".utf8))
      return "\(names) \(content)"
    }.sorted().joined(separator: "\n")
  }

  private static func gist(of bytes: [UInt8], at path: String, _ home: String) -> String {
    let name = path.split(separator: "/").last ?? ""
    if name.hasPrefix(".mem0top") { return "" }
    if name.hasSuffix(".log") {
      return bytes.isEmpty ? "empty" : bytes.last == UInt8(ascii: "\n") ? "whole" : "torn"
    }
    let isOneNumber = bytes.allSatisfy { isDigit($0) || $0 == UInt8(ascii: "\n") }
    if isOneNumber, let first = bytes.first, isDigit(first) { return "pid of \(bytes.count)" }
    return settled(bytes).replacing(home, with: "HOME")
  }

  /// A text in which each word that is a time, a number of many digits, an id or a hash is the same.
  private static func settled(_ bytes: [UInt8]) -> String {
    var (result, word, digits): ([UInt8], [UInt8], Int) = ([], [], 0)
    func end() {
      if digits >= 4 { result.append(UInt8(ascii: "#")) } else { result += word }
      (word, digits) = ([], 0)
    }
    for byte in bytes {
      if isOfNumber(byte) {
        word.append(byte)
        if isDigit(byte) { digits += 1 }
      } else {
        if !word.isEmpty { end() }
        result.append(byte)
      }
    }
    end()
    return String(decoding: result, as: UTF8.self)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { 0x30...0x39 ~= byte }

  /// Whether it stands in hexadecimal numbers, ids and times.
  private static func isOfNumber(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x61...0x66: true
    case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: "T"): true
    case UInt8(ascii: "Z"): true
    default: false
    }
  }
}
