import Foundation
import Mem0Client
import QueueEngine
import TestSupport
import Testing

/// A TLS server of the system's `openssl` with a certificate that nobody vouches for.
private final class SelfSignedServer {
  static let openssl = "/usr/bin/openssl"

  let port: Int
  private let process = Process()
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    let (key, certificate) = (directory.path("key.pem"), directory.path("cert.pem"))
    let request = try Process.run(
      URL(fileURLWithPath: Self.openssl),
      arguments: [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
        "-days", "1", "-subj", "/CN=127.0.0.1", "-keyout", key, "-out", certificate, "-batch",
      ]
    )
    request.waitUntilExit()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: Self.openssl)
    process.arguments = [
      "s_server", "-accept", "127.0.0.1:0", "-key", key, "-cert", certificate, "-www",
    ]
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    var text = ""
    // It says where it listens, on a line of its own, before it serves.
    while text.firstMatch(of: /ACCEPT \S+:(\d+)\n/) == nil {
      let data = output.fileHandleForReading.availableData
      guard !data.isEmpty else { break }
      text += String(decoding: data, as: UTF8.self)
    }
    let match = try #require(text.firstMatch(of: /ACCEPT \S+:(\d+)\n/), "\(text)")
    port = try #require(Int(match.1))
  }

  func stop() {
    // A child of a dispatch thread has SIGTERM blocked.
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }
}

@Suite struct CertificateTests {
  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: SelfSignedServer.openssl)))
  func aCertificateThatNobodyVouchesForIsClassTLS() async throws {
    let server = try SelfSignedServer()
    var settings = ServerSettings()
    settings.health = [HealthEndpoint(name: "api", url: "https://127.0.0.1:\(server.port)/")]
    let status = await HealthProbe(settings: settings, environment: [:]).probe(now: Timestamp(0))
    server.stop()
    #expect(status.endpoints.first?.error == "tls: the certificate is not trusted")
    #expect(status.endpoints.first?.httpStatus == nil)
  }
}
