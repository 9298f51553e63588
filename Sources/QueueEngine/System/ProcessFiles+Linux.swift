#if os(Linux)
internal import CPlatform
internal import CLibrary

/// The small files of `/proc`, read into one buffer that is used again and again.
extension ProcessTable {
  /// The fields of `/proc/PID/stat` that matter here.
  struct ProcessState {
    /// The kernel's letter for what it does: it runs (`R`), sleeps, is stopped (`T`), or a zombie (`Z`).
    var letter: UInt8
    var parent: Int32
    var group: Int32
    var session: Int32
    /// Processor time used so far, in clock ticks.
    var processorTicks: UInt64
    var threads: Int
    /// When it started, in clock ticks since the boot.
    var startTicks: UInt64

    /// A zombie, or dead altogether, as far as its main thread goes.
    var isDead: Bool { letter == UInt8(ascii: "Z") || letter == UInt8(ascii: "X") }

    /// Stopped by a signal, or by a debugger.
    var isStopped: Bool { letter == UInt8(ascii: "T") || letter == UInt8(ascii: "t") }
  }

  /// The most of a file that is read: more than any of them holds.
  private static let largestFile = 64 << 20

  /// What a file under `/proc` holds, to its end; empty where it cannot be read.
  mutating func contents(of path: String) -> [UInt8] {
    let file = openat(directory, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard file >= 0 else { return [] }
    defer { close(file) }
    var filled = 0
    while filled < Self.largestFile {
      if filled == buffer.count { buffer += [UInt8](repeating: 0, count: buffer.count) }
      let got = buffer.withUnsafeMutableBytes { bytes in
        bytes.baseAddress.map { read(file, $0 + filled, bytes.count - filled) } ?? 0
      }
      if got < 0, errno == EINTR { continue }
      if got <= 0 { break }
      filled += got
    }
    return Array(buffer[..<filled])
  }

  mutating func status(of path: String) -> ProcessState? {
    let text = contents(of: path + "/stat")
    // The command stands in parentheses and may hold anything, parentheses and blanks included.
    guard let end = text.lastIndex(of: UInt8(ascii: ")")) else { return nil }
    let fields = text[(end + 1)...].split(separator: UInt8(ascii: " "))
    guard fields.count > 19, let letter = fields[0].first else { return nil }
    let number: (Int) -> UInt64? = { UInt64(String(decoding: fields[$0], as: UTF8.self)) }
    guard let start = number(19) else { return nil }
    return ProcessState(
      letter: letter,
      parent: Int32(clamping: number(1) ?? 0),
      group: Int32(clamping: number(2) ?? 0),
      session: Int32(clamping: number(3) ?? 0),
      processorTicks: (number(11) ?? 0) + (number(12) ?? 0),
      threads: Int(clamping: number(17) ?? 1),
      startTicks: start
    )
  }

  /// Whether a process that lives in PID namespaces below ours has a number there, or its group or session.
  mutating func isKnownInside(_ pid: Int32, as number: Int32) -> Bool {
    let wanted = Array("\(number)".utf8)
    var rest = contents(of: "\(pid)/status")[...]
    while !rest.isEmpty {
      let line = rest.prefix { $0 != UInt8(ascii: "\n") }
      // `NSpid:`, `NSpgid:` and `NSsid:`, each with our own number first.
      if line.starts(with: "NS".utf8) {
        let inner = line.split(separator: UInt8(ascii: "\t")).dropFirst(2)
        if inner.contains(where: { $0.elementsEqual(wanted) }) { return true }
      }
      rest = rest[line.endIndex...].dropFirst()
    }
    return false
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

  /// The entries of a directory that are numbers, by default from 1 on.
  func numbers(in path: String, from least: Int = 1) -> [Int32] {
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
      let isDots = entry.pointee.d_name.0 == CChar(UInt8(ascii: "."))
      if name >= least, !isDots, let number = Int32(exactly: name) { numbers.append(number) }
    }
    return numbers
  }
}
#endif
