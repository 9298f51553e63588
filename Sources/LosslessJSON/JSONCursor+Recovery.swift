extension JSONCursor {
  /// Goes from the start of a malformed array element to its end, by brackets outside strings.
  ///
  /// It succeeds only where the brackets of the element match and a comma or the closing bracket of
  /// the array follows; the damage then is that one element's. A quotation mark too many or too few
  /// reaches to the end of the text, so a torn file is never taken for one with a bad element.
  ///
  /// - Returns: the bytes of the element, with the cursor behind them; `nil` if there is no telling.
  package mutating func recover(from start: Int) -> Range<Int>? {
    var open = NestingStack()
    var end = start
    var position = start
    while position < count {
      let byte = self[position]
      if open.count == 0, byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]") {
        offset = end
        return end > start ? start..<end : nil
      }
      guard let behind = follow(byte, at: position, &open) else { return nil }
      position = behind
      if byte > 0x20 { end = position }
    }
    return nil
  }

  /// Takes account of one byte; `nil` where a bracket does not match or a string does not end.
  private func follow(_ byte: UInt8, at position: Int, _ open: inout NestingStack) -> Int? {
    switch byte {
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      guard depth + open.count < Self.deepestNesting else { return nil }
      open.push(isObject: byte == UInt8(ascii: "{"))
    case UInt8(ascii: "}"), UInt8(ascii: "]"):
      guard open.count > 0, open.isInObject == (byte == UInt8(ascii: "}")) else { return nil }
      open.pop()
    case UInt8(ascii: "\""):
      return endOfString(from: position + 1)
    default: break
    }
    return position + 1
  }

  /// The offset behind the closing quotation mark, whatever else the string contains.
  private func endOfString(from start: Int) -> Int? {
    var position = start
    while position < count {
      switch self[position] {
      case UInt8(ascii: "\""): return position + 1
      case UInt8(ascii: "\\"): position += 2
      default: position += 1
      }
    }
    return nil
  }
}
