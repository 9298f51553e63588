internal import Dashboard

/// The sequences that terminfo names for the keys of one terminal, beside those of the grammar.
struct TerminfoKeys {
  enum Match {
    case none
    /// They may be the beginning of one.
    case torn
    /// The key, `nil` for one that is none of ours, and the bytes that it takes.
    case key(Key?, length: Int)
  }

  /// The keys of terminfo that are ours; those without one are known so that they are dropped whole.
  static let capabilities: [(name: String, key: Key?)] =
    [
      ("kcuu1", .up), ("kcud1", .down), ("kcub1", .left), ("kcuf1", .right), ("khome", .home),
      ("kend", .end), ("kpp", .pageUp), ("knp", .pageDown), ("kdch1", .delete), ("kbs", .backspace),
      ("kcbt", .backTab), ("kent", .enter), ("kri", .up), ("kind", .down), ("kLFT", .left),
      ("kRIT", .right), ("kPRV", .pageUp), ("kNXT", .pageDown), ("kHOM", .home), ("kEND", .end),
      ("kDC", .delete), ("ka1", .home), ("ka3", .pageUp), ("kb2", nil), ("kc1", .end),
      ("kc3", .pageDown), ("kll", .end),
    ]
    + [
      "kich1", "kil1", "kdl1", "kctab", "khts", "kclr", "kel", "ked", "krmir", "kclo", "kcan",
      "kcmd", "kcpy", "kcrt", "kext", "kfnd", "khlp", "kmrk", "kmsg", "kmov", "knxt", "kopn",
      "kopt", "kprv", "kprt", "krdo", "kref", "krfr", "krpl", "krst", "kres", "ksav", "kslt",
      "kspd", "kund", "kbeg", "kIC", "kBEG", "kCAN", "kCMD", "kFND", "kHLP", "kMOV", "kMSG", "kOPT",
      "kPRT", "kRDO", "kRES", "kRPL", "kSAV", "kSPD", "kUND", "kDL", "kEOL", "kEXT",
    ].map { ($0, nil) }
    + (0...63).map { ("kf\($0)", .function($0)) }

  private var keys: [[UInt8]: Key?] = [:]
  private var prefixes: Set<[UInt8]> = []
  private var longest = 0

  init() {}

  /// - Parameter sequence: The bytes of a capability, by its name; `nil` where the terminal has none.
  init(_ sequence: (String) -> [UInt8]?) {
    for (name, key) in Self.capabilities {
      guard let bytes = sequence(name), Self.mayBeKey(bytes), keys[bytes] == nil else { continue }
      keys[bytes] = .some(key)
      longest = max(longest, bytes.count)
      for length in 1..<max(bytes.count, 1) { prefixes.insert(Array(bytes.prefix(length))) }
    }
  }

  /// Whether a key may be sent like this: not as what is typed anyway, nor as what begins everything.
  private static func mayBeKey(_ bytes: [UInt8]) -> Bool {
    // Above F7 no character of UTF-8 begins.
    guard let first = bytes.first, first < 0x20 || (0x80..<0xA0).contains(first) || first > 0xF7
    else { return false }
    let typed: [[UInt8]] = [[0x1B], [0x0D], [0x09], [0x03], [0x1A]]
    return !typed.contains(bytes) && bytes != Array("\u{1B}[M".utf8)
  }

  /// The longest key that the bytes begin with.
  func match(_ bytes: ArraySlice<UInt8>) -> Match {
    guard longest > 0, let first = bytes.first, first < 0x20 || first >= 0x80 else { return .none }
    for length in stride(from: min(longest, bytes.count), to: 0, by: -1) {
      if let key = keys[Array(bytes.prefix(length))] { return .key(key, length: length) }
    }
    return prefixes.contains(Array(bytes)) ? .torn : .none
  }
}
