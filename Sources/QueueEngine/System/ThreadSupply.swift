internal import CLibrary
internal import CPlatform

/// The threads that this process may start, within the limits on processes and on memory.
package enum ThreadSupply {
  /// Why so many further threads cannot run at once, in the system's words; `nil` where they can.
  package static func objection(to count: Int32) -> String? {
    let outcome = platform_try_threads(count)
    return outcome == 0 ? nil : String(cString: strerror(-outcome))
  }
}
