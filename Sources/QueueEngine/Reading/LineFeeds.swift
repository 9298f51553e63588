internal import CLibrary

extension [UInt8] {
  /// The pieces between the line feeds; the last is what follows the last of them, and may be empty.
  func splitAtLineFeeds() -> [ArraySlice<UInt8>] {
    withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return [[]] }
      var pieces: [ArraySlice<UInt8>] = []
      var start = 0
      while let found = memchr(base + start, 0x0A, bytes.count - start) {
        let end = UnsafeRawPointer(found) - base
        pieces.append(self[start..<end])
        start = end + 1
      }
      pieces.append(self[start...])
      return pieces
    }
  }
}
