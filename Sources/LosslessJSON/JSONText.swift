/// A JSON text as it stands in a file, read in place and changed only where asked.
///
/// Nothing is decoded ahead: a `JSONCursor` walks the bytes once and yields where each value
/// stands. It takes what Python's `json` writes beyond the standard: `NaN`, `Infinity`,
/// `-Infinity`, lone surrogate escapes, numbers of any size, keys that come twice. Bytes that are
/// not UTF-8 inside a string are noted, not refused, so that one bad string does not hide the rest.
package struct JSONText: Sendable {
  /// The UTF-8 byte order mark, which some editors put before a text.
  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// The whole text, a byte order mark included.
  package let bytes: [UInt8]

  /// Takes the bytes of a text, fewer than 4 GiB, without a look at them.
  package init(_ bytes: [UInt8]) {
    precondition(bytes.count < UInt32.max, "a text of 4 GiB or more cannot be read")
    self.bytes = bytes
  }

  /// Whether the text begins with a UTF-8 byte order mark.
  package var hasByteOrderMark: Bool {
    bytes.starts(with: Self.byteOrderMark)
  }

  /// Runs `body` with a cursor that stands before the first value, behind a byte order mark.
  ///
  /// The cursor points into the buffer of the text and must not leave `body`. It may start at a later
  /// offset, where a value that was read before begins.
  package func withCursor<Result, Failure: Error>(
    from offset: Int = 0,
    _ body: (inout JSONCursor) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let start = max(offset, hasByteOrderMark ? Self.byteOrderMark.count : 0)
    return try bytes.withUnsafeBufferPointer { (buffer) throws(Failure) -> Result in
      var cursor = JSONCursor(over: UnsafeRawBufferPointer(buffer), from: start)
      return try body(&cursor)
    }
  }

  /// Checks that the text is one well-formed value and nothing else.
  package func validate() throws(JSONError) {
    try withCursor { (cursor) throws(JSONError) in
      _ = try cursor.readValue()
      try cursor.readEnd()
    }
  }
}
