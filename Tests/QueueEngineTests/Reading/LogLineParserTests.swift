import Testing

@testable import QueueEngine

@Suite struct LogLineParserTests {
  @Test(
    arguments: [
      ("✅ Synced: brain (ID: 3f2a91c0...)", LogLine.Kind.synced, "brain", "3f2a91c0"),
      ("  ⏳ Retry 2/5: brain", .retry, "brain", nil),
      (
        "📋 Moved to DLQ:  brain (ID: 3f2a91c0...) after 5 retries", .movedToDeadLetters, "brain",
        "3f2a91c0"
      ),
      ("✅ DLQ recovered: brain (ID: 3f2a91c0...) after 7 retries", .recovered, "brain", "3f2a91c0"),
      ("⏳ DLQ retry 3: brain (next in 240s)", .deadLetterRetry, "brain", nil),
      ("⏸️ Waiting backoff: brain (retry in 12s)", .waiting, "brain", nil),
      ("✨ Worker done: Queue: 3 pending Failed: 0 failed", .done, nil, nil),
      ("Could not acquire lock (timeout)", .refused, nil, nil),
      ("2025-11-30 04:38:18 - Could not acquire queue lock (timeout)", .refused, nil, nil),
      ("✨ Queue processed: 3", .done, nil, nil),
      ("❌ Failed (3x): brain → emergency", .gaveUp, "brain", nil),
      ("✅ Recovered: brain (ID: 3f2a91c0…)", .recovered, "brain", "3f2a91c0"),
      ("⏸️ Still failed: brain", .waiting, "brain", nil),
      ("⚠️ Upload failed: HTTP 502; Retry 2/5: later", .uploadFailed, nil, nil),
      ("❌ VPS unhealthy (HTTP 503)", .failed, nil, nil),
      ("❌ VPS health check failed: timed out", .failed, nil, nil),
      ("❌ Worker error: 'retries'", .failed, nil, nil),
      ("[04:38:18] ✅ VPS healthy (38 ms)", .other, nil, nil),
      ("📤 Processing queue: 3 pending", .other, nil, nil),
      ("🔄 Processing DLQ: 3 items", .other, nil, nil),
      ("flock: timeout while waiting to get lock", .refused, nil, nil),
      (
        "filelock._error.Timeout: The file lock '/q/mem0_queue.lock' could not be acquired.",
        .refused, nil, nil
      ),
      ("portalocker.exceptions.AlreadyLocked: [Errno 11]", .refused, nil, nil),
      ("Traceback (most recent call last):", .other, nil, nil),
      ("Retry without a colon", .other, nil, nil),
      ("Retry later: it is down", .other, nil, nil),
      ("Failed (badly): x", .other, nil, nil),
      ("✅ Synced: My Project (ID: 3f2a91c0...)", .synced, "My Project", "3f2a91c0"),
      ("Nov 30 04:38:18 host CRON[12]: Could not acquire lock (timeout)", .refused, nil, nil),
      ("2025-11-30 04:38:18,123 WARNING worker Could not acquire lock", .refused, nil, nil),
      // A memory may tell of a worker.
      (
        "2025-11-30 04:38:18 DEBUG memory=\"what does Could not acquire queue lock mean?\"", .other,
        nil, nil
      ),
      ("DEBUG what does Could not acquire lock (timeout) mean?", .other, nil, nil),
      (#"DEBUG body={"content":"❌ Worker error: x"}"#, .other, nil, nil),
    ] as [(String, LogLine.Kind, String?, String?)]
  )
  func knownLinesAreRecognised(text: String, kind: LogLine.Kind, project: String?, id: String?) {
    let line = LogLineParser.parse(Array(text.utf8))
    #expect(line.kind == kind)
    #expect(line.project == project)
    #expect(line.idPrefix == id)
  }

  @Test func aTimeStampBeforeTheLineIsRead() {
    let line = LogLineParser.parse(
      Array("[2025-11-30T04:38:18Z] ✅ Synced: p (ID: 0123abcd...)".utf8)
    )
    #expect(line.time == Timestamp(1_764_477_498))
    #expect(line.kind == .synced)
  }

  @Test func aHugeLineIsClipped() {
    let line = LogLineParser.parse([UInt8](repeating: UInt8(ascii: "x"), count: 100_000))
    #expect(line.text.utf8.count < 5000)
    #expect(line.text.hasSuffix("…"))
  }
}
