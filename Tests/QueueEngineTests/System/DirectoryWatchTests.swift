import Foundation
import TestSupport
import Testing

@testable import QueueEngine

#if os(Linux)
@Suite struct DirectoryWatchTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    try directory.write("a", to: "f")
  }

  private func isToldOf(_ change: () throws -> Void) throws -> Bool {
    let watch = DirectoryWatch([directory.path])
    let descriptor = try #require(watch.descriptor)
    try change()
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    let isReadable = poll(&entry, 1, 2000) == 1
    #expect(watch.drain() == (isReadable ? .change : []))
    return isReadable
  }

  @Test func aWriteIsTold() throws {
    #expect(try isToldOf { try directory.append("b", to: "f") })
  }

  @Test func aRenameIsTold() throws {
    let files = FileManager.default
    let isTold = try isToldOf {
      try files.moveItem(atPath: directory.path("f"), toPath: directory.path("g"))
    }
    #expect(isTold)
  }

  @Test func aRemovalIsTold() throws {
    #expect(try isToldOf { try FileManager.default.removeItem(atPath: directory.path("f")) })
  }

  @Test func anOpeningIsToldThoughNothingChanges() throws {
    let watch = DirectoryWatch([directory.path], openingsOf: directory.path("f"))
    #expect(watch.tellsOpenings)
    #expect(watch.drain().isEmpty)
    _ = try Data(contentsOf: URL(fileURLWithPath: directory.path("f")))
    #expect(watch.drain() == .opening)
  }

  @Test func theOpeningsOfAFileThatCameLaterAreTold() throws {
    let watch = DirectoryWatch([directory.path], openingsOf: directory.path("later"))
    #expect(watch.tellsOpenings)
    try directory.write("x", to: "later")
    #expect(watch.drain() == .change)
    watch.renew()
    _ = try Data(contentsOf: URL(fileURLWithPath: directory.path("later")))
    #expect(watch.drain() == .opening)
  }

  @Test func whereOpeningsCannotBeToldItSaysSo() throws {
    let watch = DirectoryWatch([directory.path], openingsOf: directory.path("f/nothing"))
    #expect(!watch.tellsOpenings)
  }

  @Test func aDirectoryThatAppearsIsWatchedFromThenOn() throws {
    let watch = DirectoryWatch([directory.path("later")])
    try FileManager.default.createDirectory(
      atPath: directory.path("later"),
      withIntermediateDirectories: false
    )
    watch.renew()
    #expect(watch.drain().isEmpty)
    try directory.write("x", to: "later/f")
    #expect(watch.drain() == .change)
  }
}
#endif
