import QueueEngine
import Testing

@Suite("The queue file")
struct QueueDecoderTests {
  private func decode(_ text: String) throws(DecodingProblem) -> QueueContents {
    try QueueDecoder.decode(
      Array(text.utf8),
      file: "mem0_queue.json",
      now: Timestamp(1_800_000_000)
    )
  }

  private func item(_ id: String, _ project: String, _ time: String) -> String {
    #"{"id":"\#(id)","project_id":"\#(project)","content":"c","timestamp":\#(time)}"#
  }

  @Test("is counted by projects, most first, with the oldest time")
  func counts() throws {
    let items = [
      item("1", "b", "30"), item("2", "c", "20.5"), item("3", "c", "40"), item("4", "a", "50"),
    ]
    let contents = try decode(
      #"{"stats":{"total_queued":4},"queue":[\#(items.joined(separator: ","))],"failed":[7]}"#
    )
    #expect(contents.pending == 4)
    #expect(contents.oldest == Timestamp(20.5))
    #expect(
      contents.projects == [
        ProjectCount(project: "c", count: 2), ProjectCount(project: "a", count: 1),
        ProjectCount(project: "b", count: 1),
      ]
    )
    #expect(contents.flaggedCount == 0)
    #expect(contents.flagged == [])
    #expect(contents.remarks == [])
  }

  @Test("may be empty of items, which is not an empty file")
  func empty() throws {
    let contents = try decode(#"{"queue":[]}"#)
    #expect(contents.pending == 0)
    #expect(contents.oldest == nil)
    let error = #expect(throws: DecodingProblem.self) { try decode("") }
    #expect(error?.problem.byteOffset == 0)
  }

  @Test("without the list, or with something else in its place, is corrupt")
  func noList() {
    for (text, offset) in [(#"{"items":[]}"#, 12), (#"{"queue":{}}"#, 9), ("{}", 2)] {
      let error = #expect(throws: DecodingProblem.self) { try decode(text) }
      #expect(error?.problem.byteOffset == offset)
    }
  }

  @Test("has odd items flagged in the order of the file, with their offsets")
  func flags() throws {
    let items = [
      item("1", "p", "1"), "7", item("2", "p", "1900000000"), item("1", "p", "\"today\""),
      #"{"id":"3","project_id":"p","content":"c","retries":-1}"#,
    ]
    let contents = try decode(#"{"queue":[\#(items.joined(separator: ","))]}"#)
    #expect(contents.pending == 5)
    #expect(contents.oldest == Timestamp(1))
    #expect(contents.flaggedCount == 5)
    #expect(
      contents.flagged.map(\.flags) == [
        .duplicateID, .notAnObject, .futureTime, [.duplicateID, .badTime], .badRetryCount,
      ]
    )
    #expect(contents.flagged.map(\.byteOffset).first == 10)
    #expect(contents.flagged.map(\.id) == ["1", "", "2", "1", "3"])
  }

  @Test("names the first 100 odd items and counts all")
  func manyFlags() throws {
    let contents = try decode(
      #"{"queue":[\#(Array(repeating: "0", count: 250).joined(separator: ","))]}"#
    )
    #expect(contents.flaggedCount == 250)
    #expect(contents.flagged.count == 100)
    #expect(contents.flagged.last?.byteOffset == 10 + 99 * 2)
  }
}
