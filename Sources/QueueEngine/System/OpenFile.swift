internal import CLibrary

/// A regular file that is open for reading; it closes itself.
///
/// Content is always read into a buffer of our own: a mapping of a file that another program
/// truncates ends in SIGBUS.
package struct OpenFile: ~Copyable {
  /// The size of the pieces in which content is hashed.
  private static let pieceSize = 1 << 20

  private let descriptor: Int32
  private let path: String
  package let stamp: FileStamp

  /// Opens the file without waiting, whatever it is, and refuses anything but a regular file.
  ///
  /// As root it is opened as the owner of the directory that it lies in.
  package init(path: String) throws(SystemError) {
    let opened = FileUser.openForReading(path)
    guard opened >= 0 else { throw SystemError(code: errno, attempt: "open", path: path) }
    do throws(SystemError) {
      let found = try FileStamp.of(descriptor: opened, path: path)
      guard found.isRegularFile else {
        throw SystemError(code: found.isDirectory ? EISDIR : EINVAL, attempt: "read", path: path)
      }
      stamp = found
    } catch {
      close(opened)
      throw error
    }
    descriptor = opened
    self.path = path
  }

  deinit {
    close(descriptor)
  }

  /// Reads up to `count` bytes from `offset` on; fewer come back only at the end of the file.
  package func read(at offset: Int, count: Int) throws(SystemError) -> [UInt8] {
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let got = pread(
          descriptor,
          buffer.baseAddress.map { $0 + filled },
          count - filled,
          off_t(offset + filled)
        )
        if got > 0 {
          filled += got
        } else if got < 0, errno == EINTR {
          continue
        } else {
          failure = got < 0 ? errno : 0
          break
        }
      }
    }
    guard failure == 0 else { throw SystemError(code: failure, attempt: "read", path: path) }
    return bytes
  }

  /// The hash of the first `size` bytes, read in pieces; `nil` where the file has fewer.
  package func hash(ofFirst size: Int) throws(SystemError) -> ContentHash? {
    var (hasher, offset) = (ContentHasher(count: size), 0)
    while true {
      let piece = try read(at: offset, count: min(size - offset, Self.pieceSize))
      let isLast = offset + piece.count == size
      guard isLast || piece.count == Self.pieceSize else { return nil }
      let hash = piece.withUnsafeBytes { bytes -> ContentHash? in
        let end = hasher.takeStripes(of: bytes)
        return isLast ? hasher.finish(with: UnsafeRawBufferPointer(rebasing: bytes[end...])) : nil
      }
      if let hash { return hash }
      offset += piece.count
    }
  }

  /// Reads the whole file, also what was appended after it was opened.
  package func readAll() throws(SystemError) -> [UInt8] {
    // One byte more than the size tells a file that grew from one that did not.
    var bytes = try read(at: 0, count: stamp.size + 1)
    var step = bytes.count
    while step > 0, bytes.count > stamp.size {
      let more = try read(at: bytes.count, count: 1 << 16)
      step = more.count
      bytes += more
    }
    return bytes
  }
}
