import CLibrary
import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// What the system refuses leaves the file as it was, no draft behind, and a sentence.
///
/// Root may write anywhere, so each runs as an ordinary user, on a thread of its own.
@Suite("File replacement is refused", .enabled(if: geteuid() == 0, "only root can become others"))
struct FileReplacementRefusalTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    try directory.write("old", to: "f.json")
  }

  private var path: String { directory.path("f.json") }

  private func fingerprint(_ path: String) throws -> [AnyHashable] {
    [try FileStamp.at(path), try Data(contentsOf: URL(filePath: path))]
  }

  private func names(in path: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path)
  }

  /// The sentence with which the replacement fails for an ordinary user; empty if it succeeds.
  private func refusal(at path: String, size: Int) throws -> String {
    try OrdinaryUser.run {
      do throws(FileReplacementError) {
        try FileReplacement.replace(
          path: path,
          transform: { _ in
            FileReplacement.Content(bytes: [UInt8](repeating: 65, count: size), report: ())
          },
          reparse: { _, _ in true }
        )
        return ""
      } catch {
        return error.description
      }
    }
  }

  private func own(_ path: String, mode: mode_t) throws {
    try #require(chown(path, OrdinaryUser.id, OrdinaryUser.id) == 0)
    try #require(chmod(path, mode) == 0)
  }

  @Test("an ordinary user may change what is theirs: the other tests here fail for a reason")
  func ownFile() throws {
    try own(directory.path, mode: 0o755)
    try own(path, mode: 0o600)
    #expect(try refusal(at: path, size: 5) == "")
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "AAAAA")
  }

  /// Bad input 61.
  @Test("61: a directory in which nothing may be created")
  func readOnlyDirectory() throws {
    try own(path, mode: 0o644)
    try own(directory.path, mode: 0o555)
    let before = try fingerprint(path)
    #expect(
      try refusal(at: path, size: 5)
        == "f.json was not changed: no file may be created in \(directory.path)"
        + " (Permission denied); make that directory writable for this user."
    )
    #expect(try fingerprint(path) == before)
    #expect(try names(in: directory.path) == ["f.json"])
  }

  /// Bad input 62.
  @Test("62: a disk that is full")
  func fullDisk() throws {
    let disk = directory.path("disk")
    try #require(mkdir(disk, 0o755) == 0)
    guard mount("tmpfs", disk, "tmpfs", 0, "size=256k,mode=0777") == 0 else {
      print(
        "skipped 62: this system does not let us mount a tmpfs (\(String(cString: strerror(errno))))"
      )
      return
    }
    defer { umount2(disk, Int32(MNT_DETACH)) }
    try directory.write([UInt8](repeating: 66, count: 150_000), to: "disk/f.json")
    try own(disk + "/f.json", mode: 0o600)
    let before = try fingerprint(disk + "/f.json")
    #expect(
      try refusal(at: disk + "/f.json", size: 150_000)
        == "f.json was not changed: there is no room for its new version in \(disk)"
        + " (No space left on device); free some space and try again."
    )
    #expect(try fingerprint(disk + "/f.json") == before)
    #expect(try names(in: disk) == ["f.json"])
  }

  @Test("a file of another user, to whom the new version cannot be given")
  func foreignOwner() throws {
    try own(directory.path, mode: 0o755)
    try #require(chmod(path, 0o644) == 0)
    let before = try fingerprint(path)
    #expect(
      try refusal(at: path, size: 5)
        == "f.json was not changed: it belongs to another user or group, and its new version would"
        + " not (Operation not permitted); run mem0top as that user, or give the file a group of your own"
        + " with \"chgrp\"."
    )
    #expect(try fingerprint(path) == before)
    #expect(try names(in: directory.path) == ["f.json"])
  }

  @Test("a file that may not be read")
  func unreadable() throws {
    try own(directory.path, mode: 0o755)
    try #require(chmod(path, 0o600) == 0)
    #expect(
      try refusal(at: path, size: 5)
        == "f.json was not changed: Cannot open \(path): Permission denied."
    )
  }
}
