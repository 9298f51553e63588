import Foundation
import Testing

/// The home of the program under test, which can be brought back to how it was.
///
/// Only what has changed since is written again, so that a point costs no more than it must.
final class CrashHome {
  /// What tells whether a file is still the one that was put there.
  private struct Stamp: Equatable {
    let inode: UInt64
    let times: [Int]

    init(_ facts: stat) {
      inode = UInt64(facts.st_ino)
      times = [
        facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec, facts.st_ctim.tv_sec, facts.st_ctim.tv_nsec,
      ]
    }
  }

  private let path: String
  private var placed: [String: (entry: HomeImage.Entry, stamp: Stamp)] = [:]

  init(path: String) {
    self.path = path
  }

  /// How it is now.
  func image() throws -> HomeImage {
    var entries: [String: HomeImage.Entry] = [:]
    var twins: [ino_t: String] = [:]
    for (name, facts) in try names().sorted(by: { $0.name < $1.name }) {
      let isDirectory = facts.st_mode & S_IFMT == S_IFDIR
      let twin = isDirectory || facts.st_nlink == 1 ? nil : twins[facts.st_ino]
      twins[facts.st_ino] = twin ?? name
      if twin == nil, let known = placed[name], known.stamp == Stamp(facts) {
        entries[name] = known.entry
        continue
      }
      entries[name] = HomeImage.Entry(
        mode: facts.st_mode & 0o7777,
        bytes: isDirectory ? nil : Array(try Data(contentsOf: URL(filePath: path + "/" + name))),
        seconds: facts.st_mtim.tv_sec,
        nanoseconds: facts.st_mtim.tv_nsec,
        twin: twin
      )
    }
    return HomeImage(entries: entries)
  }

  /// Brings back what an image holds, and nothing else.
  func restore(_ image: HomeImage) throws {
    var isThere: Set<String> = []
    // What is deeper comes first, so that a directory is empty when it goes.
    for (name, facts) in try names().sorted(by: { $0.name > $1.name }) {
      let entry = image.entries[name]
      let isDirectory = facts.st_mode & S_IFMT == S_IFDIR
      let isSame =
        isDirectory
        ? entry.map { $0.bytes == nil } == true
        : facts.st_nlink == 1 && entry != nil && placed[name]?.entry == entry
          && placed[name]?.stamp == Stamp(facts)
      if isSame {
        isThere.insert(name)
      } else if isDirectory {
        try #require(rmdir(path + "/" + name) == 0, "\(name)")
      } else {
        try #require(unlink(path + "/" + name) == 0, "\(name)")
      }
    }
    for (name, entry) in image.entries.sorted(by: { $0.key < $1.key })
    where !isThere.contains(name) {
      try place(entry, at: name)
    }
  }

  private func place(_ entry: HomeImage.Entry, at name: String) throws {
    let target = path + "/" + name
    guard let bytes = entry.bytes else {
      try #require(mkdir(target, entry.mode) == 0, "\(name)")
      return
    }
    if let twin = entry.twin {
      try #require(link(path + "/" + twin, target) == 0, "\(name)")
      return
    }
    let file = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    try #require(file >= 0, "\(name)")
    defer { close(file) }
    try #require(write(file, bytes, bytes.count) == bytes.count, "\(name)")
    var time = timespec()
    time.tv_sec = entry.seconds
    time.tv_nsec = entry.nanoseconds
    try #require(fchmod(file, entry.mode) == 0 && futimens(file, [time, time]) == 0, "\(name)")
    var facts = stat()
    try #require(fstat(file, &facts) == 0)
    placed[name] = (entry, Stamp(facts))
  }

  private func names() throws -> [(name: String, facts: stat)] {
    try FileManager.default.subpathsOfDirectory(atPath: path).map { name in
      var facts = stat()
      try #require(lstat(path + "/" + name, &facts) == 0, "\(name)")
      return (name, facts)
    }
  }
}
