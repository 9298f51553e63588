internal import CLibrary

extension PathText {
  /// The path without symbolic links, as the disk has them now; `nil`, with `errno` set, where there is nothing.
  var resolved: String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// Whether another path leads to the same place; where nothing is there, the texts are compared.
  func isSamePlace(as other: PathText) -> Bool {
    ExactText(resolved ?? path) == ExactText(other.resolved ?? other.path)
  }

  /// Whether the path's last part is a symbolic link.
  var isLink: Bool {
    var facts = stat()
    return lstat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFLNK
  }

  /// Why the links that the path's last part leads through are not to be followed, in half a sentence;
  /// `nil` where there are none, or only ours, each in a directory of ours.
  ///
  /// Whoever can put a link in a file's place could have us write to any file that we may write.
  func distrustedLink(of owner: uid_t) -> String? {
    var place = path
    // As many links in a row the system would follow.
    for _ in 0..<40 {
      var (link, directory) = (stat(), stat())
      guard lstat(place, &link) == 0, link.st_mode & S_IFMT == S_IFLNK else { return nil }
      let parent = PathText(place).parent
      guard stat(parent, &directory) == 0 else { return nil }
      let shown = Scrubber.scrub(place)
      if link.st_uid != owner { return "\(shown) is a link of user \(link.st_uid)" }
      if directory.st_uid != owner {
        return "\(shown) is a link in a directory of user \(directory.st_uid)"
      }
      var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
      let count = readlink(place, &buffer, buffer.count)
      guard count > 0 else { return nil }
      let text = String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
      place = text.hasPrefix("/") ? text : parent + "/" + text
    }
    return nil
  }
}
