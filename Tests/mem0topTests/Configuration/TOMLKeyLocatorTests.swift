import Testing

@testable import mem0top

@Suite struct TOMLKeyLocatorTests {
  private static let text = #"""
    # A comment with [lock] and style = 1

    [server]           # line 3
    "url" = "http://a # no comment"
    note = """
    [lock]
    style = 2\""" still inside
    """
    health = [
      { name = "a", url = "b" },   # line 10
      { name = "c,]}", url = "d" },
    ]
    [lock]
    style = 'x' # line 14
    [ worker . sub ]
    'quoted key'.inner = 1
    [files]
    queue = "a"\#r
    dlq = { a = 1, b = { c = 2 } }
    log = ""
    """#

  @Test(arguments: [
    (["server"], 3), (["server", "url"], 4), (["server", "note"], 5), (["server", "health"], 9),
    (["lock"], 13), (["lock", "style"], 14), (["worker", "sub"], 15),
    (["worker", "sub", "quoted key", "inner"], 16), (["files", "queue"], 18),
    (["files", "dlq"], 19), (["files", "dlq", "b", "c"], 19), (["files", "log"], 20),
    (["files", "absent"], 17), (["absent"], 1),
  ])
  func aKeyIsFoundOnItsLine(path: [String], line: Int) {
    #expect(TOMLKeyLocator(Self.text).line(of: path) == line)
  }

  @Test(arguments: ["", "[", "a", "a = [", "a = \"", "a = {", "[[a]]\nb = 1", "=\n=\n", "'''"])
  func aTextThatBreaksOffComesToAnEnd(text: String) {
    #expect(TOMLKeyLocator(text).line(of: ["absent"]) == 1)
  }

  @Test(arguments: [
    ("250ms", 250), ("10s", 10_000), ("5m", 300_000), ("1h", 3_600_000), ("2d", 172_800_000),
    ("1h30m", 5_400_000), ("0s", 0),
  ])
  func aDurationReadsAndPrintsTheSame(text: String, milliseconds: Int) {
    #expect(DurationSetting.parse(text) == .milliseconds(milliseconds))
    #expect(DurationSetting.text(.milliseconds(milliseconds)) == text)
  }

  @Test(arguments: ["", "5", "s", "5x", "-5s", "5 s", "1.5h", "99999999999999999999s", "5s5"])
  func whatIsNoDurationIsRefused(text: String) {
    #expect(DurationSetting.parse(text) == nil)
  }
}
