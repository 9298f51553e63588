internal import CLibrary

/// A series of figures as a file of fixed size in our state directory: a ring of records of equal length.
///
///     0   mem0top ring 1 files fine, then NULs
///     64  the record of slot n stands at the place n mod capacity
///
/// A record is its slot's number (8 bytes), eight figures (4 bytes each, `Float`, below 0 for unknown) and
/// a checksum of these 40 bytes, all little-endian; a record whose checksum is wrong, as a crash or a full
/// disk may leave it, was never written. The file has its whole size from the beginning, so that a disk
/// that fills up later takes nothing from it. Nothing is synced: a crash of the machine costs the last
/// half minute of figures, and no more.
package struct FigureRing: ~Copyable {
  private static let headSize = 64
  private static let recordSize = 48

  private let descriptor: Int32
  private let path: String
  private let subject: FigureSubject
  private let grain: FigureGrain

  private init(descriptor: Int32, path: String, subject: FigureSubject, grain: FigureGrain) {
    self.descriptor = descriptor
    self.path = path
    self.subject = subject
    self.grain = grain
  }

  deinit {
    close(descriptor)
  }

  /// Where a ring lies.
  static func path(_ subject: FigureSubject, _ grain: FigureGrain, in state: StateDirectory)
    -> String
  {
    state.path(of: "past.\(subject.rawValue).\(grain.rawValue)")
  }

  /// What a ring holds; nothing where there is none, or where it is not one of ours.
  ///
  /// What lies in the future is left out: the clock was set back since.
  package static func series(
    _ subject: FigureSubject,
    _ grain: FigureGrain,
    in state: StateDirectory,
    now: Timestamp
  ) -> FigureSeries {
    let path = Self.path(subject, grain, in: state)
    let empty = FigureSeries(subject, grain)
    // A ring that is not there yet, or may not be read, has nothing to say; writing tells why.
    guard let current = grain.slot(of: now),
      let bytes = try? OpenFile(path: path).read(at: 0, count: size(grain)),
      isWhole(bytes, subject, grain)
    else { return empty }
    let entries = (0..<grain.capacity).compactMap { place in
      entry(in: bytes[(headSize + place * recordSize)...].prefix(recordSize), at: place, grain)
    }
    let kept = entries.filter { $0.slot <= current && $0.slot > current - grain.capacity }
    return FigureSeries(subject, grain, entries: kept.sorted { $0.slot < $1.slot })
  }

  /// Opens a ring to write into it, and creates it where there is none, or none of ours.
  ///
  /// - Returns: `nil` where another program has it: that one records.
  static func claim(
    _ subject: FigureSubject,
    _ grain: FigureGrain,
    in state: StateDirectory
  ) throws(SystemError) -> FigureRing? {
    let path = Self.path(subject, grain, in: state)
    try state.create()
    let lock = try StateDirectoryLock(state)
    var isThere = true
    do throws(SystemError) {
      let bytes = try OpenFile(path: path).read(at: 0, count: size(grain) + 1)
      isThere = isWhole(bytes, subject, grain)
    } catch {
      guard error.isMissing else { throw error }
      isThere = false
    }
    if !isThere {
      let empty = head(subject, grain) + [UInt8](repeating: 0, count: size(grain) - headSize)
      try WholeFile.replace(empty, at: path)
    }
    let opened = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
    guard opened >= 0 else { throw SystemError(code: errno, attempt: "open", path: path) }
    let ring = FigureRing(descriptor: opened, path: path, subject: subject, grain: grain)
    // It goes with the process, however that ends.
    let isOurs = flock(opened, LOCK_EX | LOCK_NB) == 0
    lock.release()
    if isOurs { return ring }
    return nil
  }

  /// Whether the file still has its name: who removes the state directory takes the ring away.
  var isInPlace: Bool {
    guard let own = try? FileStamp.of(descriptor: descriptor, path: path),
      let named = try? FileStamp.at(path)
    else { return false }
    return own.device == named.device && own.inode == named.inode
  }

  /// The record of a slot; `nil` where that was never written.
  func entry(of slot: Int) throws(SystemError) -> FigureSeries.Entry? {
    let bytes = try read(at: offset(of: slot))
    let entry = Self.entry(in: bytes[...], at: slot % grain.capacity, grain)
    return entry?.slot == slot ? entry : nil
  }

  /// Writes a record over the one that has its place.
  func write(_ entry: FigureSeries.Entry) throws(SystemError) {
    try write(Self.bytes(of: entry), at: offset(of: entry.slot))
  }

  /// Forgets what lies behind a slot: the clock was set back.
  func forget(after slot: Int) throws(SystemError) {
    for place in 0..<grain.capacity {
      let offset = Self.headSize + place * Self.recordSize
      guard let entry = Self.entry(in: try read(at: offset)[...], at: place, grain),
        entry.slot > slot
      else { continue }
      try write([UInt8](repeating: 0, count: Self.recordSize), at: offset)
    }
  }

  private func offset(of slot: Int) -> Int {
    Self.headSize + (slot % grain.capacity) * Self.recordSize
  }

  private func read(at offset: Int) throws(SystemError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Self.recordSize)
    let got = pread(descriptor, &bytes, bytes.count, off_t(offset))
    guard got >= 0 else { throw SystemError(code: errno, attempt: "read", path: path) }
    return bytes
  }

  private func write(_ bytes: [UInt8], at offset: Int) throws(SystemError) {
    let written = pwrite(descriptor, bytes, bytes.count, off_t(offset))
    guard written == bytes.count else {
      throw SystemError(code: written < 0 ? errno : ENOSPC, attempt: "write", path: path)
    }
  }

  private static func size(_ grain: FigureGrain) -> Int { headSize + grain.capacity * recordSize }

  private static func head(_ subject: FigureSubject, _ grain: FigureGrain) -> [UInt8] {
    let text = Array("mem0top ring 1 \(subject.rawValue) \(grain.rawValue)\n".utf8)
    return text + [UInt8](repeating: 0, count: headSize - text.count)
  }

  private static func isWhole(_ bytes: [UInt8], _ subject: FigureSubject, _ grain: FigureGrain)
    -> Bool
  {
    bytes.count == size(grain) && bytes.starts(with: head(subject, grain))
  }

  private static func bytes(of entry: FigureSeries.Entry) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(recordSize)
    append(UInt64(bitPattern: Int64(entry.slot)), to: &bytes)
    for bits in entry.figures.bits {
      bytes += (0..<4).map { UInt8(truncatingIfNeeded: bits >> ($0 * 8)) }
    }
    append(checksum(bytes), to: &bytes)
    return bytes
  }

  private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
    bytes += (0..<8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
  }

  /// The record at a place; `nil` where none was written, or not whole.
  private static func entry(
    in bytes: ArraySlice<UInt8>,
    at place: Int,
    _ grain: FigureGrain
  ) -> FigureSeries.Entry? {
    guard bytes.count == recordSize else { return nil }
    let body = bytes.prefix(recordSize - 8)
    let slot = Int(Int64(bitPattern: number(in: body.prefix(8))))
    guard slot > 0, slot % grain.capacity == place,
      number(in: bytes.suffix(8)) == checksum(body)
    else { return nil }
    let bits = (0..<Figures.count).map { index in
      UInt32(number(in: body.dropFirst(8 + index * 4).prefix(4)))
    }
    return FigureSeries.Entry(slot: slot, figures: Figures(bits: bits))
  }

  private static func number(in bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private static func checksum(_ bytes: some Sequence<UInt8>) -> UInt64 {
    var hash = FNV1aHash()
    hash.take(bytes)
    return hash.value
  }
}
