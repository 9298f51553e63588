/// Makes a `ContentHash` of a content of known length that comes in pieces.
///
/// The words go round four lanes: a multiplication takes several cycles to come to its end, and three
/// others begin meanwhile. Copies and journals keep the hash, so it stays what it is.
struct ContentHasher {
  /// Every piece but the last has a multiple of so many bytes.
  static let stripeSize = 4 * MemoryLayout<UInt64>.size

  private var lanes: (Lane, Lane, Lane, Lane)

  /// Begins with a content of so many bytes.
  init(count: Int) {
    let count = UInt64(count)
    lanes = (Lane(count, 0), Lane(count, 1), Lane(count, 2), Lane(count, 3))
  }

  /// The hash of a content that is there as a whole.
  static func hash(_ bytes: UnsafeRawBufferPointer) -> ContentHash {
    var hasher = ContentHasher(count: bytes.count)
    let end = hasher.takeStripes(of: bytes)
    return hasher.finish(with: UnsafeRawBufferPointer(rebasing: bytes[end...]))
  }

  /// Takes the whole stripes of a piece; returns where they end.
  mutating func takeStripes(of piece: UnsafeRawBufferPointer) -> Int {
    var lanes = lanes
    var position = 0
    while position &+ Self.stripeSize <= piece.count {
      lanes.0.take(piece.loadUnaligned(fromByteOffset: position, as: UInt64.self))
      lanes.1.take(piece.loadUnaligned(fromByteOffset: position &+ 8, as: UInt64.self))
      lanes.2.take(piece.loadUnaligned(fromByteOffset: position &+ 16, as: UInt64.self))
      lanes.3.take(piece.loadUnaligned(fromByteOffset: position &+ 24, as: UInt64.self))
      position &+= Self.stripeSize
    }
    self.lanes = lanes
    return position
  }

  /// The hash of all that was taken, and of the bytes that are left behind the last stripe.
  func finish(with rest: UnsafeRawBufferPointer) -> ContentHash {
    var lane = lanes.0
    lane.take(lanes.1)
    lane.take(lanes.2)
    lane.take(lanes.3)
    return lane.finish(with: rest)
  }
}

extension ContentHasher {
  /// The hash as it was made before there were lanes; copies and journals of that time have it.
  static func hashInOneLane(_ bytes: UnsafeRawBufferPointer) -> ContentHash {
    Lane(UInt64(bytes.count), 0).finish(with: bytes)
  }
}

/// Two states of 64 bits that take a word at a time.
private struct Lane {
  private static let seeds: (UInt64, UInt64) = (0x9E37_79B9_7F4A_7C15, 0xD1B5_4A32_D192_ED03)

  private var one: UInt64
  private var other: UInt64

  init(_ count: UInt64, _ number: UInt64) {
    one = Self.seeds.0 ^ count
    other = Self.seeds.1 ^ number
  }

  mutating func take(_ word: UInt64) {
    one = Self.fold(one ^ word, Self.seeds.0)
    other = Self.fold(other &+ word, Self.seeds.1) ^ word
  }

  mutating func take(_ lane: Lane) {
    take(lane.one)
    take(lane.other)
  }

  /// The hash of what was taken and of the rest, whose last bytes make a word that is not whole.
  consuming func finish(with rest: UnsafeRawBufferPointer) -> ContentHash {
    var position = 0
    while position &+ 8 <= rest.count {
      take(rest.loadUnaligned(fromByteOffset: position, as: UInt64.self))
      position &+= 8
    }
    var last: UInt64 = 0
    for byte in rest[position...] { last = last << 8 | UInt64(byte) }
    return ContentHash(
      high: Self.fold(one ^ last, Self.seeds.1),
      low: Self.fold(other &+ last, Self.seeds.0) ^ last
    )
  }

  private static func fold(_ word: UInt64, _ factor: UInt64) -> UInt64 {
    let product = word.multipliedFullWidth(by: factor)
    return product.high ^ product.low
  }
}
