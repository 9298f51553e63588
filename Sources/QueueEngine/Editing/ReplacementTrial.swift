internal import CLibrary
internal import CPlatform

/// Finds out whether a file could take a new version, without giving it one.
///
/// Nothing is sent that cannot be acknowledged (docs/contract.md), so this is tried before a claim:
/// a file that is mounted by itself, immutable, somebody else's in a sticky directory, or without
/// room beside it, can be read and never replaced.
struct ReplacementTrial {
  /// A new version is larger than the old one by no more than this: 64 items change in one turn.
  private static let growth = 256 << 10

  private let list: ListFile
  private let name: String
  private let path: String
  private let directory: String
  private let file: platform_file_facts?

  /// Makes the trial of a list's file, links followed; one that is missing would be created.
  init(_ list: ListFile, settings: EngineSettings) {
    let given = settings.path(of: list.file)
    self.list = list
    name = PathText(given).shownName
    path = PathText(given).resolved ?? given
    directory = PathText(path).parent
    var facts = platform_file_facts()
    file = platform_stat(AT_FDCWD, path, &facts) == 0 ? facts : nil
  }

  /// What would be in the way whoever tried, as it can be seen; nothing is written.
  var visibleObstacle: ReplacementObstacle? { standingObstacle ?? closedToOwner ?? fullDisk }

  /// What is in the way of this process, by trying: a file beside it gets its owner, its mode and its
  /// room, and is removed.
  func obstacle() -> ReplacementObstacle? {
    let user = FileUser(ofFileAt: path)
    user.enter()
    defer { user.leave() }
    return standingObstacle ?? refusedRemoval ?? refusedDraft
  }

  /// Mounts, flags and names.
  private var standingObstacle: ReplacementObstacle? {
    var parent = platform_file_facts()
    guard platform_stat_target(directory, &parent) == 0 else { return nil }
    if parent.is_immutable || parent.is_append_only {
      return flagged(Scrubber.scrub(directory), parent)
    }
    guard let file else { return nil }
    if file.mode & UInt32(S_IFMT) != UInt32(S_IFREG) {
      return found(.links, "it is not a plain file; put one in its place")
    }
    if file.links > 1 {
      return found(
        .links,
        "it has \(file.links) names (hard links), and its new version would have one; copy it and move"
          + " the copy over it"
      )
    }
    if file.is_immutable || file.is_append_only { return flagged("it", file) }
    if file.mount != parent.mount {
      return found(
        .mount,
        "it is mounted by itself, and nothing can take the place of a mount; mount its directory"
          + " instead"
      )
    }
    return nil
  }

  /// That we may not write into its directory, where the file is ours: its worker is us.
  private var closedToOwner: ReplacementObstacle? {
    guard let file, file.owner == geteuid(), access(directory, W_OK | X_OK) != 0 else { return nil }
    return errno == EACCES || errno == EROFS ? closedDirectory(errno) : nil
  }

  private func flagged(_ what: String, _ facts: platform_file_facts) -> ReplacementObstacle {
    let (word, flag) = facts.is_immutable ? ("immutable", "-i") : ("append-only", "-a")
    var obstacle = found(.flag, "\(what) is \(word); undo that with \"chattr \(flag)\"")
    // While the flag stands nothing else can change the inode.
    if facts.is_immutable { obstacle.since = Timestamp(Double(facts.changed_ns) / 1e9) }
    return obstacle
  }

  /// Whether the name could be taken from the file.
  ///
  /// `rmdir` asks all that a rename over the file would ask of the directory and of the owners, and
  /// only then says that a file is no directory.
  private var refusedRemoval: ReplacementObstacle? {
    guard let file else { return nil }
    guard rmdir(path) != 0 else { return nil }
    switch errno {
    case EROFS: return found(.mount, "its file system is mounted read-only; mount it writable")
    case EACCES: return closedDirectory(EACCES)
    case EPERM:
      return found(
        .owner,
        "it belongs to user \(file.owner), and in a sticky directory only they may replace it; run"
          + " as that user"
      )
    default: return nil
    }
  }

  /// Whether a new version could be made beside the file.
  private var refusedDraft: ReplacementObstacle? {
    let draft = directory + "/" + FileReplacementDraft.uniqueName()
    let opened = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard opened >= 0 else {
      let code = errno
      return Self.isAboutRoom(code) ? noRoom(code) : closedDirectory(code)
    }
    defer {
      close(opened)
      unlink(draft)
    }
    if let file, let objection = refusedOwner(of: opened, file) { return objection }
    let size = Int(file?.size ?? 0) + Self.growth
    if NewFile.exceedsLimit(size) {
      return found(.disk, "a new version may be larger than this process may write (ulimit -f)")
    }
    let code = posix_fallocate(opened, 0, off_t(size))
    return Self.isAboutRoom(code) ? noRoom(code, for: size) : nil
  }

  private func refusedOwner(
    of draft: Int32,
    _ file: platform_file_facts
  ) -> ReplacementObstacle? {
    var (own, target) = (stat(), stat())
    guard fstat(draft, &own) == 0, lstat(path, &target) == 0 else { return nil }
    let isForeign = own.st_uid != target.st_uid || own.st_gid != target.st_gid
    guard isForeign, fchown(draft, target.st_uid, target.st_gid) != 0 else { return nil }
    if own.st_uid == target.st_uid {
      return found(
        .owner,
        "it belongs to group \(target.st_gid), of which user \(own.st_uid) is not a member, so a new"
          + " version would not; give it another group with \"chgrp\""
      )
    }
    return found(
      .owner,
      "it belongs to user \(target.st_uid) and group \(target.st_gid), to whom a new version cannot"
        + " be given; run as that user"
    )
  }

  /// Whether a full disk can be seen from outside.
  private var fullDisk: ReplacementObstacle? {
    var facts = statvfs()
    guard let file, statvfs(directory, &facts) == 0, facts.f_blocks > 0 else { return nil }
    let room = UInt64(facts.f_bavail) * UInt64(facts.f_frsize)
    return room < UInt64(max(file.size, 0)) + 4096 ? noRoom(ENOSPC) : nil
  }

  private static func isAboutRoom(_ code: Int32) -> Bool { code == ENOSPC || code == EDQUOT }

  /// `size` is what a new version may need, in bytes, where that was tried.
  private func noRoom(_ code: Int32, for size: Int? = nil) -> ReplacementObstacle {
    let need = size.map { ", which may need \(($0 + 1023) / 1024) KiB" } ?? ""
    return found(
      .disk,
      "there is no room for a new version\(need) in \(Scrubber.scrub(directory))"
        + " (\(String(cString: strerror(code)))); free some space"
    )
  }

  private func closedDirectory(_ code: Int32) -> ReplacementObstacle {
    found(
      code == EROFS ? .mount : .directory,
      "no file may be created in \(Scrubber.scrub(directory))"
        + " (\(String(cString: strerror(code)))); make it writable for this user"
    )
  }

  private func found(_ cause: ReplacementObstacle.Cause, _ reason: String) -> ReplacementObstacle {
    ReplacementObstacle(
      list: list,
      cause: cause,
      sentence: "\(name) cannot be replaced: \(reason); nothing of it is sent until then."
    )
  }
}
