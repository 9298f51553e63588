internal import LosslessJSON
internal import QueueEngine

/// A line that came over a link, read and bounded, and nothing believed of it yet.
///
/// Whoever wrote it may be broken or hostile: every text is scrubbed, and a line of too many values or
/// of too deep a nesting is none.
package enum WireValue: Hashable, Sendable {
  case null
  case truth(Bool)
  /// A number as it was written.
  case number(String)
  case text(String)
  case list([WireValue])
  case object([String: WireValue])

  /// The deepest nesting that is read; our own lines need nine levels.
  package static let deepest = 24
  /// The most values that one line may hold.
  package static let most = 100_000

  /// Reads the bytes of a line without its end.
  ///
  /// - Throws: `WireError.notJSON` for anything but one JSON object within the bounds.
  package init(line: some Collection<UInt8>) throws(WireError) {
    var reader = WireReader()
    let value: WireValue
    do throws(JSONError) {
      value = try JSONText(Array(line)).withCursor { (cursor) throws(JSONError) in
        let value = try reader.read(&cursor, depth: 0)
        try cursor.readEnd()
        return value
      }
    } catch {
      throw .notJSON
    }
    guard case .object = value else { throw .notJSON }
    self = value
  }

  /// A member of an object; `null` where there is none.
  package subscript(name: String) -> WireValue {
    if case .object(let members) = self { members[name] ?? .null } else { .null }
  }

  /// The members of an object; of anything else none.
  package var members: [String: WireValue] {
    if case .object(let members) = self { members } else { [:] }
  }

  /// The elements of a list; of anything else none.
  package var elements: [WireValue] { if case .list(let list) = self { list } else { [] } }

  package var text: String? { if case .text(let text) = self { text } else { nil } }

  package var isNull: Bool { self == .null }

  /// It as a value of the engine, see `WireDecoder`.
  package func decoded<Value: Decodable>(
    as type: Value.Type = Value.self
  ) throws(WireError) -> Value {
    do {
      return try WireDecoder.make(type, from: self)
    } catch {
      throw .notUnderstood
    }
  }

  /// The elements of a list as values of the engine; those that this version does not know are left out.
  package func decodedElements<Value: Decodable>(as type: Value.Type = Value.self) -> [Value] {
    elements.compactMap { element in
      do throws(WireError) {
        return try element.decoded(as: type)
      } catch {
        return nil  // A newer program may tell more than we know of.
      }
    }
  }
}

/// Why a line was left aside.
package enum WireError: Error, Hashable, Sendable {
  /// It is no JSON object, or one of too many values, or too deep.
  case notJSON
  /// It lacks what this version needs.
  case notUnderstood
}

/// Reads a value with all that is in it.
private struct WireReader {
  private var count = 0

  mutating func read(_ cursor: inout JSONCursor, depth: Int) throws(JSONError) -> WireValue {
    count += 1
    guard count <= WireValue.most, depth < WireValue.deepest else {
      throw JSONError(offset: cursor.offset, reason: .lessDepth, found: nil)
    }
    switch cursor.peekKind() {
    case .object?:
      var members: [String: WireValue] = [:]
      try cursor.readObject { (cursor, key) throws(JSONError) in
        members[cursor.string(of: key)] = try read(&cursor, depth: depth + 1)
      }
      return .object(members)
    case .array?:
      var elements: [WireValue] = []
      try cursor.readArray { (cursor) throws(JSONError) in
        elements.append(try read(&cursor, depth: depth + 1))
      }
      return .list(elements)
    default:
      return try scalar(&cursor)
    }
  }

  private func scalar(_ cursor: inout JSONCursor) throws(JSONError) -> WireValue {
    let value = try cursor.readValue()
    return switch value.kind {
    case .string: .text(Scrubber.scrub(cursor.string(of: value)))
    case .number: .number(String(decoding: cursor.rawBytes(of: value), as: UTF8.self))
    case .true: .truth(true)
    case .false: .truth(false)
    case .null, .object, .array: .null
    }
  }
}
