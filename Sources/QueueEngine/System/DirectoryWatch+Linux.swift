#if os(Linux)
internal import CLibrary

/// Tells that something changed in a set of directories, through inotify.
///
/// It does not tell what: whoever watches looks at its few files again. Where inotify is not to be
/// had, nothing is ever told, and looking each second must do.
package final class DirectoryWatch: Sendable {
  private static let events = UInt32(
    IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO
      | IN_DELETE_SELF | IN_MOVE_SELF
  )

  private let directories: Set<String>
  private let inotify: Int32

  /// Watches these directories, as far as they are there.
  package init(_ directories: Set<String>) {
    self.directories = directories
    inotify = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
    renew()
  }

  deinit {
    if inotify >= 0 { close(inotify) }
  }

  /// A descriptor that becomes readable when something changed; `nil` where there is no inotify.
  package var descriptor: Int32? { inotify >= 0 ? inotify : nil }

  /// Watches what has come into being since the last time; what is watched already stays so.
  package func renew() {
    for directory in directories where inotify >= 0 {
      _ = inotify_add_watch(inotify, directory, Self.events)
    }
  }

  /// Takes the notices that wait; returns whether there were any.
  package func drain() -> Bool {
    guard inotify >= 0 else { return false }
    var sawAny = false
    var buffer = [UInt8](repeating: 0, count: 4096)
    while read(inotify, &buffer, buffer.count) > 0 { sawAny = true }
    return sawAny
  }
}
#endif
