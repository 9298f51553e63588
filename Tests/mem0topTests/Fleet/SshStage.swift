import Foundation
import TestSupport
import Testing

/// A real sshd on 127.0.0.1 with keys of its own, and an ssh configuration that leads to it.
final class SshStage {
  static let isPossible =
    Peer.isThere("ssh", "ssh-keygen", "sshd") && (getuid() != 0 || makeDirectory("/run/sshd"))
  static let missing: Comment = "sshd is not installed (apt: openssh-server openssh-client)"

  let home: TemporaryDirectory
  /// The files that are watched on the far machine.
  let far: WatchedDirectory
  let port: Int
  private var daemon: BackgroundProgram?

  /// Makes the machine; the key may run `command` there, and anything where that is `nil`.
  init(command: String? = "mem0top serve --stdio") async throws {
    home = try TemporaryDirectory()
    let remoteHome = home.path("far")
    try FileManager.default.createDirectory(atPath: remoteHome, withIntermediateDirectories: true)
    far = try WatchedDirectory(at: remoteHome + "/.claude")
    try far.write(#"{"queue":[]}"#, to: WatchedDirectory.queue)
    port = try Self.freePort()
    for name in ["host_key", "other_key", "key", "stranger"] { try Self.makeKey(home.path(name)) }
    try home.write(
      """
      #!/bin/sh
      HOME='\(remoteHome)' XDG_CONFIG_HOME= XDG_STATE_HOME= SWIFT_BACKTRACE=enable=no
      export HOME XDG_CONFIG_HOME XDG_STATE_HOME SWIFT_BACKTRACE
      exec '\(Program.path)' "$@"

      """,
      to: "mem0top"
    )
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
    let forced = command.map {
      "command=\"\($0.replacingOccurrences(of: "mem0top", with: program))\",restrict "
    }
    try home.write((forced ?? "restrict ") + text("key.pub"), to: "authorized")
    try home.write(
      """
      Port \(port)
      ListenAddress 127.0.0.1
      HostKey \(home.path("host_key"))
      AuthorizedKeysFile \(home.path("authorized"))
      PidFile none
      StrictModes no
      PasswordAuthentication no
      KbdInteractiveAuthentication no
      PermitRootLogin prohibit-password

      """,
      to: "sshd_config"
    )
    try trust("host_key")
    try configure(key: "key")
    try start()
  }

  /// The far machine's mem0top, by its path.
  var program: String { home.path("mem0top") }

  /// What leads to the far machine, whatever it is called.
  var environment: [String: String] {
    ["MEM0TOP_RSH": "ssh -F \(home.path("config")) -T -x -o BatchMode=yes -o ConnectTimeout=5"]
  }

  /// Makes the near side know this key as the host's.
  func trust(_ key: String) throws {
    let words = try text(key + ".pub").split(separator: " ")
    try home.write("[127.0.0.1]:\(port) \(words[0]) \(words[1])\n", to: "known")
  }

  /// Lets the near side come with this key.
  func configure(key: String) throws {
    try home.write(
      """
      Host *
        HostName 127.0.0.1
        Port \(port)
        IdentityFile \(home.path(key))
        IdentitiesOnly yes
        IdentityAgent none
        UserKnownHostsFile \(home.path("known"))
        GlobalKnownHostsFile /dev/null
        StrictHostKeyChecking yes

      """,
      to: "config"
    )
  }

  /// Starts the machine's sshd.
  func start() throws {
    daemon = try BackgroundProgram(
      try #require(Peer.path("sshd")),
      ["-D", "-e", "-f", home.path("sshd_config")],
      log: home.path("sshd.log")
    )
  }

  /// Waits until it takes connections.
  func waitUntilReady() async throws {
    _ = try #require(daemon)
    _ = try await daemon?.wait(for: "(Server listening)")
  }

  /// Cuts every link: the daemon and all sessions that it has.
  func cut() throws {
    daemon = nil
    for pid in try sessions() { kill(pid, SIGKILL) }
  }

  /// The processes whose command line names the far program or our configuration.
  private func sessions() throws -> [pid_t] {
    let own = try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { pid_t($0) }
    return own.filter { pid in
      guard pid != getpid(),
        let data = FileManager.default.contents(atPath: "/proc/\(pid)/environ"),
        String(decoding: data, as: UTF8.self).contains("HOME=\(home.path("far"))")
      else { return false }
      return true
    }
  }

  private func text(_ name: String) throws -> String {
    try String(contentsOfFile: home.path(name), encoding: .utf8)
  }

  private static func makeKey(_ path: String) throws {
    _ = try TmuxSession.run([
      "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", path,
    ])
  }

  private static func makeDirectory(_ path: String) -> Bool {
    mkdir(path, 0o755) == 0 || errno == EEXIST
  }

  private static func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let outcome = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(descriptor, address, size) == 0 ? getsockname(descriptor, address, &size) : -1
      }
    }
    try #require(outcome == 0)
    return Int(UInt16(bigEndian: address.sin_port))
  }
}
