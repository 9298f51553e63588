internal import CLibrary
internal import QueueEngine

/// A file for the textfile collector of Prometheus's node_exporter, replaced in one step.
struct Textfile {
  let path: String

  /// Takes a path; the collector reads only names that end in `.prom`.
  init(_ path: String) throws(CommandFailure) {
    guard path.hasSuffix(".prom"), !path.hasSuffix("/.prom") else {
      throw .refused(
        "--textfile takes a path that ends in .prom, because node_exporter reads no other;"
          + " not \(Scrubber.scrub(path))."
      )
    }
    self.path = path
  }

  /// Writes the text beside the file, where the collector does not look, and puts it into its place.
  ///
  /// It is readable by all: the collector runs as another user.
  func replace(with text: String) throws(CommandFailure) {
    let draft = "\(path).\(getpid()).new"
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure(errno) }
    var code = WholeWrite.write(Array(text.utf8), to: descriptor)
    if code == 0, fchmod(descriptor, 0o644) != 0 || fsync(descriptor) != 0 { code = errno }
    if close(descriptor) != 0, code == 0 { code = errno }
    if code == 0, rename(draft, path) != 0 { code = errno }
    guard code == 0 else {
      unlink(draft)
      throw failure(code)
    }
  }

  private func failure(_ code: Int32) -> CommandFailure {
    .system("\(Scrubber.scrub(path)) could not be written: \(String(cString: strerror(code))).")
  }
}
