import CLibrary
import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// The file is whole at every moment, and what it was stays: its place, its owner, its mode.
@Suite("File replacement")
struct FileReplacementTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    try directory.write("old", to: "f.json")
  }

  /// Replaces a file by a text, whatever it held.
  private func replace(_ name: String = "f.json", by text: String) throws(FileReplacementError) {
    try FileReplacement.replace(
      path: directory.path(name),
      transform: { _ in FileReplacement.Content(bytes: Array(text.utf8), report: ()) },
      reparse: { bytes, _ in bytes == Array(text.utf8) }
    )
  }

  private func text(_ name: String = "f.json") throws -> String {
    try String(contentsOfFile: directory.path(name), encoding: .utf8)
  }

  private func names() throws -> Set<String> {
    try Set(FileManager.default.contentsOfDirectory(atPath: directory.path))
  }

  private func inode(_ name: String = "f.json") throws -> UInt64 {
    try FileStamp.at(directory.path(name)).inode
  }

  @Test func theNewContentIsANewFileUnderTheOldName() throws {
    let before = try inode()
    try replace(by: "new")
    #expect(try text() == "new")
    #expect(try inode() != before)
    #expect(try names() == ["f.json"])
  }

  @Test(arguments: [0o644, 0o600, 0o640, 0o666, 0o444] as [mode_t])
  func theModeStays(_ mode: mode_t) throws {
    try #require(chmod(directory.path("f.json"), mode) == 0)
    try replace(by: "new")
    #expect(mode_t(try FileStamp.at(directory.path("f.json")).mode) & 0o7777 == mode)
    #expect(try text() == "new")
  }

  @Test("the owner and the group stay", .enabled(if: geteuid() == 0))
  func theOwnerStays() throws {
    try #require(chmod(directory.path("f.json"), 0o4644) == 0)
    try #require(chown(directory.path("f.json"), 65534, 65533) == 0)
    try #require(chmod(directory.path("f.json"), 0o644) == 0)
    try replace(by: "new")
    var status = stat()
    try #require(lstat(directory.path("f.json"), &status) == 0)
    #expect(status.st_uid == 65534)
    #expect(status.st_gid == 65533)
    #expect(status.st_mode & 0o7777 == 0o644)
  }

  /// Bad input 64.
  @Test("64: a chain of links stays, and the file behind it is replaced in its own directory")
  func linksStay() throws {
    let files = FileManager.default
    try files.createDirectory(atPath: directory.path("real"), withIntermediateDirectories: false)
    try directory.write("old", to: "real/target.json")
    try files.createSymbolicLink(
      atPath: directory.path("real/second"),
      withDestinationPath: "target.json"
    )
    try files.createSymbolicLink(
      atPath: directory.path("first"),
      withDestinationPath: "real/second"
    )
    try replace("first", by: "new")
    #expect(try text("real/target.json") == "new")
    #expect(try files.destinationOfSymbolicLink(atPath: directory.path("first")) == "real/second")
    #expect(
      try files.destinationOfSymbolicLink(atPath: directory.path("real/second")) == "target.json"
    )
    #expect(try names() == ["f.json", "first", "real"])
  }

  @Test func whatNeedsNoChangeIsNotWritten() throws {
    let before = try FileStamp.at(directory.path("f.json"))
    let report = try FileReplacement.replace(
      path: directory.path("f.json"),
      transform: { bytes in FileReplacement.Content(bytes: nil, report: bytes.count) },
      reparse: { _, _ in false }
    )
    #expect(report == 3)
    #expect(try FileStamp.at(directory.path("f.json")) == before)
  }

  @Test("a torn file is waited for, and an empty one is never a change")
  func aTornFileIsWaitedFor() throws {
    try directory.write("", to: "f.json")
    var readings = 0
    try FileReplacement.replace(
      path: directory.path("f.json"),
      transform: { bytes throws(DecodingProblem) in
        readings += 1
        if readings == 4 { write("whole") }
        guard bytes == Array("whole".utf8) else { throw Self.torn }
        return FileReplacement.Content(bytes: bytes + [UInt8(ascii: "!")], report: ())
      },
      reparse: { _, _ in true }
    )
    #expect(readings == 5)
    #expect(try text() == "whole!")
  }

  @Test("a file that changes meanwhile is taken anew, so that no update is lost")
  func aChangedFileIsTakenAnew() throws {
    var rounds = 0
    try FileReplacement.replace(
      path: directory.path("f.json"),
      transform: { bytes in FileReplacement.Content(bytes: bytes + Array(" ours".utf8), report: ())
      },
      reparse: { _, _ in
        rounds += 1
        if rounds <= 2 { write("theirs \(rounds)") }
        return true
      }
    )
    #expect(rounds == 3)
    #expect(try text() == "theirs 2 ours")
    #expect(try names() == ["f.json"])
  }

  @Test("a file that keeps changing is left to the program that changes it")
  func aFileThatKeepsChangingIsRefused() throws {
    var rounds = 0
    let error = #expect(throws: FileReplacementError.self) {
      try FileReplacement.replace(
        path: directory.path("f.json"),
        transform: { _ in FileReplacement.Content(bytes: [1], report: ()) },
        reparse: { _, _ in
          rounds += 1
          write("\(rounds)")
          return true
        }
      )
    }
    #expect(error == .keepsChanging(file: "f.json"))
    #expect(rounds == 5)
    #expect(try text() == "5")
    #expect(try names() == ["f.json"])
  }

  @Test("a change of mode or a link that leads elsewhere is a change too")
  func otherChangesCount() throws {
    try directory.write("elsewhere", to: "g.json")
    let link = directory.path("link")
    try #require(symlink("f.json", link) == 0)
    var rounds = 0
    try FileReplacement.replace(
      path: link,
      transform: { bytes in FileReplacement.Content(bytes: bytes + Array("!".utf8), report: ()) },
      reparse: { _, _ in
        rounds += 1
        if rounds == 1 { chmod(directory.path("f.json"), 0o640) }
        if rounds == 2 {
          unlink(link)
          symlink("g.json", link)
        }
        return true
      }
    )
    #expect(rounds == 3)
    #expect(try text("f.json") == "old")
    #expect(try text("g.json") == "elsewhere!")
  }

  @Test func aNewVersionThatIsNotWhatWasMeantIsNotWritten() throws {
    let before = try FileStamp.at(directory.path("f.json"))
    let error = #expect(throws: FileReplacementError.self) {
      try FileReplacement.replace(
        path: directory.path("f.json"),
        transform: { _ in FileReplacement.Content(bytes: [], report: ()) },
        reparse: { _, _ in false }
      )
    }
    #expect(error == .spoiled(file: "f.json"))
    #expect(try FileStamp.at(directory.path("f.json")) == before)
  }

  @Test func whatIsNotThereOrNoFileIsRefused() throws {
    #expect(throws: FileReplacementError.missing(file: "none")) { try replace("none", by: "x") }
    try #require(symlink("none", directory.path("dangling")) == 0)
    let problem =
      "dangling is a link to none, where there is nothing; mount or make that, or remove"
      + " the link"
    #expect(throws: FileReplacementError.dangling(problem: problem)) {
      try replace("dangling", by: "x")
    }
    try #require(mkdir(directory.path("d"), 0o700) == 0)
    let error = #expect(throws: FileReplacementError.self) { try replace("d", by: "x") }
    #expect(error?.description.contains("Is a directory") == true)
    try #require(mkfifo(directory.path("fifo"), 0o600) == 0)
    #expect(throws: FileReplacementError.self) { try replace("fifo", by: "x") }
    #expect(try names() == ["f.json", "dangling", "d", "fifo"])
  }

  private func write(_ text: String) {
    let descriptor = open(directory.path("f.json"), O_WRONLY | O_TRUNC)
    #expect(Glibc.write(descriptor, text, text.utf8.count) == text.utf8.count)
    close(descriptor)
  }

  private static let torn = DecodingProblem(
    file: "f.json",
    offset: 0,
    fault: "torn",
    remedy: "waits"
  )
}
