internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import QueueEngine

/// Why an exchange brought no good answer; its text begins with the class that tells whose fault it is.
struct ExchangeFailure: Error, Hashable, CustomStringConvertible {
  /// Where it failed.
  let failureClass: FailureClass
  let detail: String

  init(_ failureClass: FailureClass, _ detail: String) {
    self.failureClass = failureClass
    self.detail = Scrubber.scrub(detail)
  }

  /// The answer's body is longer than is read.
  static let oversized = ExchangeFailure(.body, "larger than 64 KiB")

  /// The whole answer did not come in time.
  static func timeout(after deadline: Duration) -> ExchangeFailure {
    ExchangeFailure(.timeout, "no whole answer within \(deadline.deadlineText)")
  }

  var description: String { "\(failureClass.rawValue): \(detail)" }

  /// Classifies what the HTTP client throws; `isInBody` says that the head of the answer had come.
  init(_ error: any Error, isInBody: Bool) {
    switch error {
    case let failure as ExchangeFailure: self = failure
    case let error as NIOConnectionError: self = Self.connection(error)
    case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError:
      self.init(.tls, Self.reason(tls: error))
    case is NIOTooManyBytesError: self = .oversized
    case is HTTPParserError: self.init(isInBody ? .body : .http, "the answer is not HTTP")
    case let error as IOError: self.init(isInBody ? .body : .connect, Self.reason(error.errnoCode))
    case is ChannelError: self.init(isInBody ? .body : .connect, "the connection was closed")
    case let error as HTTPClientError: self = Self.client(error, isInBody: isInBody)
    default: self.init(isInBody ? .body : .connect, String(describing: error))
    }
  }

  private static func connection(_ error: NIOConnectionError) -> ExchangeFailure {
    if let failure = error.connectionErrors.first {
      if let error = failure.error as? IOError {
        return ExchangeFailure(.connect, reason(error.errnoCode))
      }
      if case .connectTimeout? = failure.error as? ChannelError {
        return ExchangeFailure(.timeout, "no connection in time")
      }
      return ExchangeFailure(.connect, String(describing: failure.error))
    }
    return ExchangeFailure(.dns, "no address found for \(error.host)")
  }

  private static func client(_ error: HTTPClientError, isInBody: Bool) -> ExchangeFailure {
    switch error {
    case .deadlineExceeded, .readTimeout, .connectTimeout, .getConnectionFromPoolTimeout,
      .writeTimeout:
      ExchangeFailure(.timeout, "no answer in time")
    case .tlsHandshakeTimeout: ExchangeFailure(.tls, "no handshake in time")
    case .remoteConnectionClosed, .uncleanShutdown:
      ExchangeFailure(isInBody ? .body : .http, "the connection was closed before the answer ended")
    default: ExchangeFailure(isInBody ? .body : .http, error.shortDescription)
    }
  }

  /// The system's words for an error number, in lower case as they stand after a colon.
  private static func reason(_ code: CInt) -> String {
    SystemError(code: code, attempt: "connect", path: "").reason.lowercased()
  }

  private static func reason(tls error: any Error) -> String {
    let text = String(describing: error)
    if text.contains("CERTIFICATE_VERIFY_FAILED") { return "the certificate is not trusted" }
    if text.contains("WRONG_VERSION_NUMBER") { return "the server does not speak TLS" }
    return "no secure connection: \(text.prefix(200))"
  }
}

extension Duration {
  /// A deadline as it is read, in whole seconds or milliseconds.
  var deadlineText: String {
    self >= .seconds(1) ? "\(wholeSeconds) s" : "\(wholeMilliseconds) ms"
  }
}
