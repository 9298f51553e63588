internal import CLibrary

/// Why a file was not changed; `unsynced` and `overwritten` are about a change that was made.
package enum FileReplacementError: Error, Hashable, Sendable, CustomStringConvertible {
  /// There is no such file.
  case missing(file: String)
  /// The name is a symbolic link that leads to nothing.
  case dangling(problem: String)
  /// It does not parse, and did not for a second.
  case corrupt(DecodingProblem)
  /// The name is a symbolic link that is not ours, or lies in a directory that is not.
  case distrusted(file: String, link: String)
  /// Another program has it locked, or open for writing, and did not let go in time.
  case inUse(file: String, who: String, use: String)
  /// The person no longer waits for who uses it.
  case cancelled(String)
  /// Each time that the new version was ready, the file had changed again.
  case keepsChanging(file: String)
  /// The new version is not what was meant, by our own reading of it: a mistake of ours.
  case spoiled(file: String)
  /// No file may be created beside it.
  case readOnlyDirectory(file: String, directory: String, reason: String)
  /// The disk is full, or this user's share of it.
  case noSpace(file: String, directory: String, reason: String)
  /// The new version is larger than this process may write.
  case fileSizeLimit(file: String, needed: Int)
  /// It belongs to somebody else, and the new version cannot be given to them.
  case foreignOwner(file: String, reason: String)
  /// It has several names, which its new version would part.
  case hardLinked(file: String, names: Int)
  /// What is needed to take the change back could not be written down first.
  case unrecorded(file: String, SystemError)
  /// The system refused something else.
  case failed(file: String, SystemError)
  /// The new version is in place, but may not survive a crash of the machine.
  case unsynced(file: String, reason: String)
  /// The new version was in place, and another program replaced it at once.
  case overwritten(file: String)

  /// The error for a system call that failed.
  init(_ error: SystemError, file: String) {
    switch error.code {
    case ENOENT, ENOTDIR: self = .missing(file: file)
    case ENOSPC, EDQUOT:
      self = .noSpace(file: file, directory: Scrubber.scrub(error.path), reason: error.reason)
    default: self = .failed(file: file, error)
    }
  }

  /// The error for a new version that could not even be created.
  init(creating error: SystemError, file: String) {
    switch error.code {
    case EACCES, EPERM, EROFS:
      self = .readOnlyDirectory(
        file: file,
        directory: Scrubber.scrub(error.path),
        reason: error.reason
      )
    default: self.init(error, file: file)
    }
  }

  /// Whether the file is as it was because that is right, rather than because the system failed us.
  package var isRefusal: Bool {
    switch self {
    case .missing, .dangling, .corrupt, .distrusted, .inUse, .cancelled, .keepsChanging,
      .foreignOwner, .hardLinked:
      true
    default: false
    }
  }

  /// What happened, where, and what to do.
  package var description: String {
    switch self {
    case .missing(let file):
      "There is no \(file), so there is nothing to change."
    case .dangling(let problem):
      "\(problem)."
    case .corrupt(let problem):
      "\(problem)."
    case .distrusted(let file, let link):
      "\(file) was not changed: \(link), and only your own links in your own directories are followed;"
        + " name the file itself in the configuration."
    case .inUse(let file, let who, let use):
      "\(file) was not changed: \(who) \(use); wait for it, or end it, and try again."
    case .cancelled(let sentence):
      sentence
    case .keepsChanging(let file):
      "\(file) was not changed: another program, which does not respect the lock, rewrote it each"
        + " time; find that program and try again."
    case .spoiled(let file):
      "\(file) was not changed: its new version would not have been as intended, which is"
        + " a bug in mem0top; please report it."
    case .readOnlyDirectory(let file, let directory, let reason):
      "\(file) was not changed: no file may be created in \(directory) (\(reason)); make that"
        + " directory writable for this user."
    case .noSpace(let file, let directory, let reason):
      "\(file) was not changed: there is no room for its new version in \(directory) (\(reason));"
        + " free some space and try again."
    case .fileSizeLimit(let file, let needed):
      "\(file) was not changed: its new version has \(needed) bytes, more than this process may"
        + " write; raise the limit with \"ulimit -f\"."
    case .foreignOwner(let file, let reason):
      "\(file) was not changed: it belongs to another user or group, and its new version would not"
        + " (\(reason)); run mem0top as that user, or give the file a group of your own with \"chgrp\"."
    case .hardLinked(let file, let names):
      "\(file) was not changed: it has \(names) names (hard links), and its new version would have"
        + " one; copy it, move the copy over it, and try again."
    case .unrecorded(let file, let error):
      "\(file) was not changed: what an undo would need could not be kept (\(error)); free"
        + " some space, or make mem0top's state directory writable."
    case .failed(let file, let error):
      "\(file) was not changed: \(error)."
    case .unsynced(let file, let reason):
      "\(file) was changed, but its directory could not be synced (\(reason)); a crash of the"
        + " machine may still undo the change."
    case .overwritten(let file):
      "\(file) was changed, but another program, which does not respect the lock, replaced it at"
        + " once; check whether the change is still there."
    }
  }
}
