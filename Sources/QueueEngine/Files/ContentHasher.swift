/// Makes a `ContentHash` of a content that comes in pieces.
///
/// A queue may have 60 MB, so whole stripes of four words come first, each word in a lane whose
/// multiplications wait for no other; then the words and bytes that are left, and the length.
struct ContentHasher {
  /// Every piece but the last has a multiple of so many bytes.
  static let stripeSize = 32
  private static let seeds: (UInt64, UInt64) = (0x9E37_79B9_7F4A_7C15, 0xD1B5_4A32_D192_ED03)

  private var lanes = (seeds.0, seeds.1, ~seeds.0, ~seeds.1)
  private var count = 0

  /// The hash of a content that is there as a whole.
  static func hash(_ bytes: UnsafeRawBufferPointer) -> ContentHash {
    var hasher = ContentHasher()
    let end = hasher.takeStripes(of: bytes)
    return hasher.finish(with: UnsafeRawBufferPointer(rebasing: bytes[end...]))
  }

  /// Takes the whole stripes of a piece; returns where they end.
  mutating func takeStripes(of piece: UnsafeRawBufferPointer) -> Int {
    let end = piece.count / Self.stripeSize * Self.stripeSize
    var (a, b, c, d) = lanes
    var position = 0
    while position < end {
      a = Self.lane(a, Self.word(of: piece, at: position), Self.seeds.0)
      b = Self.lane(b, Self.word(of: piece, at: position &+ 8), Self.seeds.1)
      c = Self.lane(c, Self.word(of: piece, at: position &+ 16), Self.seeds.0)
      d = Self.lane(d, Self.word(of: piece, at: position &+ 24), Self.seeds.1)
      position &+= Self.stripeSize
    }
    lanes = (a, b, c, d)
    count += end
    return end
  }

  /// The hash of all that was taken, and of what is left behind the last stripe.
  func finish(with rest: UnsafeRawBufferPointer) -> ContentHash {
    var (one, other) = Self.seeds
    func take(_ word: UInt64) {
      one = Self.fold(one ^ word, Self.seeds.0)
      other = Self.fold(other &+ word, Self.seeds.1) ^ word
    }
    take(UInt64(count + rest.count))
    for lane in [lanes.0, lanes.1, lanes.2, lanes.3] { take(lane) }
    var position = 0
    while position &+ 8 <= rest.count {
      take(Self.word(of: rest, at: position))
      position &+= 8
    }
    var last: UInt64 = 0
    for byte in rest[position...] { last = last << 8 | UInt64(byte) }
    return ContentHash(
      high: Self.fold(one ^ last, Self.seeds.1),
      low: Self.fold(other &+ last, Self.seeds.0) ^ last
    )
  }

  private static func lane(_ state: UInt64, _ word: UInt64, _ factor: UInt64) -> UInt64 {
    // The word is added again, so that a product of 0 does not swallow it.
    fold(state ^ word, factor) &+ word
  }

  private static func word(of bytes: UnsafeRawBufferPointer, at position: Int) -> UInt64 {
    bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)
  }

  private static func fold(_ word: UInt64, _ factor: UInt64) -> UInt64 {
    let product = word.multipliedFullWidth(by: factor)
    return product.high ^ product.low
  }
}
