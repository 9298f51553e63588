/// The head of an HTTP request, as far as a scrape needs it.
struct ScrapeRequest: Equatable {
  /// What is answered: a status line, more headers, and a body.
  struct Answer: Equatable {
    let status: String
    var headers: [String] = []
    var contentType = "text/plain; charset=utf-8"
    let body: String
    var isHead = false

    /// The answer as it goes over the wire; the connection ends behind it.
    var bytes: [UInt8] {
      let head =
        [
          "HTTP/1.1 \(status)", "Content-Type: \(contentType)",
          "Content-Length: \(body.utf8.count)", "X-Content-Type-Options: nosniff",
          "Cache-Control: no-store", "Connection: close",
        ] + headers
      return Array((head.joined(separator: "\r\n") + "\r\n\r\n" + (isHead ? "" : body)).utf8)
    }
  }

  let method: String
  let path: String
  /// The name under which it was asked; `nil` where it named none, as HTTP/1.0 may.
  let host: String?
  private let isOld: Bool

  /// Reads the head of a request, without the empty line behind it; `nil` where it is no HTTP/1.
  init?(head: String) {
    var lines = head.split(separator: "\r\n", omittingEmptySubsequences: false)[...]
    let words = (lines.popFirst() ?? "").split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 3, words[2] == "HTTP/1.1" || words[2] == "HTTP/1.0",
      !words[0].isEmpty, words[1].hasPrefix("/")
    else { return nil }
    method = String(words[0])
    isOld = words[2] == "HTTP/1.0"
    path = String(words[1].prefix { $0 != "?" })
    var hosts: [String] = []
    for line in lines where !line.isEmpty {
      guard let colon = line.firstIndex(of: ":"), colon > line.startIndex else { return nil }
      guard line[..<colon].lowercased() == "host" else { continue }
      hosts.append(line[line.index(after: colon)...].trimmingBlanks)
    }
    guard hosts.count <= 1 else { return nil }
    host = hosts.first
  }

  /// The answer; `figures` is asked only where they are wanted.
  func answer(figures: () -> String) -> Answer {
    // Whoever would have a browser ask for him sends a name.
    guard host.map({ ListenAddress.isOwn(hostHeader: $0) }) ?? isOld else {
      return Answer(
        status: host == nil ? "400 Bad Request" : "403 Forbidden",
        body: "Ask under this machine's address or localhost; another name is not answered.\n"
      )
    }
    guard method == "GET" || method == "HEAD" else {
      return Answer(
        status: "405 Method Not Allowed",
        headers: ["Allow: GET, HEAD"],
        body: "Only GET and HEAD.\n"
      )
    }
    switch path {
    case "/metrics":
      return Answer(
        status: "200 OK",
        contentType: PrometheusFigures.contentType,
        body: figures(),
        isHead: method == "HEAD"
      )
    case "/":
      return Answer(
        status: "200 OK",
        body: "mem0top: the figures are at /metrics.\n",
        isHead: method == "HEAD"
      )
    default:
      return Answer(status: "404 Not Found", body: "The figures are at /metrics.\n")
    }
  }
}

extension Substring {
  /// The text without blanks and tabs around it.
  fileprivate var trimmingBlanks: String {
    let start = drop { $0 == " " || $0 == "\t" }
    return String(start.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
  }
}
