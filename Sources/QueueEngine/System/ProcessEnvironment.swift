internal import CLibrary
internal import CPlatform

/// The variables that this process was started with.
package enum ProcessEnvironment {
  /// All of them by name; of two with one name the first counts, as it does for `getenv`.
  package static var variables: [String: String] {
    var variables: [String: String] = [:]
    var next = platform_environment()
    while let entry = next?.pointee {
      next = next?.advanced(by: 1)
      guard let sign = strchr(entry, Int32(UInt8(ascii: "="))) else { continue }
      let name = UnsafeRawBufferPointer(start: entry, count: sign - entry)
      let key = String(decoding: name, as: UTF8.self)
      if variables[key] == nil { variables[key] = String(cString: sign + 1) }
    }
    return variables
  }
}
