internal import Dashboard

/// The keys that terminals send as escape sequences.
enum KeySequence {
  /// The key of `CSI parameters final`; `nil` where it is none, or tells that a key was let go.
  static func controlSequence(_ parameters: ArraySlice<UInt8>, final: UInt8) -> TypedKey? {
    if final == UInt8(ascii: "u") { return CodedKey(parameters)?.key }
    let fields = ParameterFields(parameters)
    guard let fields, fields.count <= 2, !fields.isRelease(at: 1) else {
      return final == UInt8(ascii: "~") ? CodedKey(modifyingOtherKeys: parameters)?.key : nil
    }
    if final == UInt8(ascii: "~") {
      return fields[0].flatMap(numbered).map { TypedKey($0) }
    }
    // A cursor key has 1 before its modifier, or nothing at all; a report has numbers of its own.
    guard fields.count < 2 || fields[0] == 1 else { return nil }
    return letter(final).map { TypedKey($0) }
  }

  /// The key of `SS3 final`, which the keypad sends too.
  static func singleShift(_ final: UInt8) -> Key? {
    switch final {
    case UInt8(ascii: "M"): .enter
    case UInt8(ascii: "I"): .tab
    case UInt8(ascii: " "): .character(" ")
    case UInt8(ascii: "X"): .character("=")
    case UInt8(ascii: "j")...UInt8(ascii: "y"):
      .character(Character(Unicode.Scalar(final - UInt8(ascii: "j") + UInt8(ascii: "*"))))
    default: letter(final)
    }
  }

  /// The key of `CSI [ final`.
  static func console(_ final: UInt8) -> Key? {
    let number = Int(final) - Int(UInt8(ascii: "A")) + 1
    return (1...5).contains(number) ? .function(number) : nil
  }

  private static func letter(_ final: UInt8) -> Key? {
    switch final {
    case UInt8(ascii: "A"): .up
    case UInt8(ascii: "B"): .down
    case UInt8(ascii: "C"): .right
    case UInt8(ascii: "D"): .left
    case UInt8(ascii: "H"): .home
    case UInt8(ascii: "F"): .end
    case UInt8(ascii: "Z"): .backTab
    case UInt8(ascii: "P")...UInt8(ascii: "S"): .function(Int(final - UInt8(ascii: "P")) + 1)
    default: nil
    }
  }

  private static func numbered(_ number: Int) -> Key? {
    switch number {
    case 1, 7: .home
    case 4, 8: .end
    case 3: .delete
    case 5: .pageUp
    case 6: .pageDown
    case 11...15: .function(number - 10)
    case 17...21: .function(number - 11)
    case 23...26: .function(number - 12)
    case 28, 29: .function(number - 13)
    case 31...34: .function(number - 14)
    default: nil
    }
  }
}

/// A key, and whether Alt was held: terminals put an Esc before such a key, and so do we.
struct TypedKey: Equatable {
  let key: Key
  let hasAlt: Bool

  init(_ key: Key, hasAlt: Bool = false) {
    self.key = key
    self.hasAlt = hasAlt
  }
}

/// The numbers of a control sequence: fields between semicolons, each with parts between colons.
struct ParameterFields {
  private let fields: [[Int?]]

  /// `nil` where there is anything but numbers.
  init?(_ bytes: ArraySlice<UInt8>) {
    var fields: [[Int?]] = []
    for field in bytes.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false) {
      var parts: [Int?] = []
      for part in field.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false) {
        guard part.count <= 7, part.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        parts.append(part.isEmpty ? nil : part.reduce(0) { $0 * 10 + Int($1 - 0x30) })
      }
      fields.append(parts)
    }
    self.fields = fields
  }

  var count: Int { fields.count }

  /// The first part of a field; `nil` where it is left out.
  subscript(index: Int) -> Int? { part(0, of: index) }

  func part(_ part: Int, of field: Int) -> Int? {
    guard fields.indices.contains(field), fields[field].indices.contains(part) else { return nil }
    return fields[field][part]
  }

  /// The parts of a field that are there.
  func parts(of field: Int) -> [Int] {
    fields.indices.contains(field) ? fields[field].compactMap { $0 } : []
  }

  /// Whether the modifiers in this field tell of a key that was let go.
  func isRelease(at field: Int) -> Bool { part(1, of: field) == 3 }
}
