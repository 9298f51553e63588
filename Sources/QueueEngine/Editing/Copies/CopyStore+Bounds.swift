extension CopyStore {
  /// How many bytes the copies take beyond their bound, because the last good ones stay.
  func excess() throws(SystemError) -> Int {
    var bytes = 0
    for copy in try copies() { bytes += try size(of: copy) }
    return max(bytes - Self.mostBytes, 0)
  }

  /// Removes the oldest copies beyond the bound, but never the last good one of a file.
  ///
  /// The newest counts as good without being read. Bytes that do not parse may hold what is in no other
  /// place: they go last, and only for the sake of others like them.
  func prune() throws(SystemError) {
    var kept = try copies()
    guard let newest = kept.popLast() else { return }
    var bytes = [false: 0, true: 0]
    var counts = [newest.isBroken: 1]
    bytes[newest.isBroken] = try size(of: newest)
    var safe: Set<ListFile> = newest.isBroken ? [] : [newest.list]
    var spare: Set<Copy> = []
    for copy in kept.reversed() {
      bytes[copy.isBroken, default: 0] += try size(of: copy)
      counts[copy.isBroken, default: 0] += 1
      if bytes[copy.isBroken, default: 0] > Self.mostBytes
        || counts[copy.isBroken, default: 0] > Self.mostCopies
      {
        spare.insert(copy)
      }
    }
    guard !spare.isEmpty else { return }
    for copy in kept.reversed() {
      if !copy.isBroken, !safe.contains(copy.list), try isGood(copy) {
        safe.insert(copy.list)
      } else if spare.contains(copy) {
        try remove(copy)
      }
    }
  }

  private func isGood(_ copy: Copy) throws(SystemError) -> Bool {
    if copy.isBroken { return false }
    return try bytes(of: copy) != nil
  }

  private func size(of copy: Copy) throws(SystemError) -> Int {
    try FileStamp.at(path(of: copy)).size
  }
}
