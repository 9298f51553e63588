import Foundation
import TestSupport
import Testing

/// A name server on a loopback address that takes every question and never answers.
private final class SilentNameServer {
  let address: String
  private let descriptor: Int32

  /// `nil` where port 53 may not be used.
  init?() {
    // An address of this process's own, so that test runs side by side do not meet.
    let number = UInt32(getpid())
    let host = 0x7F35_0000 | ((number >> 8) & 0xFF) << 8 | max(number & 0xFF, 1)
    address = "127.53.\((host >> 8) & 0xFF).\(host & 0xFF)"
    descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = UInt16(53).bigEndian
    name.sin_addr.s_addr = host.bigEndian
    let socket = descriptor
    let isBound = withUnsafePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    if !isBound {
      close(descriptor)
      return nil
    }
  }

  /// How many bytes the next question has that waits to be read; 0 where nobody asked.
  var questionBytes: Int {
    var buffer = [UInt8](repeating: 0, count: 512)
    return max(recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT)), 0)
  }

  deinit { close(descriptor) }
}

/// Bad input 75: `getaddrinfo` cannot be cancelled, but the answer must not wait for it.
@Suite(.tags(.alone)) struct HangingNameServerTests {
  /// Whether a child may have a mount namespace, and so an `/etc/resolv.conf` of its own.
  static let isPermitted: Bool = {
    guard geteuid() == 0, SilentNameServer() != nil else { return false }
    let child = Process()
    child.executableURL = URL(filePath: "/usr/bin/unshare")
    child.arguments = [
      "-m", "mount", "--bind", "/etc/hosts", "/etc/resolv.conf",
    ]
    child.standardError = FileHandle.nullDevice
    guard (try? child.run()) != nil else { return false }
    child.waitUntilExit()
    return child.terminationStatus == 0
  }()

  @Test(.enabled(if: isPermitted, "needs root: a mount namespace and port 53 of the loopback"))
  func theProbeAnswersInTime() async throws {
    let program = try Program()
    let server = try #require(SilentNameServer())
    let resolver = program.home.path + "/resolv.conf"
    // Left alone, the resolver would wait for longer than a minute.
    try "nameserver \(server.address)\noptions timeout:30 attempts:3\n"
      .write(toFile: resolver, atomically: true, encoding: .utf8)
    let start = ContinuousClock.now
    let output = try Self.run(
      [Program.path, "status", "--json", "--dir", program.home.path],
      resolver: resolver,
      home: program.home.path
    )
    #expect(ContinuousClock.now - start < .seconds(25))
    #expect(server.questionBytes > 0, "the name server was never asked")
    let report = try #require(JSONSerialization.jsonObject(with: output) as? [String: Any])
    let status = try #require(report["vps"] as? [String: Any])
    let endpoint = try #require((status["endpoints"] as? [[String: Any]])?.first)
    let error = try #require(endpoint["error"] as? String)
    #expect(error.hasPrefix("timeout: ") || error.hasPrefix("dns: "), "\(error)")
  }

  /// Runs a command with another `/etc/resolv.conf` to its end, and returns what it printed.
  private static func run(_ command: [String], resolver: String, home: String) throws -> Data {
    let child = Process()
    child.executableURL = URL(filePath: "/usr/bin/unshare")
    let script = #"mount --bind "$0" /etc/resolv.conf && exec "$@""#
    child.arguments = ["-m", "sh", "-c", script, resolver] + command
    child.environment = [
      "HOME": home, "PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "SWIFT_BACKTRACE": "enable=no",
      "MEM0TOP_SERVER_URL": "http://mem0.hanging.example:8081",
    ]
    let output = Pipe()
    child.standardOutput = output
    try child.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    child.waitUntilExit()
    return data
  }
}
