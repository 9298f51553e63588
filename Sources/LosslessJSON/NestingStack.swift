/// The kinds of the containers that are open, one bit each, as deep as a cursor goes.
struct NestingStack {
  private var bits = SIMD8<UInt64>(repeating: 0)
  private(set) var count = 0

  /// Whether the innermost container is an object rather than an array.
  @inline(__always)
  var isInObject: Bool {
    let place = count &- 1
    return bits[place >> 6] & (1 << UInt64(place & 63)) != 0
  }

  /// Opens a container; the caller checks that it is not the 513th.
  @inline(__always)
  mutating func push(isObject: Bool) {
    let bit: UInt64 = 1 << UInt64(count & 63)
    if isObject { bits[count >> 6] |= bit } else { bits[count >> 6] &= ~bit }
    count &+= 1
  }

  /// Closes the innermost container.
  @inline(__always)
  mutating func pop() {
    count &-= 1
  }
}
