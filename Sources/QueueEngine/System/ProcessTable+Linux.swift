#if os(Linux)
internal import CPlatform
internal import CLibrary

extension ProcessTable {
  static func openDirectory() -> Int32 {
    open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  }

  static func closeDirectory(_ directory: Int32) {
    close(directory)
  }

  /// Looks at every process once.
  ///
  /// A process whose main thread has exited has neither a command line nor open files of its own
  /// while its other threads live, so one without a command line is looked at by its threads. One
  /// that forks after the list was read and ends before its turn has a child that is in no list: so
  /// the list is read again for those that came.
  package mutating func survey(_ question: ProcessQuestion) -> ProcessSurvey {
    var pass = SurveyPass(question)
    var seen: Set<Int32> = []
    for _ in 0..<Self.mostLists {
      let unseen = processIDs().filter { seen.insert($0).inserted }
      if unseen.isEmpty { break }
      for pid in unseen { inspect(pid, &pass) }
    }
    addScriptChildren(&pass)
    if pass.sightings.contains(where: { $0.role != .sure }) {
      pass.dropWrappers(of: ownAncestors())
    }
    pass.finish()
    for index in pass.survey.descendants.indices {
      let pid = pass.survey.descendants[index].process.pid
      pass.survey.descendants[index].process = running(pid, line: contents(of: "\(pid)/cmdline"))
    }
    pass.survey.uninspected.users = pass.users.count
    var facts = platform_file_facts()
    pass.survey.uninspected.areHidden = platform_stat(directory, "1", &facts) == -ENOENT
    return pass.survey
  }

  /// The live process with this id; `nil` where there is none, or only what is left of one.
  package mutating func process(_ pid: Int32, pattern: WorkerPattern) -> ProcessFacts? {
    guard kill(pid, 0) == 0 || errno == EPERM else { return nil }
    guard let status = status(of: "\(pid)") else {
      // It runs (the system says so), but its details are hidden from us.
      let process = RunningProcess(pid: pid, command: "")
      return ProcessFacts(process: process, startTicks: 0, isWorker: false)
    }
    if status.isDead && threads(of: pid).count <= 1 { return nil }
    var line = contents(of: "\(pid)/cmdline")
    if line.isEmpty, let thread = threads(of: pid).last {
      line = contents(of: "\(pid)/task/\(thread)/cmdline")
    }
    return facts(pid, line: line, startTicks: status.startTicks, pattern: pattern)
  }

  /// So often the list of processes is read in one pass at most: on a busy machine some always come.
  private static var mostLists: Int { 4 }

  private mutating func inspect(_ pid: Int32, _ pass: inout SurveyPass) {
    let line = contents(of: "\(pid)/cmdline")
    if line.isEmpty {
      inspectThreads(of: pid, &pass)
    } else {
      inspect(pid, path: "\(pid)", line: line, &pass)
    }
  }

  private mutating func inspectThreads(of pid: Int32, _ pass: inout SurveyPass) {
    // Most of them are threads of the kernel, which have one thread: a link count tells that at once.
    var facts = platform_file_facts()
    guard platform_stat(directory, "\(pid)/task", &facts) == 0, facts.links != 3 else { return }
    for thread in threads(of: pid) where thread != pid {
      let path = "\(pid)/task/\(thread)"
      let line = contents(of: path + "/cmdline")
      if line.isEmpty { continue }
      inspect(pid, path: path, line: line, &pass)
      return
    }
  }

  private mutating func inspect(
    _ pid: Int32,
    path: String,
    line: [UInt8],
    _ pass: inout SurveyPass
  ) {
    if pass.needsStates { pass.states[pid] = status(of: path) }
    let written = inspectFiles(of: pid, path: path, line: line, &pass)
    if pid != getpid() { classify(pid, line: line, written, &pass) }
    if let wanted = pass.question.namesakesOf, isKnownInside(pid, as: wanted) {
      pass.survey.namesakes.append(running(pid, line: line))
    }
    if let kin = pass.question.kinOf, pid != kin, pid != getpid(), let state = pass.states[pid],
      !state.isDead, state.group == kin || state.session == kin
    {
      pass.survey.kin.append(running(pid, line: line))
    }
    if pass.question.readsMaps, pid != getpid(), !isOurProgram(pid, line), hasMapped(pid, pass) {
      pass.survey.mappers.append(running(pid, line: line))
    }
  }

