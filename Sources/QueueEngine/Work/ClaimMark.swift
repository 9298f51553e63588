/// What tells a memory from all others over runs: its id, and a hash of what it says.
///
/// It does not depend on the file, so that it stays with an item that becomes a dead letter; and of
/// two items that share an id, each has its own.
struct ClaimMark: Hashable {
  let id: String
  let digest: UInt64

  init(id: String, digest: UInt64) {
    self.id = id
    self.digest = digest
  }

  /// The mark of a memory, by FNV-1a over its project and its content.
  init(_ memory: Memory) {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for text in [memory.project, memory.content] {
      for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
      hash = (hash ^ 0xFF) &* 0x0000_0100_0000_01B3
    }
    self.init(id: memory.id, digest: hash)
  }
}
