import QueueEngine
import Testing

@testable import mem0top

/// Prometheus's text format, to the letter.
@Suite struct MetricFamilyTests {
  private typealias Label = MetricFamily.Label

  @Test func helpAndLabelsAreEscaped() {
    let family = MetricFamily(
      "m",
      .gauge,
      "a \\ and\nb",
      [.init(labels: [Label(name: "project", value: "x\\y\"z\n")], value: 1.5)]
    )
    #expect(
      family.text == """
        # HELP m a \\\\ and\\nb
        # TYPE m gauge
        m{project="x\\\\y\\"z\\n"} 1.5

        """
    )
  }

  @Test func whatIsNotKnownHasNoText() {
    #expect(MetricFamily("m", .gauge, "h", nil as Double?).text.isEmpty)
    #expect(MetricFamily("m", .gauge, "h", .infinity as Double?).text.isEmpty)
  }

  @Test func aLabelSetComesOnce() {
    let labels = [Label(name: "endpoint", value: "api")]
    let family = MetricFamily(
      "m",
      .gauge,
      "h",
      [.init(labels: labels, value: 1), .init(labels: labels, value: 2)]
    )
    #expect(family.samples.map(\.value) == [1])
  }

  @Test func projectsAreCapped() {
    var snapshot = Snapshot(generatedAt: Timestamp(1000), directory: "/d")
    var queue = QueueContents()
    queue.projects = (0..<50).map { ProjectCount(project: "p\($0)", count: $0 + 1) }
    queue.pending = 1275
    snapshot.queue = FileReading(state: .ok, content: queue)
    let observation = Observation(snapshot: snapshot, findings: [], now: Timestamp(1000))
    let families = PrometheusFigures(observation).families
    let listed = families.first { $0.name == "mem0top_queue_project_items" }?.samples ?? []
    let rest = families.first { $0.name == "mem0top_queue_unlisted_items" }?.samples.first?.value
    #expect(listed.count == PrometheusFigures.mostProjects)
    #expect(listed.reduce(0) { $0 + $1.value } + (rest ?? 0) == 1275)
  }

  @Test(arguments: [
    ("127.0.0.1:9464", true), ("[::1]:9464", true), ("localhost:1", true), (":0", true),
    ("0.0.0.0:9464", false), ("[::]:9464", false), ("192.168.1.2:80", false),
  ])
  func anAddressIsLoopbackOrNot(text: String, isLoopback: Bool) {
    #expect(ListenAddress(text)?.isLoopback == isLoopback)
  }

  @Test(arguments: [
    "", "9464", "127.0.0.1", "example.org:80", "127.0.0.1:99999", "::1:80", "[x]:1",
  ])
  func whatIsNoAddressIsRefused(text: String) {
    #expect(ListenAddress(text) == nil)
  }

  @Test(arguments: [
    ("127.0.0.1:9464", true), ("localhost", true), ("LOCALHOST:1", true), ("[::1]:2", true),
    ("10.1.2.3:9464", true), ("evil.example:9464", false), ("localhost.evil.example", false),
    ("127.0.0.1.evil.example", false), ("", false), ("127.0.0.1:x", false), ("[::1]x", false),
  ])
  func onlyAddressesAreOurOwnHost(host: String, isOwn: Bool) {
    #expect(ListenAddress.isOwn(hostHeader: host) == isOwn)
  }

  @Test(arguments: [
    ("GET /metrics HTTP/1.1\r\nHost: localhost", "200 OK"),
    ("GET /metrics?x=1 HTTP/1.1\r\nhOST:\t127.0.0.1:1 ", "200 OK"),
    ("GET /metrics HTTP/1.1", "400 Bad Request"),
    ("GET /metrics HTTP/1.1\r\nHost: evil.example", "403 Forbidden"),
    ("POST /metrics HTTP/1.1\r\nHost: localhost", "405 Method Not Allowed"),
    ("GET /x HTTP/1.1\r\nHost: localhost", "404 Not Found"),
  ])
  func aRequestIsAnswered(head: String, status: String) throws {
    #expect(try #require(ScrapeRequest(head: head)).answer { "m 1\n" }.status == status)
  }

  @Test(arguments: [
    "", "GET", "GET /", "GET / HTTP/2", "GET x HTTP/1.1", "GET / HTTP/1.1\r\nHost: a\r\nHost: b",
    "GET  / HTTP/1.1", "GET / HTTP/1.1\r\n: x",
  ])
  func whatIsNoRequestIsNone(head: String) {
    #expect(ScrapeRequest(head: head) == nil)
  }

  @Test func aHeadRequestHasTheLengthAndNoBody() throws {
    let request = try #require(ScrapeRequest(head: "HEAD /metrics HTTP/1.1\r\nHost: localhost"))
    let text = String(decoding: request.answer { "m 1\n" }.bytes, as: UTF8.self)
    #expect(text.contains("Content-Length: 4\r\n"))
    #expect(text.hasSuffix("\r\n\r\n"))
  }
}
