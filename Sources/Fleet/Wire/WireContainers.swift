/// One value, as anything that is asked for.
struct WireScalar: SingleValueDecodingContainer {
  let value: WireValue

  var codingPath: [any CodingKey] { [] }

  func decodeNil() -> Bool { value.isNull }

  func decode(_ type: Bool.Type) -> Bool { value == .truth(true) }
  func decode(_ type: String.Type) -> String { value.text ?? "" }
  func decode(_ type: Double.Type) -> Double { value.double }
  func decode(_ type: Float.Type) -> Float { Float(value.double) }
  func decode(_ type: Int.Type) -> Int { value.clamped }
  func decode(_ type: Int8.Type) -> Int8 { value.exact(type) }
  func decode(_ type: Int16.Type) -> Int16 { value.exact(type) }
  func decode(_ type: Int32.Type) -> Int32 { value.exact(type) }
  func decode(_ type: Int64.Type) -> Int64 { value.exact(type) }
  func decode(_ type: UInt.Type) -> UInt { value.exact(type) }
  func decode(_ type: UInt8.Type) -> UInt8 { value.exact(type) }
  func decode(_ type: UInt16.Type) -> UInt16 { value.exact(type) }
  func decode(_ type: UInt32.Type) -> UInt32 { value.exact(type) }
  func decode(_ type: UInt64.Type) -> UInt64 { value.exact(type) }

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try WireDecoder.make(type, from: value)
  }
}

/// The members of an object; one that is not there is `null`.
struct WireMembers<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let members: [String: WireValue]

  var codingPath: [any CodingKey] { [] }
  var allKeys: [Key] { members.keys.compactMap { Key(stringValue: $0) } }

  func contains(_ key: Key) -> Bool { members[key.stringValue] != nil }

  private func scalar(_ key: Key) -> WireScalar {
    WireScalar(value: members[key.stringValue] ?? .null)
  }

  func decodeNil(forKey key: Key) -> Bool { scalar(key).decodeNil() }

  func decode(_ type: Bool.Type, forKey key: Key) -> Bool { scalar(key).decode(type) }
  func decode(_ type: String.Type, forKey key: Key) -> String { scalar(key).decode(type) }
  func decode(_ type: Double.Type, forKey key: Key) -> Double { scalar(key).decode(type) }
  func decode(_ type: Float.Type, forKey key: Key) -> Float { scalar(key).decode(type) }
  func decode(_ type: Int.Type, forKey key: Key) -> Int { scalar(key).decode(type) }
  func decode(_ type: Int8.Type, forKey key: Key) -> Int8 { scalar(key).decode(type) }
  func decode(_ type: Int16.Type, forKey key: Key) -> Int16 { scalar(key).decode(type) }
  func decode(_ type: Int32.Type, forKey key: Key) -> Int32 { scalar(key).decode(type) }
  func decode(_ type: Int64.Type, forKey key: Key) -> Int64 { scalar(key).decode(type) }
  func decode(_ type: UInt.Type, forKey key: Key) -> UInt { scalar(key).decode(type) }
  func decode(_ type: UInt8.Type, forKey key: Key) -> UInt8 { scalar(key).decode(type) }
  func decode(_ type: UInt16.Type, forKey key: Key) -> UInt16 { scalar(key).decode(type) }
  func decode(_ type: UInt32.Type, forKey key: Key) -> UInt32 { scalar(key).decode(type) }
  func decode(_ type: UInt64.Type, forKey key: Key) -> UInt64 { scalar(key).decode(type) }

  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    try scalar(key).decode(type)
  }

  /// What is not known of anything optional is nothing.
  func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) -> Value? {
    guard !decodeNil(forKey: key) else { return nil }
    return try? scalar(key).decode(type)
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type,
    forKey key: Key
  ) -> KeyedDecodingContainer<Nested> {
    decoder(key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedDecodingContainer {
    decoder(key).unkeyedContainer()
  }

  func superDecoder() -> any Decoder { WireDecoder(value: .object(members)) }

  func superDecoder(forKey key: Key) -> any Decoder { decoder(key) }

  private func decoder(_ key: Key) -> WireDecoder { WireDecoder(value: scalar(key).value) }
}

/// The elements of a list, one after the other.
struct WireElements: UnkeyedDecodingContainer {
  let elements: [WireValue]
  private(set) var currentIndex = 0

  init(elements: [WireValue]) { self.elements = elements }

  var codingPath: [any CodingKey] { [] }
  var count: Int? { elements.count }
  var isAtEnd: Bool { currentIndex >= elements.count }

  private mutating func next() -> WireScalar {
    defer { currentIndex += 1 }
    return WireScalar(value: isAtEnd ? .null : elements[currentIndex])
  }

  mutating func decodeNil() -> Bool {
    guard !isAtEnd, elements[currentIndex].isNull else { return false }
    currentIndex += 1
    return true
  }

  mutating func decode(_ type: Bool.Type) -> Bool { next().decode(type) }
  mutating func decode(_ type: String.Type) -> String { next().decode(type) }
  mutating func decode(_ type: Double.Type) -> Double { next().decode(type) }
  mutating func decode(_ type: Float.Type) -> Float { next().decode(type) }
  mutating func decode(_ type: Int.Type) -> Int { next().decode(type) }
  mutating func decode(_ type: Int8.Type) -> Int8 { next().decode(type) }
  mutating func decode(_ type: Int16.Type) -> Int16 { next().decode(type) }
  mutating func decode(_ type: Int32.Type) -> Int32 { next().decode(type) }
  mutating func decode(_ type: Int64.Type) -> Int64 { next().decode(type) }
  mutating func decode(_ type: UInt.Type) -> UInt { next().decode(type) }
  mutating func decode(_ type: UInt8.Type) -> UInt8 { next().decode(type) }
  mutating func decode(_ type: UInt16.Type) -> UInt16 { next().decode(type) }
  mutating func decode(_ type: UInt32.Type) -> UInt32 { next().decode(type) }
  mutating func decode(_ type: UInt64.Type) -> UInt64 { next().decode(type) }

  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try next().decode(type)
  }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) -> KeyedDecodingContainer<Nested> {
    WireDecoder(value: next().value).container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer() -> any UnkeyedDecodingContainer {
    WireDecoder(value: next().value).unkeyedContainer()
  }

  mutating func superDecoder() -> any Decoder { WireDecoder(value: next().value) }
}
