internal import FoundationEssentials

/// A line for a link while it is written: one JSON object, a member at a time.
struct WireLine {
  private let encoder = JSONEncoder()
  private var bytes: [UInt8]

  /// Begins a line of a kind: `"is"` for what is told, `"ask"` for what is asked.
  init(_ tag: StaticString, _ kind: some RawRepresentable<String>) {
    // Numbers that JSON does not know are written as texts, so that nothing of ours fails to be written.
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf",
      negativeInfinity: "-inf",
      nan: "nan"
    )
    encoder.outputFormatting = .withoutEscapingSlashes
    bytes = Array("{\"\(tag)\":\"\(kind.rawValue)\"".utf8)
  }

  /// Adds a member, whose name needs no escapes.
  mutating func add(_ name: String, _ value: some Encodable) {
    bytes += ",\"\(name)\":".utf8
    do {
      bytes += try encoder.encode(value)
    } catch {
      bytes += "null".utf8  // Only a value that refuses to be written comes here, and we have none.
    }
  }

  /// The line with its end.
  var ended: [UInt8] { bytes + Array("}\n".utf8) }
}
