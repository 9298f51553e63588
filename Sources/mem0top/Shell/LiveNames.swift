internal import ArgumentParser
internal import Fleet
internal import QueueEngine

/// The ids and projects that a shell offers while a command is typed.
///
/// A shell waits for them at each press of Tab, so only one file is read, and a large one is not; what
/// goes wrong goes unsaid, since the prompt is no place for it.
enum LiveNames {
  /// A larger file would take longer than a person waits, in bytes.
  private static let largestFile = 8 << 20

  static let deadLetters = CompletionKind.custom(offerDeadLetters)
  static let queuedItems = CompletionKind.custom(offerQueuedItems)
  static let projects = CompletionKind.custom(offerProjects)
  static let machines = CompletionKind.custom(offerMachines)
  static let topics = CompletionKind.custom(offerTopics)

  private static let offerDeadLetters: @Sendable ([String], Int, String) -> [String] = {
    words,
    _,
    start in
    items(words).map(\.key.id).offered(start)
  }

  private static let offerQueuedItems: @Sendable ([String], Int, String) -> [String] = {
    words,
    _,
    start in
    guard let bytes = bytes(of: \.queue, words) else { return [] }
    let items = try? QueuedItemDecoder.decode(bytes, file: "", now: SystemClock.now)
    return (items ?? []).map(\.key.id).offered(start)
  }

  private static let offerProjects: @Sendable ([String], Int, String) -> [String] = {
    words,
    _,
    start in
    let names = items(words).map(\.project) + queueProjects(words)
    return Set(names).sorted().offered(start)
  }

  /// The machines of the configuration, and those that the person's ssh has a name for.
  private static let offerMachines: @Sendable ([String], Int, String) -> [String] = { _, _, start in
    let variables = ProcessEnvironment.variables
    let loaded = try? ConfigurationLoader(environment: variables).load()
    let known = (loaded?.configuration.fleet.hosts ?? []).map(\.name)
    let path = (variables["HOME"] ?? "") + "/.ssh/config"
    guard let opened = try? OpenFile(path: path), opened.stamp.size <= largestFile,
      let bytes = try? opened.readAll()
    else { return known.offered(start) }
    return (known + sshHosts(String(decoding: bytes, as: UTF8.self))).offered(start)
  }

  /// The names behind `Host`; patterns name nobody (ssh_config(5)).
  private static func sshHosts(_ text: String) -> [String] {
    text.split(whereSeparator: \.isNewline).flatMap { line -> [Substring] in
      let words = line.split { " \t=".contains($0) }
      return words.first?.lowercased() == "host" ? Array(words.dropFirst()) : []
    }.map(String.init)
  }

  /// Topics behind those that stand there with their commas.
  private static let offerTopics: @Sendable ([String], Int, String) -> [String] = { _, _, start in
    let place = start.lastIndex(of: ",").map { start.index(after: $0) } ?? start.startIndex
    let given = start[..<place].split(separator: ",").map(String.init)
    return FindingTopic.allCases.map(\.rawValue)
      .filter { $0.hasPrefix(start[place...]) && !given.contains($0) }
      .map { start[..<place] + $0 }
  }

  private static func items(_ words: [String]) -> [DeadLetter] {
    guard let bytes = bytes(of: \.deadLetters, words) else { return [] }
    return (try? DeadLetterDecoder.decode(bytes, file: "", now: SystemClock.now))?.items ?? []
  }

  private static func queueProjects(_ words: [String]) -> [String] {
    guard let bytes = bytes(of: \.queue, words) else { return [] }
    let queue = try? QueueDecoder.decode(bytes, file: "", now: SystemClock.now)
    return queue?.projects.map(\.project) ?? []
  }

  private static func bytes(
    of file: KeyPath<FileNames, String>,
    _ words: [String]
  ) -> [UInt8]? {
    let loader = ConfigurationLoader(
      environment: ProcessEnvironment.variables,
      directoryFlag: directory(in: words)
    )
    guard let settings = try? loader.load().configuration.engine,
      let opened = try? OpenFile(path: settings.path(of: file)), opened.stamp.size <= largestFile
    else { return nil }
    return try? opened.readAll()
  }

  /// The value of `--dir` among the words that are typed.
  private static func directory(in words: [String]) -> String? {
    if let place = words.firstIndex(of: "--dir"), words.indices.contains(place + 1) {
      return words[place + 1]
    }
    return words.first { $0.hasPrefix("--dir=") }.map { String($0.dropFirst(6)) }
  }
}

extension [String] {
  /// Those that begin so and that no shell reads as anything but a word.
  ///
  /// bash expands the words that it is offered, `$(…)` too, and they come from files of others.
  fileprivate func offered(_ start: String) -> [String] {
    Array(
      filter { word in
        word.hasPrefix(start) && !word.isEmpty && !word.hasPrefix("-")
          && word.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
              UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
              UInt8(ascii: "."):
              true
            default: false
            }
          }
      }.prefix(200)
    )
  }
}
