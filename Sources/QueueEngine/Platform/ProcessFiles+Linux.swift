#if os(Linux)
internal import CPlatform
internal import CLibrary

/// The small files of `/proc`, read into one buffer that is used again and again.
extension ProcessTable {
  /// The fields of `/proc/PID/stat` that matter here.
  struct ProcessState {
    /// A zombie, or dead altogether, as far as its main thread goes.
    var isDead: Bool
    /// When it started, in clock ticks since the boot.
    var startTicks: UInt64
  }

  /// What a file under `/proc` holds, 64 KiB at most; empty where it cannot be read.
  mutating func contents(of path: String) -> [UInt8] {
    let file = openat(directory, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard file >= 0 else { return [] }
    defer { close(file) }
    var filled = 0
    buffer.withUnsafeMutableBytes { bytes in
      while filled < bytes.count, let base = bytes.baseAddress {
        let got = read(file, base + filled, bytes.count - filled)
        if got <= 0 { break }
        filled += got
      }
    }
    return Array(buffer[..<filled])
  }

  mutating func status(of path: String) -> ProcessState? {
    let text = contents(of: path + "/stat")
    // The command stands in parentheses and may hold anything, parentheses and blanks included.
    guard let end = text.lastIndex(of: UInt8(ascii: ")")) else { return nil }
    let fields = text[(end + 1)...].split(separator: UInt8(ascii: " "))
    guard fields.count > 19, let state = fields[0].first,
      let start = UInt64(String(decoding: fields[19], as: UTF8.self))
    else { return nil }
    let isDead = state == UInt8(ascii: "Z") || state == UInt8(ascii: "X")
    return ProcessState(isDead: isDead, startTicks: start)
  }

  /// The ids of a process in the PID namespaces below ours that it lives in; mostly there are none.
  mutating func innerIDs(of pid: Int32) -> [Int32] {
    let text = String(decoding: contents(of: "\(pid)/status"), as: UTF8.self)
    let line = text.split(separator: "\n").first { $0.hasPrefix("NSpid:") }
    return line?.split(separator: "\t").dropFirst(2).compactMap { Int32($0) } ?? []
  }

  func processIDs() -> [Int32] { numbers(in: ".") }

  func threads(of pid: Int32) -> [Int32] { numbers(in: "\(pid)/task") }

  /// The command line as a person reads it, with blanks between the arguments.
  static func commandText(_ line: [UInt8]) -> String {
    let end = line.lastIndex { $0 != 0 }.map { $0 + 1 } ?? 0
    return Scrubber.scrub(
      bytes: line[..<end].prefix(4096).map { $0 == 0 ? UInt8(ascii: " ") : $0 }
    )
  }

  /// The moment that lies this many clock ticks after the boot.
  static func moment(ticks: UInt64) -> Timestamp? {
    let perSecond = Double(sysconf(Int32(_SC_CLK_TCK)))
    guard perSecond > 0 else { return nil }
    return HostFacts.bootMoment() + Duration(seconds: Double(ticks) / perSecond)
  }

  /// The entries of a directory that are numbers from 1 on.
  func numbers(in path: String) -> [Int32] {
    let handle = openat(directory, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard handle >= 0 else { return [] }
    guard let stream = fdopendir(handle) else {
      close(handle)
      return []
    }
    defer { closedir(stream) }
    var numbers: [Int32] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { strtol($0, nil, 10) }
      }
      if name > 0, let number = Int32(exactly: name) { numbers.append(number) }
    }
    return numbers
  }
}
#endif
