internal import CLibrary

/// Two settings that lead to the same file, by whatever way: links, spellings, hard links, mounts.
///
/// A lock that is a data file would be emptied when it is given back, and a log that is one would be
/// written behind. So this is an error of the configuration, and is asked again at the moment of acting.
package enum FileConflict {
  /// A file as the system tells it from others, or, where there is none yet, its directory and name.
  private struct Place: Hashable {
    let device: dev_t
    let inode: ino_t
    let name: String
  }

  /// What is wrong and what to do, one sentence; `nil` where each setting has a file of its own.
  package static func problem(in settings: EngineSettings) -> String? {
    var known: [(setting: String, place: Place)] = []
    var reserved = settings.reservedFiles
    reserved["mem0top's own guard"] = settings.directory + "/" + DirectoryGuard.fileName
    for (what, path) in reserved.sorted(by: { $0.key < $1.key }) {
      if let place = place(of: path) { known.append((what, place)) }
    }
    for (setting, file) in FileNames.all {
      let path = settings.path(of: file)
      if isOurs(PathText(path), settings) {
        return
          "\(setting) is \(Scrubber.scrub(PathText(path).shownName)), a name that mem0top gives"
          + " to files of its own; choose another."
      }
      guard let place = place(of: path) else { continue }
      if let other = known.first(where: { $0.place == place }) {
        return "\(other.setting) and \(setting) lead to the same file, \(Scrubber.scrub(path));"
          + " give each a file of its own."
      }
      known.append((setting, place))
    }
    return nil
  }

  /// Refuses to act where two settings lead to one file by now.
  package static func refuse(_ settings: EngineSettings) throws(ActionError) {
    if let problem = problem(in: settings) {
      throw .refused(problem + " Nothing was changed.", evidence: [])
    }
  }

  /// Whether a path has a name that is ours to give: of a draft, or of an emergency file that was taken.
  private static func isOurs(_ path: PathText, _ settings: EngineSettings) -> Bool {
    let emergency = PathText(settings.path(of: \.emergency)).name
    return path.name.hasPrefix(FileReplacementDraft.namePrefix)
      || ["taken", "kept"].contains { path.name.hasPrefix("\(emergency).\($0)-") }
  }

  /// Where a path leads; `nil` where that is no plain file: what is written to a device is nobody's.
  private static func place(of path: String) -> Place? {
    var facts = stat()
    if stat(path, &facts) == 0 {
      return facts.st_mode & S_IFMT == S_IFREG
        ? Place(device: facts.st_dev, inode: facts.st_ino, name: "") : nil
    }
    let parent = PathText(path).parent
    guard stat(parent.isEmpty ? "/" : parent, &facts) == 0 else { return nil }
    return Place(device: facts.st_dev, inode: facts.st_ino, name: String(PathText(path).name))
  }
}
