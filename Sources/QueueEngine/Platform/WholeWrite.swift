#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// Writing to an open file, pipe or terminal until it has taken everything.
package enum WholeWrite {
  /// Writes all bytes; returns 0, or the error number of the system where it does not take them all.
  package static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
    bytes.withUnsafeBytes { buffer in
      var written = 0
      while written < buffer.count {
        let step = take(UnsafeRawBufferPointer(rebasing: buffer[written...]), descriptor)
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
    #if canImport(Glibc)
    Glibc.write(descriptor, piece.baseAddress, piece.count)
    #elseif canImport(Musl)
    Musl.write(descriptor, piece.baseAddress, piece.count)
    #else
    Darwin.write(descriptor, piece.baseAddress, piece.count)
    #endif
  }
}
