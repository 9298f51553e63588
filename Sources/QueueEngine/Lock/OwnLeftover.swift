/// Remembers the lock file that we left, empty, because somebody had it open.
///
/// It is ours as long as it is that very file and empty: the next of our commands that acts and finds
/// it closed takes it away, and it is never an orphan.
struct OwnLeftover: Sendable {
  private let note: StateNote

  init(directory: StateDirectory) {
    note = StateNote(directory: directory, name: "lock.own")
  }

  /// Which file it is; `nil` where there is none.
  func load() -> FileIdentity? {
    let words = (note.load() ?? "").split(separator: " ").map(String.init)
    guard words.count == 5, words[0] == "own", words[4] == "end\n", let device = UInt64(words[1]),
      let inode = UInt64(words[2]), let birth = Int64(words[3])
    else { return nil }
    return FileIdentity(device: device, inode: inode, birthNanoseconds: birth)
  }

  /// Remembers a file; one without a birth time cannot be told from the next with its number.
  func save(_ file: FileIdentity) throws(SystemError) {
    guard let birth = file.birthNanoseconds else { return }
    try note.save("own \(file.device) \(file.inode) \(birth) end\n")
  }

  /// Forgets it.
  func forget() { note.remove() }
}
