/// What tells a memory from all others over runs: its id, and a hash of what it says.
///
/// It does not depend on the file, so that it stays with an item that becomes a dead letter; and of
/// two items that share an id, each has its own.
struct ClaimMark: Hashable {
  private let exactID: ExactText
  let digest: UInt64

  init(id: String, digest: UInt64) {
    exactID = ExactText(id)
    self.digest = digest
  }

  /// The id of the memory.
  var id: String { exactID.text }

  /// The mark of a memory, by its project and its content, each ended by a byte that no text has.
  init(_ memory: Memory) {
    var hash = FNV1aHash()
    for text in [memory.project, memory.content] {
      hash.take(text.utf8)
      hash.take([0xFF])
    }
    self.init(id: memory.id, digest: hash.value)
  }
}
