internal import LosslessJSON

/// What an item is: two items are the same only if id, project and content are (docs/contract.md).
///
/// It does not depend on the file, so it stays with an item that becomes a dead letter, and in every
/// run. Two programs may write the same text with other escapes, so the decoded texts count. An
/// element without an id or without content is told by its bytes. Lists are bags: two items that are
/// the same are two.
package struct ItemIdentity: Hashable, Sendable {
  /// The id, as it is sent; empty where there is none.
  let id: ExactText
  /// A hash of id, project and content, each with its kind and its length before it.
  let hash: ContentHash

  init(id: ExactText, hash: ContentHash) {
    (self.id, self.hash) = (id, hash)
  }

  /// What a memory is whose texts are known.
  package init(_ memory: Memory) {
    var hash = Frame()
    for text in [memory.id, memory.project, memory.content] { hash.take(.text, Array(text.utf8)) }
    self.init(id: ExactText(memory.id), hash: hash.value)
  }

  /// What one item is by its bytes alone; `nil` where they are no well-formed value.
  init?(ofItem bytes: [UInt8]) {
    guard let identity = ItemMembers.read(JSONText(bytes), { ItemIdentity($0, in: $1) }) else {
      return nil
    }
    self = identity
  }

  /// What the item is whose members were read.
  init(_ item: ItemMembers, in cursor: borrowing JSONCursor) {
    let id = item[.id].flatMap { $0.kind == .string || $0.kind == .number ? $0 : nil }
    let text = id.map { cursor.decodedBytes(of: $0) } ?? []
    let shown = ExactText(String(decoding: text, as: UTF8.self))
    guard id != nil, let content = item[.content], content.kind == .string else {
      self.init(id: shown, hash: ContentHash(cursor.bytes(in: item.range)))
      return
    }
    var hash = Frame()
    hash.take(.text, text)
    if let project = item[.project] {
      let isText = project.kind == .string
      hash.take(isText ? .text : .other, cursor.decodedBytes(of: project))
    } else {
      hash.take(.absent, [])
    }
    hash.take(.text, cursor.decodedBytes(of: content))
    self.init(id: shown, hash: hash.value)
  }

  /// The id as an `ItemKey` has it.
  var shownID: ExactText { ExactText(Scrubber.scrub(id.text)) }
}

/// Texts in a row of which nobody can move the border.
private struct Frame {
  enum Kind: UInt8 { case absent, text, other }

  private var bytes: [UInt8] = []

  var value: ContentHash { ContentHash(bytes) }

  mutating func take(_ kind: Kind, _ text: [UInt8]) {
    bytes.append(kind.rawValue)
    withUnsafeBytes(of: UInt64(text.count).littleEndian) { bytes += $0 }
    bytes += text
  }
}
