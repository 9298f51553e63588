import Foundation
import Testing

/// A file that is no queue, by its number in `docs/safety.md#bad-inputs`, and where that shows.
struct BadFile: Sendable, CustomTestStringConvertible {
  /// Which file it is put in place of.
  enum Role: String, CaseIterable, Sendable {
    case queue, deadLetters

    var name: String {
      switch self {
      case .queue: WatchedDirectory.queue
      case .deadLetters: WatchedDirectory.deadLetters
      }
    }

    /// Its key in `status --json`.
    var section: String { self == .queue ? "queue" : "dlq" }

    /// The name of the list that the file exists for.
    var list: String { self == .queue ? "queue" : "items" }

    var finding: String { self == .queue ? "queue_corrupt" : "dlq_corrupt" }
  }

  let number: Int
  /// The bytes, with `items` as the name of the list.
  private let bytes: [UInt8]
  private let offset: Int

  private init(_ number: Int, _ bytes: [UInt8], at offset: Int) {
    self.number = number
    self.bytes = bytes
    self.offset = offset
  }

  private init(_ number: Int, _ text: String, at offset: Int) {
    self.init(number, Array(text.utf8), at: offset)
  }

  var testDescription: String { "\(number)" }

  /// Both names have five letters, so that offsets are the same.
  func data(as role: Role) -> Data {
    let name = Data(#""items""#.utf8)
    var data = Data(bytes)
    if let range = data.range(of: name) {
      data.replaceSubrange(range, with: "\"\(role.list)\"".utf8)
    }
    return data
  }

  /// How its sentence begins.
  func sentence(as role: Role) -> String {
    switch number {
    case 9:
      "\(role.name) is valid JSON, but a list where an object with \"\(role.list)\" is expected"
    case 10: "\(role.name) is valid JSON, but \"\(role.list)\" is not a list"
    default: "\(role.name) does not parse at byte \(offset): "
    }
  }

  static let all = [
    BadFile(1, "", at: 0),
    BadFile(2, #"{"items":[{"id":"ab"#, at: 19),
    BadFile(3, #"{"items":[{"id":"a"}"#, at: 20),
    BadFile(4, #"{"items":[]}"c"}]}"#, at: 12),
    BadFile(5, "{\"items\":[]}\n{\"items\":[]}", at: 13),
    BadFile(6, [0xFF, 0xFE] + #"{"items":[]}"#.utf16.flatMap { [UInt8($0), 0] }, at: 0),
    BadFile(7, [UInt8](repeating: 0, count: 512), at: 0),
    BadFile(8, #"{"items":"# + String(repeating: "[", count: 100_000), at: 9 + 511),
    BadFile(9, #"[{"id":"a"}]"#, at: 0),
    BadFile(10, #"{"items":{}}"#, at: 9),
    BadFile(11, "<!DOCTYPE html><html>", at: 0),
  ]
}

extension WatchedDirectory {
  static let metrics = "mem0_metrics.json"
  static let goodID = "aaaa1111"

  /// One item in the queue, one dead letter, metrics and a log with a line each.
  func writeGoodFiles() throws {
    try write(Robots.queue(of: 1), to: Self.queue)
    try write(
      #"{"items":[{"id":"\#(Self.goodID)","project_id":"p","content":"c","last_attempt":5}]}"#,
      to: Self.deadLetters
    )
    try write(#"{"vps_status":"up"}"#, to: Self.metrics)
    try write("a line of the worker\n", to: Self.log)
  }

  /// Replaces a file by bytes that need not be text.
  func write(_ data: Data, to name: String) throws {
    try data.write(to: URL(filePath: path(of: name)), options: .atomic)
  }
}

extension Program.Outcome {
  /// One part of the report of `status --json`.
  func section(_ name: String) throws -> [String: Any] {
    try #require(try json()[name] as? [String: Any])
  }

  /// The code of the verdict.
  func verdict() throws -> String? {
    (try json()["findings"] as? [[String: Any]])?.first?["code"] as? String
  }
}
