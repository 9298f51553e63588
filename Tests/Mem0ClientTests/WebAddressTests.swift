import Mem0Client
import Testing

/// Which texts are taken for addresses; what is not would end the HTTP client or ask somebody else.
@Suite struct WebAddressTests {
  @Test(arguments: [
    "http://127.0.0.1:8081", "https://mem0.example/", "http://host:1",
    "http://host:65535/health?x=1",
    "http://[::1]:8080/health", "http://[::1]", "https://me:pass@host:8443/", "http://host:080",
  ])
  func anAddressIsTaken(text: String) {
    #expect(WebAddress(text) != nil)
  }

  @Test(arguments: [
    "http://127.0.0.1:80810", "http://host:65536/", "http://host:0", "http://host:-1",
    "http://host:+80", "http://host:", "http://host:18446744073709551616", "http://host:80x",
    "http://[::1", "http://[::1]80", "http://::1", "http://[]:80", "http://me@:80/",
    "http://a:b:80",
    "http://ho[st", "http://[::1]]:80",
  ])
  func whatIsNoneIsRefused(text: String) {
    #expect(WebAddress(text) == nil)
  }
}
