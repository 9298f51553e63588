internal import QueueEngine

/// Makes values of the engine from what a link brought, and takes what it can.
///
/// What an older program does not write is what a new value would hold: no number is 0, no text empty,
/// no list without elements, and of anything optional nothing. What a newer one writes more is left
/// aside; a word that is not known is the one that claims least (`WireFallback`). No number can make
/// arithmetic overflow.
struct WireDecoder: Decoder {
  let value: WireValue

  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(WireMembers(members: value.members))
  }

  func unkeyedContainer() -> any UnkeyedDecodingContainer {
    WireElements(elements: value.elements)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { WireScalar(value: value) }

  /// Makes a value, or the one that stands for what is not known.
  static func make<Value: Decodable>(_ type: Value.Type, from value: WireValue) throws -> Value {
    let value = type == Duration.self ? value.asDuration : value
    do {
      return try Value(from: WireDecoder(value: value))
    } catch {
      guard let fallback = (type as? any WireFallback.Type)?.fallback as? Value else { throw error }
      return fallback
    }
  }
}

/// A type of which a newer program may know a value that we do not.
protocol WireFallback {
  /// What stands for it: the value that claims least.
  static var fallback: Self { get }
}

extension LockState: WireFallback { static var fallback: LockState { .unknown } }

extension LockStyle: WireFallback { static var fallback: LockStyle { .undecided } }

extension FileState: WireFallback { static var fallback: FileState { .unreadable } }

extension LogLine.Kind: WireFallback { static var fallback: LogLine.Kind { .other } }

extension Severity: WireFallback { static var fallback: Severity { .warning } }

extension ActionOrigin: WireFallback { static var fallback: ActionOrigin { .command } }

extension ReplacementObstacle.Cause: WireFallback {
  static var fallback: ReplacementObstacle.Cause { .mount }
}

extension WireValue {
  /// Whole numbers are clamped to this: sums of them do not overflow.
  private static let largest = 1 << 50
  /// The high half of a duration, beyond which it is longer than the rules work with.
  private static let largestHalf: Int64 = 1 << 37

  /// As a whole number, clamped; 0 where it is none.
  var clamped: Int {
    guard case .number(let digits) = self else { return 0 }
    if let number = Int(digits) { return min(max(number, -Self.largest), Self.largest) }
    let number = double
    guard abs(number) < Double(Self.largest) else {
      return number < 0 ? -Self.largest : Self.largest
    }
    return Int(number)
  }

  /// As a number; 0 where it is none, or not a finite one.
  var double: Double {
    guard case .number(let digits) = self, let number = Double(digits), number.isFinite else {
      return 0
    }
    return number
  }

  /// As a number of exactly this type; 0 where it does not fit.
  func exact<Number: FixedWidthInteger>(_ type: Number.Type) -> Number {
    if case .number(let digits) = self { Number(digits) ?? 0 } else { 0 }
  }

  /// The two halves of a duration that can be worked with; anything else is no time.
  fileprivate var asDuration: WireValue {
    guard elements.count == 2, abs(elements[0].double) < Double(Self.largestHalf) else {
      return .list([.number("0"), .number("0")])
    }
    return self
  }
}
