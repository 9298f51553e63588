internal import LosslessJSON

/// Reads one item whole, for the item view.
package enum ItemDecoder {
  /// Every member of an item, from the bytes of its range in the file.
  ///
  /// The file may have changed since the item was listed; then the bytes are no item, and the
  /// detail says so instead of showing another one's members.
  package static func detail(
    of item: DeadLetter,
    bytes: some Collection<UInt8>
  ) -> ItemDetail {
    let text = JSONText(Array(bytes))
    var detail = ItemDetail(key: item.key, rawLines: lines(of: text.bytes))
    do {
      try text.withCursor { (cursor) throws(JSONError) in
        if item.flags.contains(.notAnObject) {
          _ = try cursor.readValue()
        } else {
          try cursor.readObject { (cursor, key) throws(JSONError) in
            try readMember(key, from: &cursor, into: &detail)
          }
        }
        try cursor.readEnd()
      }
      detail.problem = problem(of: item)
    } catch {
      let offset = item.byteRange.lowerBound + error.offset
      detail.problem =
        "The item does not parse at byte \(offset) of the file: \(error.description)."
    }
    return detail
  }

  private static func readMember(
    _ key: JSONValue,
    from cursor: inout JSONCursor,
    into detail: inout ItemDetail
  ) throws(JSONError) {
    let value = try cursor.readValue()
    if value.kind == .string, cursor.isEqual(key, to: "content") {
      detail.content = lines(of: cursor.decodedBytes(of: value))
      return
    }
    detail.fields.append(
      ItemDetail.Field(name: cursor.scrubbedText(of: key), value: cursor.scrubbedText(of: value))
    )
  }

  private static func problem(of item: DeadLetter) -> String? {
    if item.flags.contains(.notAnObject) {
      return "The item is not a JSON object, so it has no members."
    }
    guard item.flags.contains(.invalidUTF8) else { return nil }
    let place = item.problemOffset.map { ", the first at byte \($0) of the file" } ?? ""
    return "The item has bytes that are not UTF-8\(place)."
  }

  /// The bytes in lines, whichever way they end, each safe to show.
  private static func lines(of bytes: [UInt8]) -> [String] {
    bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
      Scrubber.scrub(bytes: line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
    }
  }
}
