import DemoWorld
import Foundation
import TestSupport
import Testing

/// `probe`, against a receiver on 127.0.0.1 and against a port where nobody listens.
struct ProbeCommandTests {
  private func setting(_ endpoints: [(name: String, url: String)]) -> [String: String] {
    let texts = endpoints.map { "{ name = \"\($0.name)\", url = \"\($0.url)\" }" }
    return ["MEM0TOP_SERVER_HEALTH": "[\(texts.joined(separator: ", "))]"]
  }

  @Test func aServerThatAnswersIsUp() async throws {
    let program = try Program()
    let receiver = try await DemoReceiver.start()
    let environment = setting(receiver.endpoints)
    let text = try await program.run("probe", environment: environment)
    let outcome = try await program.run("probe", "--json", environment: environment)
    await receiver.stop()
    #expect(text.status == 0)
    #expect(text.output.hasPrefix("● up"))
    #expect(text.output.contains("200"))
    #expect(outcome.status == 0)
    let report = try outcome.json()
    #expect(report["state"] as? String == "up")
    let endpoints = try #require(report["endpoints"] as? [[String: Any]])
    #expect(endpoints.map { $0["name"] as? String } == ["api", "sync"])
    #expect(endpoints.allSatisfy { $0["http_status"] as? Int == 200 && $0["error"] is NSNull })
    #expect(endpoints.allSatisfy { $0["error_class"] is NSNull })
  }

  @Test func oneThatDoesNotAnswerIsNotCalledDownAtOnce() async throws {
    let program = try Program()
    let receiver = try await DemoReceiver.start()
    let environment = setting(receiver.endpoints)
    await receiver.stop()
    let text = try await program.run("probe", environment: environment)
    #expect(text.status == 1)
    #expect(text.output.hasPrefix("▲ no answer: 1 of the 3 failures that mean down"))
    let outcome = try await program.run("probe", "--json", environment: environment)
    let report = try outcome.json()
    #expect(outcome.status == 1)
    #expect(report["state"] as? String == "unknown")
    let endpoints = try #require(report["endpoints"] as? [[String: Any]])
    #expect(endpoints.allSatisfy { $0["error_class"] as? String == "connect" })
  }

  @Test func anAnswerThatIsBadIsAnAnswer() async throws {
    let program = try Program()
    let receiver = try await DemoReceiver.start(endpoints: ["api"])
    receiver.setFault(.status(422), on: .health)
    let text = try await program.run("probe", environment: setting(receiver.endpoints))
    await receiver.stop()
    #expect(
      text.output.hasPrefix("▲ bad answer: 1 of the 3 failures that mean down"),
      "\(text.output)"
    )
  }

  @Test func everyProbeIsRememberedByTheNextOne() async throws {
    let program = try Program()
    let receiver = try await DemoReceiver.start()
    for _ in 0..<3 {
      _ = try await program.run("probe", environment: setting(receiver.endpoints))
    }
    await receiver.stop()
    let state = program.home.path + "/.local/state/mem0top"
    let files = FileManager.default.enumerator(atPath: state)?.compactMap { $0 as? String } ?? []
    let name = try #require(files.first { $0.hasSuffix("/probe.history") })
    let text = try String(contentsOfFile: state + "/" + name, encoding: .utf8)
    // Three series: both together, and each; the probes may lie in two slots.
    let answered = text.split(separator: "\n").compactMap { line -> Int? in
      let numbers = line.split(separator: " ").compactMap { Int($0) }
      return numbers.count == 5 ? numbers[1] : nil
    }
    #expect(answered.reduce(0, +) == 9)
    #expect(!text.contains("key"))
  }

  @Test func withoutAServerItSaysWhatToSet() async throws {
    let outcome = try await Program().run("probe", "--json")
    #expect(outcome.status == 1)
    #expect(outcome.output.isEmpty)
    #expect(outcome.complaint.contains("MEM0TOP_SERVER_URL"))
  }
}
