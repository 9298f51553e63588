internal import CLibrary

/// Writing to an open file, pipe or terminal until it has taken everything.
package enum WholeWrite {
  /// So many bytes are written at once.
  ///
  /// For 2 MiB and more Linux takes one page of that size, and in a virtual machine memory that long
  /// nobody had comes dear: 60 MB in one piece took ten times as long as in these.
  private static let mostAtOnce = 256 << 10

  /// Writes all bytes; returns 0, or the error number of the system where it does not take them all.
  package static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
    bytes.withUnsafeBytes { buffer in
      var written = 0
      while written < buffer.count {
        let piece = buffer[written...].prefix(mostAtOnce)
        let step = take(UnsafeRawBufferPointer(rebasing: piece), descriptor)
        if step > 0 {
          written += step
        } else if step == 0 || errno != EINTR {
          return step == 0 ? ENOSPC : errno
        }
      }
      return 0
    }
  }

  private static func take(_ piece: UnsafeRawBufferPointer, _ descriptor: Int32) -> Int {
    CLibrary.write(descriptor, piece.baseAddress, piece.count)
  }
}