  /// Who is a worker: by name, by mention, or by having a file open for writing that only workers write.
  private mutating func classify(
    _ pid: Int32,
    line: [UInt8],
    _ written: WrittenFiles,
    _ pass: inout SurveyPass
  ) {
    let role = pass.question.pattern.role(of: line)
    guard role == .none else {
      let bearing = pass.question.workplace.map { self.bearing(of: pid, line: line, to: $0) }
      let isSure = role.isSure && bearing ?? .here == .here
      if bearing == .elsewhere { return }
      pass.sightings.append(
        .init(
          process: running(pid, line: line),
          role: isSure ? role : .doubtful,
          writesData: written.contains(.data)
        )
      )
      return
    }
    guard written != [], !isOurProgram(pid, line),
      written != .log || !LogKeepers.include(Self.program(line))
    else { return }
    pass.sightings.append(
      .init(
        process: running(pid, line: line),
        role: .doubtful,
        writesData: written.contains(.data)
      )
    )
  }

  private mutating func ownAncestors() -> Set<Int32> {
    var ancestors: Set<Int32> = []
    var pid = getppid()
    while pid > 1, ancestors.insert(pid).inserted { pid = status(of: "\(pid)")?.parent ?? 0 }
    return ancestors
  }

  /// What a worker's shell script has started may do its work.
  private mutating func addScriptChildren(_ pass: inout SurveyPass) {
    let scripts = pass.sightings.filter { $0.role == .script || $0.role == .wrapper }
    guard !scripts.isEmpty else { return }
    if !pass.needsStates {
      for pid in processIDs() { pass.states[pid] = status(of: "\(pid)") }
    }
    pass.dropWrappersOfWorkers()
    let roots = Set(scripts.filter { $0.role == .script }.map(\.process.pid))
    let known = Set(pass.sightings.map(\.process.pid))
    for pid in pass.descendants(of: roots) where !known.contains(pid) && pid != getpid() {
      let line = contents(of: "\(pid)/cmdline")
      guard !line.isEmpty, !LogKeepers.include(Self.program(line)) else { continue }
      pass.sightings.append(.init(process: running(pid, line: line), role: .doubtful))
    }
  }

  /// The last part of `argv[0]`.
  private static func program(_ line: [UInt8]) -> String {
    let first = line.prefix { $0 != 0 && $0 != UInt8(ascii: " ") }
    return String(decoding: first.split(separator: UInt8(ascii: "/")).last ?? [], as: UTF8.self)
  }

  func isOurProgram(_ pid: Int32, _ line: [UInt8]) -> Bool {
    let name = line.prefix { $0 != 0 }.split(separator: UInt8(ascii: "/")).last ?? []
    return pid == getpid() || name.elementsEqual(Self.ownCommand.utf8)
  }

  func facts(
    _ pid: Int32,
    line: [UInt8],
    startTicks: UInt64,
    pattern: WorkerPattern
  ) -> ProcessFacts {
    ProcessFacts(
      process: RunningProcess(
        pid: pid,
        command: Self.commandText(line),
        startedAt: Self.moment(ticks: startTicks)
      ),
      startTicks: startTicks,
      isWorker: pattern.role(of: line).isSure,
      isOurProgram: isOurProgram(pid, line)
    )
  }

  mutating func running(_ pid: Int32, line: [UInt8]) -> RunningProcess {
    let start = status(of: "\(pid)").flatMap { Self.moment(ticks: $0.startTicks) }
    return RunningProcess(pid: pid, command: Self.commandText(line), startedAt: start)
  }
}
#endif
