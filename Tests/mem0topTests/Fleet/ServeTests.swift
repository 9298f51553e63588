import Foundation
import TestSupport
import Testing

/// The far half of a link: what it tells, what it does, and what it leaves alone.
@Suite struct ServeTests {
  private static let item =
    #"{"id":"aaaaaaaa-1","project_id":"p","content":"x","retry_count":7,"last_attempt":1700000000,"moved_to_dlq_at":1700000000}"#

  private static func stage() throws -> (TemporaryDirectory, WatchedDirectory) {
    let home = try TemporaryDirectory()
    let directory = try WatchedDirectory(in: home)
    try directory.write(#"{"queue":[]}"#, to: WatchedDirectory.queue)
    try directory.write(#"{"items":[\#(item)]}"#, to: WatchedDirectory.deadLetters)
    return (home, directory)
  }

  @Test func itSaysWhoIsThereThenWhatIsSeenAndEndsWithItsInput() throws {
    let (home, directory) = try Self.stage()
    let far = try RemoteSide(home: home)
    let hello = try #require(try far.next())
    #expect(hello["is"] as? String == "hello")
    #expect(hello["directory"] as? String == directory.path)
    #expect(hello["allowsActions"] as? Bool == false)
    #expect((hello["protocol"] as? [String: Int])?["major"] == 1)
    let first = try far.next("snapshot")
    #expect((first["letters"] as? [String: Any])?["count"] as? Int == 1)
    try directory.write(
      #"{"queue":[{"id":"b","project_id":"p","content":"y"}]}"#,
      to: WatchedDirectory.queue
    )
    let second = try far.next("snapshot")
    #expect(
      ((second["queue"] as? [String: Any])?["content"] as? [String: Any])?["pending"] as? Int == 1
    )
    #expect(second["metrics"] == nil)
    #expect(far.finish() == 0)
  }

  /// Who asks nothing, as `serve --stdio < /dev/null > FILE`, gets one whole snapshot.
  @Test func withoutInputItTellsOnce() async throws {
    let (home, _) = try Self.stage()
    let outcome = try await Program(home: home).run(
      after: "exec < /dev/null",
      ["serve", "--stdio"]
    )
    #expect(outcome.status == 0)
    let kinds = outcome.output.split(separator: "\n").map { $0.prefix { $0 != "," } }
    #expect(kinds.first == #"{"is":"hello""# && kinds.contains(#"{"is":"snapshot""#), "\(outcome)")
  }

  /// That the worker ran well would be told of one that had nowhere to send to.
  @Test func withoutAServerNoWorkerRuns() throws {
    let (home, _) = try Self.stage()
    let far = try RemoteSide(home: home, arguments: ["--allow-actions"])
    far.send(#"{"ask":"run_worker"}"#)
    let answer = try far.next("worker_not_started")
    #expect("\(answer)".contains("No server is set there"))
    #expect(far.finish() == 0)
  }

  @Test func itWritesNothingInTheDirectory() throws {
    let (home, directory) = try Self.stage()
    let names = { try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted() }
    let before = try names()
    let far = try RemoteSide(home: home)
    _ = try far.next("snapshot")
    far.send(#"{"ask":"whole"}"#)
    _ = try far.next("items")
    #expect(far.finish() == 0)
    #expect(try names() == before)
  }

  @Test func allIsToldWhereItIsAskedFor() throws {
    let (home, _) = try Self.stage()
    let far = try RemoteSide(home: home)
    far.send(#"{"ask":"whole"}"#)
    let items = try #require(try far.next("items")["items"] as? [[String: Any]])
    let key = try #require(items.first?["key"] as? [String: Any])
    #expect(key["id"] as? String == "aaaaaaaa-1")
    far.send(#"{"ask":"item","key":{"id":"aaaaaaaa-1","occurrence":0}}"#)
    let detail = try #require(try far.next("item")["detail"] as? [String: Any])
    #expect(detail["content"] as? [String] == ["x"])
    far.send("nonsense")
    #expect(try far.next("refused")["text"] as? String != nil)
    far.send(#"{"ask":"something new"}"#)
    #expect(far.finish() == 0)
  }

  @Test func withoutLeaveNothingIsChanged() throws {
    let (home, directory) = try Self.stage()
    let far = try RemoteSide(home: home)
    far.send(
      #"{"ask":"act","id":"1","action":"retry","keys":[{"id":"aaaaaaaa-1","occurrence":0}]}"#
    )
    let refusal = try far.next("ended")["refused"] as? String
    #expect(refusal?.contains("is only looked at") == true)
    far.send(#"{"ask":"run_worker"}"#)
    _ = try far.next("worker_not_started")
    #expect(far.finish() == 0)
    #expect(try directory.text(of: WatchedDirectory.deadLetters).contains("1700000000,"))
  }

  @Test func anActionIsDoneOnceAndItsIdTellsOfIt() throws {
    let (home, directory) = try Self.stage()
    let act =
      #"{"ask":"act","id":"7-a","action":"retry","keys":[{"id":"aaaaaaaa-1","occurrence":0}]}"#
    var far = try RemoteSide(home: home, arguments: ["--allow-actions"])
    #expect(try far.next("hello")["allowsActions"] as? Bool == true)
    far.send(act)
    let done = try #require(try far.next("ended")["done"] as? [String: Any])
    #expect(done["changed"] as? Int == 1)
    #expect(far.finish() == 0)
    try directory.write(#"{"items":[\#(Self.item)]}"#, to: WatchedDirectory.deadLetters)
    far = try RemoteSide(home: home, arguments: ["--allow-actions"])
    far.send(act)
    #expect((try far.next("ended")["done"] as? [String: Any])?["changed"] as? Int == 1)
    #expect(
      try directory.text(of: WatchedDirectory.deadLetters).contains(#""last_attempt":1700000000"#)
    )
    far.send(#"{"ask":"outcome","id":"8-b"}"#)
    #expect(try far.next("ended")["notDone"] as? Bool == true)
    // What was withdrawn does not begin later.
    far.send(act.replacingOccurrences(of: "7-a", with: "8-b"))
    #expect(try far.next("ended")["notDone"] as? Bool == true)
    #expect(far.finish() == 0)
    #expect(
      try directory.text(of: WatchedDirectory.deadLetters).contains(#""last_attempt":1700000000"#)
    )
  }

  @Test func readOnlyMachinesTakeNoActions() throws {
    let (home, _) = try Self.stage()
    let far = try RemoteSide(
      home: home,
      arguments: ["--allow-actions"],
      environment: ["MEM0TOP_UI_READ_ONLY": "true"]
    )
    #expect(try far.next("hello")["allowsActions"] as? Bool == false)
    #expect(far.finish() == 0)
  }

  @Test func itWantsToBeToldHowToSpeak() async throws {
    let program = try Program()
    let outcome = try await program.run("serve")
    #expect(outcome.status == 64)
    #expect(outcome.complaint.contains("--stdio"))
  }

  /// The far program is killed at any moment of a drop; whoever asks again learns what became of it.
  @Test(.tags(.slow), arguments: 0..<24)
  func aLinkThatIsCutInTheMiddleTellsTheTruthLater(round: Int) async throws {
    let (home, directory) = try Self.stage()
    let far = try RemoteSide(home: home, arguments: ["--allow-actions"])
    _ = try far.next("snapshot")
    let key = #"{"id":"aaaaaaaa-1","occurrence":0}"#
    far.send(#"{"ask":"act","id":"1-c","action":"drop","keys":[\#(key)]}"#)
    try await Task.sleep(for: .milliseconds(Double(round) * 1.5))
    far.kill()
    let again = try RemoteSide(home: home, arguments: ["--allow-actions"])
    again.send(#"{"ask":"outcome","id":"1-c"}"#)
    let answer = try again.next("ended")
    let isGone = try !directory.text(of: WatchedDirectory.deadLetters).contains("aaaaaaaa-1")
    if isGone {
      #expect(answer["done"] != nil, "round \(round): it was done, and told is \(answer)")
    } else {
      #expect(
        answer["notDone"] as? Bool == true,
        "round \(round): nothing was done, and told is \(answer)"
      )
    }
    again.send(#"{"ask":"act","id":"1-c","action":"drop","keys":[\#(key)]}"#)
    _ = try again.next("ended")
    #expect(try directory.text(of: WatchedDirectory.deadLetters).contains("aaaaaaaa-1") == !isGone)
    #expect(again.finish() == 0)
  }
}
