import Foundation
import Mem0Client
import QueueEngine
import TestSupport
import Testing

@testable import mem0top

@Suite struct ConfigurationLoaderTests {
  /// Loads with this file, these variables and this flag, from a home of its own.
  private func load(
    _ file: String? = nil,
    environment: [String: String] = [:],
    flag: String? = nil
  ) throws -> ConfigurationLoader.Loaded {
    let home = try TemporaryDirectory()
    if let file { try home.write(file, to: ".config/mem0top/config.toml") }
    return try ConfigurationLoader(
      environment: environment.merging(["HOME": home.path]) { old, _ in old },
      directoryFlag: flag
    ).load()
  }

  /// The sentence that loading ends with.
  private func complaint(
    _ file: String? = nil,
    environment: [String: String] = [:]
  ) throws -> String {
    try #require(
      #expect(throws: ConfigurationError.self) { try load(file, environment: environment) }
    ).description
  }

  @Test func withoutAnythingTheDefaultsOfTheEngineHold() throws {
    let loaded = try load()
    let engine = loaded.configuration.engine
    #expect(engine.directory.hasSuffix("/.claude"))
    #expect(engine.stateDirectory.hasSuffix("/.local/state/mem0top"))
    var expected = EngineSettings(
      directory: engine.directory,
      stateDirectory: engine.stateDirectory
    )
    expected.reservedFiles["the settings file"] = loaded.path
    #expect(engine == expected)
    #expect(loaded.configuration.server == ServerSettings())
    #expect(loaded.sources.isEmpty)
    #expect(loaded.directorySource == .builtIn)
  }

  @Test func noTwoSettingsLeadToOneFile() throws {
    let directory = try TemporaryDirectory()
    try directory.write("{}", to: "queue.json")
    let environment = ["MEM0TOP_DIR": directory.path]
    for name in ["queue.json", "./queue.json", directory.path + "/queue.json"] {
      let file = "[files]\nqueue = \"queue.json\"\nlock = \"\(name)\"\n"
      let sentence = try complaint(file, environment: environment)
      #expect(sentence.hasPrefix("files.queue and files.lock lead to the same file"))
    }
  }

  @Test func anErrorInAHostNamesItsLine() throws {
    let file = """
      [[hosts]]
      host = "a"

      # The second.
      [[hosts]]
      name = "b"
      """
    let missing = try complaint(file)
    #expect(missing.contains("config.toml:5: fleet.hosts must be a list like"), "\(missing)")
    #expect(missing.contains("the host is missing"))
    let inline = try complaint("[fleet]\nhosts = [\"a\", { name = \"b\" }]\n")
    #expect(inline.contains("config.toml:2: ") && inline.contains("host of number 2 is missing"))
    let twice = try complaint("[[hosts]]\nhost = \"a\"\n[[hosts]]\nhost = \"a\"\n")
    #expect(twice.contains("config.toml:1: fleet.hosts must be a list in which no name"))
  }

  @Test func noFileOfTheQueueIsOneOfOurs() throws {
    let home = try TemporaryDirectory()
    let settings = home.path(".config/mem0top/config.toml")
    try home.write("[files]\nlog = \"\(settings)\"\n", to: ".config/mem0top/config.toml")
    let loader = ConfigurationLoader(environment: ["HOME": home.path])
    #expect {
      try loader.load()
    } throws: {
      "\($0)".contains("the settings file and files.log lead to the same file")
    }
    try home.write("s3cret", to: "key")
    let key = "[server]\nkey_file = \"~/key\"\n[files]\nlog = \"~/key\"\n"
    try home.write(key, to: ".config/mem0top/config.toml")
    #expect {
      try loader.load()
    } throws: {
      "\($0)".contains("server.key_file and files.log lead to the same file")
    }
  }

  /// Commands that it names run as the person, so others may read it and no more.
  @Test func aFileThatEverybodyMayChangeIsRefused() throws {
    let home = try TemporaryDirectory()
    try home.write("[ui]\nmouse = true\n", to: ".config/mem0top/config.toml")
    let path = home.path(".config/mem0top/config.toml")
    let loader = ConfigurationLoader(environment: ["HOME": home.path])
    for (mode, isRefused) in [(0o644, false), (0o664, false), (0o666, true), (0o602, true)] {
      try #require(chmod(path, mode_t(mode)) == 0)
      guard isRefused else {
        #expect(try loader.load().configuration.interface.hasMouse)
        continue
      }
      #expect {
        try loader.load()
      } throws: {
        "\($0)".contains("config.toml may be changed by every user of this machine")
          && "\($0)".contains("chmod o-w ~/.config/mem0top/config.toml")
      }
    }
  }

  @Test func everyKeyOfTheSpecificationIsRead() throws {
    let configuration = try load(
      """
      [server]
      api = "mem0"
      url = "http://127.0.0.1:8081"
      health = [{ name = "api", url = "http://127.0.0.1:8080/health" },
                { name = "sync", url = "http://127.0.0.1:8081/health" }]
      key_env = "MEM0_API_KEY"
      key_file = "/keys/one"
      probe_interval = "15s"
      [lock]
      style = "pidfile"
      max_hold = "7m"
      alert_after = "1h30m"
      [dlq]
      warn = 6
      alert = 12
      [worker]
      interval = "20m"
      match = ["my_worker"]
      command = ["python3", "worker.py"]
      concurrency = 4
      [files]
      queue = "q.json"
      dlq = "d.json"
      metrics = "m.json"
      lock = "/run/lock/q"
      log = "w.log"
      [ui]
      theme = "light"
      refresh = "500ms"
      read_only = true
      [keys]
      clear_lock = "Z"
      """
    ).configuration
    #expect(configuration.server.api == .mem0)
    #expect(configuration.server.url == "http://127.0.0.1:8081")
    #expect(configuration.server.health.map(\.name) == ["api", "sync"])
    #expect(configuration.server.keySource == .environment("MEM0_API_KEY"))
    #expect(configuration.server.keyFile == "/keys/one")
    #expect(configuration.server.probeInterval == .seconds(15))
    #expect(configuration.engine.lockStyle == .pidfile)
    #expect(configuration.engine.maxHold == .seconds(420))
    #expect(configuration.engine.alertAfter == .seconds(5400))
    #expect(configuration.engine.deadLetterWarning == 6)
    #expect(configuration.engine.deadLetterAlert == 12)
    #expect(configuration.engine.workerInterval == .seconds(1200))
    #expect(configuration.engine.workerMatch == ["my_worker"])
    #expect(configuration.workerCommand == ["python3", "worker.py"])
    #expect(configuration.workerConcurrency == 4)
    #expect(configuration.engine.path(of: \.lock) == "/run/lock/q")
    #expect(configuration.engine.files.log == "w.log")
    #expect(configuration.interface.theme == "light")
    #expect(configuration.interface.refresh == .milliseconds(500))
    #expect(configuration.interface.isReadOnly)
    #expect(configuration.interface.keys == ["clear_lock": "Z"])
  }

  @Test func theFlagWinsOverTheEnvironmentAndThatOverTheFile() throws {
    let file = "[lock]\nstyle = \"flock\"\nmax_hold = \"1m\"\n"
    let loaded = try load(
      file,
      environment: ["MEM0TOP_DIR": "/from/environment", "MEM0TOP_LOCK_STYLE": "pidfile"],
      flag: "/from/flag"
    )
    #expect(loaded.configuration.engine.directory == "/from/flag")
    #expect(loaded.directorySource == .flag("--dir"))
    #expect(loaded.configuration.engine.lockStyle == .pidfile)
    #expect(loaded.sources["lock.style"] == .environment("MEM0TOP_LOCK_STYLE"))
    #expect(loaded.configuration.engine.maxHold == .seconds(60))
    #expect(
      loaded.sources["lock.max_hold"] == .file(path: "~/.config/mem0top/config.toml", line: 3)
    )
    let second = try load(environment: ["MEM0TOP_DIR": "/from/environment"])
    #expect(second.configuration.engine.directory == "/from/environment")
    #expect(second.directorySource == .environment("MEM0TOP_DIR"))
  }

  @Test func pathsMayBeginWithTheHomeDirectory() throws {
    let home = try TemporaryDirectory()
    try home.write("[server]\nkey_file = \"~/key\"\n", to: ".config/mem0top/config.toml")
    let loaded = try ConfigurationLoader(
      environment: ["HOME": home.path, "MEM0TOP_FILES_LOG": "~/w.log"],
      directoryFlag: "~/x"
    ).load()
    #expect(loaded.configuration.engine.directory == home.path + "/x")
    #expect(loaded.configuration.server.keyFile == home.path + "/key")
    #expect(loaded.configuration.engine.path(of: \.log) == home.path + "/w.log")
  }

  @Test func eachFileMayLieInTheHomeDirectory() throws {
    let home = try TemporaryDirectory()
    let lines = FileNames.all.map { setting, _ in
      let name = setting.split(separator: ".").last ?? ""
      return "\(name) = \"~/\(name).file\"\n"
    }
    try home.write("[files]\n" + lines.joined(), to: ".config/mem0top/config.toml")
    let engine = try ConfigurationLoader(
      environment: ["HOME": home.path],
      directoryFlag: nil
    ).load().configuration.engine
    for (setting, file) in FileNames.all {
      let name = setting.split(separator: ".").last ?? ""
      #expect(engine.path(of: file) == "\(home.path)/\(name).file")
    }
    #expect(engine.directoriesOfFiles == [home.path, engine.directory])
  }

  @Test func aRelativeDirectoryIsMadeAbsolute() throws {
    let loaded = try ConfigurationLoader(environment: [:], directoryFlag: "queue/here").load()
    let current = FileManager.default.currentDirectoryPath
    #expect(loaded.configuration.engine.directory == current + "/queue/here")
  }

  @Test func theXDGDirectoriesAreHonoured() throws {
    let base = try TemporaryDirectory()
    try base.write("[dlq]\nwarn = 77\n", to: "mem0top/config.toml")
    let engine = try load(
      environment: ["XDG_CONFIG_HOME": base.path, "XDG_STATE_HOME": "/state"]
    ).configuration.engine
    #expect(engine.deadLetterWarning == 77)
    #expect(engine.stateDirectory == "/state/mem0top")
  }

  @Test func environmentVariablesTakeListsNumbersAndTruths() throws {
    let configuration = try load(
      environment: [
        "MEM0TOP_WORKER_MATCH": "[\"a\", \"b c\"]", "MEM0TOP_DLQ_ALERT": "30",
        "MEM0TOP_UI_READ_ONLY": "1", "MEM0TOP_SERVER_HEALTH": "http://127.0.0.1:9/health",
        "MEM0TOP_KEYS_CLEAR_LOCK": "K",
      ]
    ).configuration
    #expect(configuration.engine.workerMatch == ["a", "b c"])
    #expect(configuration.engine.deadLetterAlert == 30)
    #expect(configuration.interface.isReadOnly)
    #expect(
      configuration.server.health
        == [HealthEndpoint(name: "127.0.0.1:9", url: "http://127.0.0.1:9/health")]
    )
    #expect(configuration.interface.keys["clear_lock"] == "K")
  }

  @Test(arguments: [
    (
      "\n[lock]\nstyle = \"foo\"\n",
      "config.toml:3: lock.style must be auto, flock or pidfile, not \"foo\""
    ),
    (
      "[lock]\nstile = \"auto\"",
      "config.toml:2: unknown key lock.stile; the keys are style, max_hold"
    ),
    ("[lokc]\n", "config.toml:1: unknown section lokc; the sections are server, lock, dlq"),
    ("# x\nlock = 5\n", "config.toml:2: lock must be a section: [lock]"),
    ("[lock]\nmax_hold = 5\n", "config.toml:2: lock.max_hold must be a duration like \"10s\""),
    ("[lock]\nmax_hold = \"5\"\n", "config.toml:2: lock.max_hold must be a duration"),
    ("[dlq]\nwarn = \"many\"", "dlq.warn must be a whole number from 0 to 1000000, not \"many\""),
    ("[dlq]\nwarn = -1", "config.toml:2: dlq.warn must be a whole number"),
    ("[dlq]\nwarn = 1.5", "config.toml:2: dlq.warn must be a whole number"),
    ("[worker]\n\nmatch = []", "config.toml:3: worker.match must be a list of texts"),
    ("[worker]\nmatch = [1]", "config.toml:2: worker.match must be a list of texts"),
    ("[server]\nurl = \"ftp://x\"", "config.toml:2: server.url must be an address like"),
    ("[server]\nhealth = [{ name = \"a\" }]", "config.toml:2: server.health must be a list like"),
    (
      "[server]\nhealth = [{ name = \"a\", url = \"http://h\" },\n{ name = \"a\", url = \"http://i\" }]",
      "config.toml:2: server.health must be a list in which no name comes twice"
    ),
    ("[ui]\nread_only = \"maybe\"", "config.toml:2: ui.read_only must be true or false"),
    ("[keys]\nclear_lock = \"cc\"", "config.toml:2: keys.clear_lock must be one character"),
    ("[keys]\nclaer_lock = \"c\"", "config.toml:2: unknown key keys.claer_lock"),
    ("[files]\nqueue = \"\"", "config.toml:2: files.queue must be a text that is not empty"),
    ("[lock]\nstyle = \"auto\"\nstyle = \"auto\"", "config.toml:3: not TOML"),
    ("[lock\n", "config.toml:1: not TOML"),
  ])
  func aMistakeInTheFileIsOneSentenceWithFileAndLine(file: String, expected: String) throws {
    let sentence = try complaint(file)
    #expect(sentence.contains(expected), "\(sentence)")
    #expect(!sentence.contains("\n"))
  }

  @Test(arguments: [
    (
      ["MEM0TOP_LOCK_STYLE": "foo"],
      "MEM0TOP_LOCK_STYLE must be auto, flock or pidfile, not \"foo\""
    ),
    (["MEM0TOP_LOCK_STILE": "auto"], "MEM0TOP_LOCK_STILE is set, but there is no such setting"),
    (["MEM0TOP_UI_REFRESH": "1ms"], "MEM0TOP_UI_REFRESH must be a duration"),
  ])
  func aMistakeInTheEnvironmentIsOneSentence(
    environment: [String: String],
    expected: String
  ) throws {
    #expect(try complaint(environment: environment).hasPrefix(expected))
  }

  @Test func aKeyInTheWrongPlaceIsNotRepeated() throws {
    #expect(try !complaint("[server]\nkey_env = \"sk-live secret\"").contains("secret"))
    #expect(try !complaint("[server]\nurl = \"me:secret@host\"").contains("secret"))
  }

  @Test func aFileThatIsNoUTF8IsSaidToBe() throws {
    let home = try TemporaryDirectory()
    try home.write("", to: ".config/mem0top/config.toml")
    try Data([0x5B, 0xFF, 0x5D]).write(
      to: URL(fileURLWithPath: home.path + "/.config/mem0top/config.toml")
    )
    let error = #expect(throws: ConfigurationError.self) {
      try ConfigurationLoader(environment: ["HOME": home.path]).load()
    }
    #expect(error?.description.contains("config.toml is not UTF-8") == true)
  }

  @Test func theExampleLoadsAndChangesNothing() throws {
    let example = ConfigurationText.example
    #expect(try load(example).configuration.server == ServerSettings())
    // With every comment sign before a setting removed it still loads.
    let full = example.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.hasPrefix("# ") && $0.contains(" = ") ? $0.dropFirst(2) : $0 }
      .joined(separator: "\n")
    let loaded = try load(full)
    #expect(loaded.sources.count == SettingCatalog.all.count)
    #expect(loaded.configuration.server.health.count == 2)
  }

  @Test func whatIsPrintedReadsBackAsTheSame() throws {
    let first = try load("[lock]\nmax_hold = \"1h30m\"\n[worker]\nmatch = [\"a\\\"b\"]\n")
    let second = try load(ConfigurationText.effective(first))
    #expect(second.configuration.engine.maxHold == first.configuration.engine.maxHold)
    #expect(second.configuration.engine.workerMatch == ["a\"b"])
  }
}
