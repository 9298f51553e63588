import QueueEngine
import Testing

/// Causes that differ only in which one it was are one cause.
@Suite struct CausePatternTests {
  @Test(arguments: [
    ("HTTP 502", "HTTP 502"), ("HTTP 422 invalid user_id", "HTTP 422 invalid user_id"),
    ("422 invalid user_id", "422 invalid user_id"), ("timeout after 30 s", "timeout after ‹n› s"),
    ("timeout after 30s", "timeout after ‹n›s"),
    ("HTTP 502 from 127.0.0.1:8081", "HTTP 502 from ‹host›"),
    ("dns: no address found for vps.example", "dns: no address found for ‹host›"),
    ("POST http://127.0.0.1:8081/memory: refused", "POST ‹host›: refused"),
    ("no memory 3f2a91c0-5b1e-4c7a-9d20-6f83a1b4c2e0.", "no memory ‹id›."),
    ("HTTP 502 Bad Gateway (ID: 00000003...)", "HTTP 502 Bad Gateway (ID: ‹n›...)"),
    ("at 04:30:12 the queue of 36 was full", "at ‹time› the queue of ‹n› was full"),
    ("2026-01-01T04:30:12Z: closed", "‹time›: closed"), ("", ""), ("…", "…"),
    ("v2 is old", "v2 is old"),
    ("HTTP 500 internal server error", "HTTP 500 internal server error"),
    ("dead beef", "dead beef"), ("HTTP 500 request 7f3a-3 failed", "HTTP 500 request ‹id› failed"),
    ("add-on failed", "add-on failed"),
  ])
  func marks(cause: String, pattern: String) {
    #expect(CausePattern.of(cause) == pattern)
    #expect(CausePattern.of(pattern) == pattern)
  }
}
