import Mem0Client
import QueueEngine
import Testing

/// When nothing may be sent at all.
@Suite struct DeliverySettingsTests {
  private func problem(
    _ configure: (inout ServerSettings) -> Void,
    environment: [String: String] = [:]
  ) -> DeliveryProblem? {
    var settings = ServerSettings()
    configure(&settings)
    do {
      _ = try DeliveryClient(settings: settings, environment: environment)
      return nil
    } catch {
      return error
    }
  }

  @Test func withoutAnAddressNothingIsSent() throws {
    let problem = try #require(problem { $0.api = .mem0 })
    #expect(problem == .noAddress)
    #expect(problem.description.contains("[server]"))
  }

  @Test(arguments: ["", "127.0.0.1:8081", "ftp://127.0.0.1/", "http://", "http://a b/"])
  func anAddressThatIsNoneIsRefused(url: String) {
    #expect(problem { $0.url = url } == .badAddress)
  }

  @Test func aKeyThatIsNotThereIsASentence() throws {
    let problem = try #require(
      problem {
        $0.url = "http://127.0.0.1:9"
        $0.keyEnvironment = "MEM0_API_KEY"
      }
    )
    #expect(
      problem.description
        == "Nothing is sent: server.key_env names MEM0_API_KEY, which is not set; "
        + "export it where mem0top starts."
    )
  }

  @Test func aKeyThatIsThereIsEnough() {
    let problem = problem(
      {
        $0.url = "http://127.0.0.1:9"
        $0.keyEnvironment = "KEY"
      },
      environment: ["KEY": "k"]
    )
    #expect(problem == nil)
  }
}
