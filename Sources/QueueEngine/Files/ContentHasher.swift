/// Makes a `ContentHash` of a content of known length that comes in pieces, a word at a time.
struct ContentHasher {
  /// Every piece but the last has a multiple of so many bytes.
  static let wordSize = 8
  private static let seeds: (UInt64, UInt64) = (0x9E37_79B9_7F4A_7C15, 0xD1B5_4A32_D192_ED03)

  private var one: UInt64
  private var other = seeds.1

  /// Begins with a content of so many bytes.
  init(count: Int) {
    one = Self.seeds.0 ^ UInt64(count)
  }

  /// The hash of a content that is there as a whole.
  static func hash(_ bytes: UnsafeRawBufferPointer) -> ContentHash {
    var hasher = ContentHasher(count: bytes.count)
    let end = hasher.takeWords(of: bytes)
    return hasher.finish(with: UnsafeRawBufferPointer(rebasing: bytes[end...]))
  }

  /// Takes the whole words of a piece; returns where they end.
  mutating func takeWords(of piece: UnsafeRawBufferPointer) -> Int {
    var (one, other) = (self.one, self.other)
    var position = 0
    while position &+ Self.wordSize <= piece.count {
      let word = piece.loadUnaligned(fromByteOffset: position, as: UInt64.self)
      one = Self.fold(one ^ word, Self.seeds.0)
      other = Self.fold(other &+ word, Self.seeds.1) ^ word
      position &+= Self.wordSize
    }
    (self.one, self.other) = (one, other)
    return position
  }

  /// The hash of all that was taken, and of the bytes that are left behind the last word.
  func finish(with rest: UnsafeRawBufferPointer) -> ContentHash {
    var last: UInt64 = 0
    for byte in rest { last = last << 8 | UInt64(byte) }
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
