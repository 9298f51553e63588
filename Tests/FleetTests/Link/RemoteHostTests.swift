import Fleet
import Testing

/// What a person may call a machine, and what ssh is told then.
@Suite struct RemoteHostTests {
  private static let ssh = [
    "ssh", "-T", "-x", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10",
    "-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=3", "--",
  ]

  @Test(arguments: [
    ("dev-1", "dev-1", nil),
    ("me@dev-1", "me@dev-1", nil),
    ("me@dev-1:/home/me/.claude", "me@dev-1", "/home/me/.claude"),
    ("dev-1:~/q", "dev-1", "~/q"),
    ("ssh://me@dev-1:2222", "ssh://me@dev-1:2222", nil),
    ("ssh://me@dev-1:2222/var/q", "ssh://me@dev-1:2222", "/var/q"),
    ("::1", "::1", nil),
    ("me@[fe80::1]:/q", "me@fe80::1", "/q"),
    ("[::1]", "::1", nil),
  ])
  func aHostIsRead(text: String, destination: String, directory: String?) throws {
    let host = try RemoteHost(text)
    #expect(host.destination == destination)
    #expect(host.directory == directory)
    #expect(host.name == text)
  }

  @Test(arguments: [
    "", "-oProxyCommand=touch /tmp/x", "--", "me@-oX", "a b", "a\nb", "dev-1:", "\u{1B}[2J",
    ":/path",
  ])
  func whatSshCouldTakeForAnOptionIsRefused(text: String) {
    #expect(throws: RemoteHostProblem.self) { try RemoteHost(text) }
  }

  @Test func theCommandIsWhatTheDocumentsSay() throws {
    #expect(
      try RemoteHost("me@b").command(rsh: nil) == Self.ssh + [
        "me@b", "mem0top", "serve", "--stdio",
      ]
    )
    var host = try RemoteHost("b:/a b/$(touch x)'")
    host.wantsActions = true
    host.program = "~/my bin/mem0top"
    #expect(
      host.command(rsh: ["sh", "-c", "x"]) == [
        "sh", "-c", "x", "--", "b", "~/'my bin/mem0top'", "serve", "--stdio", "--allow-actions",
        "--dir", "'/a b/$(touch x)'\\'''",
      ]
    )
  }

  @Test func thisMachineNeedsNoShell() throws {
    var here = try RemoteHost(".")
    here.program = "/usr/bin/mem0top"
    here.directory = "/a b"
    #expect(here.command(rsh: ["x"]) == ["/usr/bin/mem0top", "serve", "--stdio", "--dir", "/a b"])
  }

  @Test(
    arguments: [
      ("ssh -F /a/b", ["ssh", "-F", "/a/b"]), ("  ssh   -v ", ["ssh", "-v"]),
      ("ssh -F '/a b/c'", ["ssh", "-F", "/a b/c"]),
      ("a\\ b \"c \\\"d\\\" e\" ''", ["a b", "c \"d\" e", ""]),
      ("x'y'\"z\"", ["xyz"]), ("", []), ("'", nil), ("a \"b", nil), ("a\\", nil),
    ] as [(String, [String]?)]
  )
  func wordsAreTakenApartAsAShellDoes(text: String, words: [String]?) {
    #expect(ShellWords.split(text) == words)
  }
}
