#if os(Linux)
internal import CLibrary
internal import Synchronization

/// Tells that something changed in a set of directories, and that one file was opened, through inotify.
///
/// It does not tell what changed: whoever watches looks at its few files again. Where inotify is not to be
/// had, nothing is ever told, and looking each second must do.
package final class DirectoryWatch: Sendable {
  private static let changes = UInt32(
    IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO
      | IN_DELETE_SELF | IN_MOVE_SELF
  )
  /// Room for some notices with names.
  private static let capacity = 4096

  private let directories: Set<String>
  private let guarded: String?
  private let inotify: Int32
  private let openings = Mutex<Openings>(.untold)

  /// What is known of the openings of the guarded file.
  private enum Openings: Equatable {
    /// The file is there, and we are not told.
    case untold
    /// There is no file; its coming is a change.
    case absent
    /// They come under this watch's number.
    case told(Int32)
  }

  /// Watches these directories, as far as they are there, and the openings of the file `guarded`.
  package init(_ directories: Set<String>, openingsOf guarded: String? = nil) {
    self.directories = directories
    self.guarded = guarded
    inotify = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
    renew()
  }

  deinit {
    if inotify >= 0 { close(inotify) }
  }

  /// A descriptor that becomes readable when something changed; `nil` where there is no inotify.
  package var descriptor: Int32? { inotify >= 0 ? inotify : nil }

  /// Whether nobody opens the guarded file, or comes to have one of its name, without our being told.
  package var tellsOpenings: Bool { openings.withLock { $0 != .untold } }

  /// Watches what has come into being since the last time; what is watched already stays so.
  package func renew() {
    guard inotify >= 0 else { return }
    for directory in directories {
      _ = inotify_add_watch(inotify, directory, Self.changes)
    }
    guard let guarded else { return }
    let number = inotify_add_watch(inotify, guarded, UInt32(IN_OPEN | IN_DONT_FOLLOW))
    let state: Openings = number >= 0 ? .told(number) : errno == ENOENT ? .absent : .untold
    openings.withLock { $0 = state }
  }

  /// Takes the notices that wait; returns what they tell.
  package func drain() -> DirectoryNews {
    guard inotify >= 0 else { return [] }
    var news: DirectoryNews = []
    var buffer = [UInt8](repeating: 0, count: Self.capacity)
    while true {
      let count = read(inotify, &buffer, buffer.count)
      guard count > 0 else { return news }
      buffer.withUnsafeBytes { bytes in
        news.formUnion(told(UnsafeRawBufferPointer(rebasing: bytes[..<count])))
      }
    }
  }

  private func told(_ notices: UnsafeRawBufferPointer) -> DirectoryNews {
    let header = MemoryLayout<inotify_event>.size
    var news: DirectoryNews = []
    var offset = 0
    while offset + header <= notices.count {
      let notice = notices.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
      offset += header + Int(notice.len)
      if notice.mask & UInt32(IN_Q_OVERFLOW) != 0 { return [.change, .opening] }
      let isOpening = openings.withLock { $0 == .told(notice.wd) }
      news.insert(isOpening && notice.mask & UInt32(IN_OPEN) != 0 ? .opening : .change)
    }
    return news
  }
}
#endif
