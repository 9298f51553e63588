import QueueEngine
import Testing

@Suite("The metrics file")
struct MetricsDecoderTests {
  private func decode(_ text: String) throws(DecodingProblem) -> Metrics {
    try MetricsDecoder.decode(Array(text.utf8), file: "mem0_metrics.json")
  }

  @Test("is read whole")
  func whole() throws {
    let metrics = try decode(
      #"{"vps_status":"down","queue_size":36,"dlq_size":12,"total_synced":103,"total_queued":140,"x":[1],"last_update":"2025-11-30T04:38:18Z"}"#
    )
    #expect(metrics.vpsStatus == "down")
    #expect(metrics.queueSize == 36)
    #expect(metrics.deadLetterSize == 12)
    #expect(metrics.totalSynced == 103)
    #expect(metrics.totalQueued == 140)
    #expect(metrics.lastUpdate == Timestamp(1_764_477_498))
  }

  @Test("may lack anything, and what has the wrong type is absent")
  func partial() throws {
    #expect(try decode("{}") == Metrics())
    let metrics = try decode(
      #"{"vps_status":5,"queue_size":"36","dlq_size":1e400,"total_synced":2.5,"last_update":"soon"}"#
    )
    #expect(metrics == Metrics())
    #expect(try decode(#"{"last_update":12.5}"#).lastUpdate == Timestamp(12.5))
    #expect(try decode(#"{"last_update":NaN}"#).lastUpdate == nil)
    #expect(try decode(#"{"vps_status":"up\u001b"}"#).vpsStatus == "up\u{241B}")
  }

  @Test(
    "that does not parse says where",
    arguments: [("", 0), ("[1", 0), (#"{"queue_size":}"#, 14)]
  )
  func corrupt(_ text: String, offset: Int) {
    let error = #expect(throws: DecodingProblem.self) { try decode(text) }
    #expect(error?.problem.byteOffset == offset)
    #expect(
      error?.description.hasPrefix("mem0_metrics.json does not parse at byte \(offset): ") == true
    )
    #expect(error?.description.hasSuffix("a worker writes a new one once it is removed") == true)
  }
}
