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
  /// while its other threads live, so one without a command line is looked at by its threads.
  package mutating func survey(_ question: ProcessQuestion) -> ProcessSurvey {
    var survey = ProcessSurvey()
    var users: Set<UInt32> = []
    let own = getpid()
    for pid in processIDs() {
      let line = contents(of: "\(pid)/cmdline")
      if line.isEmpty {
        surveyThreads(of: pid, question, &survey, &users)
      } else {
        note(pid, line: line, question, &survey, own: own)
        inspect(pid, path: "\(pid)", question, &survey, &users)
      }
    }
    survey.uninspected.users = users.count
    var facts = platform_file_facts()
    survey.uninspected.areHidden = platform_stat(directory, "1", &facts) == -ENOENT
    return survey
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

  private mutating func surveyThreads(
    of pid: Int32,
    _ question: ProcessQuestion,
    _ survey: inout ProcessSurvey,
    _ users: inout Set<UInt32>
  ) {
    // Most of them are threads of the kernel, which have one thread: a link count tells that at once.
    var facts = platform_file_facts()
    guard platform_stat(directory, "\(pid)/task", &facts) == 0, facts.links != 3 else { return }
    for thread in threads(of: pid) where thread != pid {
      let path = "\(pid)/task/\(thread)"
      let line = contents(of: path + "/cmdline")
      if line.isEmpty { continue }
      note(pid, line: line, question, &survey, own: getpid())
      inspect(pid, path: path, question, &survey, &users)
      return
    }
  }

  private mutating func note(
    _ pid: Int32,
    line: [UInt8],
    _ question: ProcessQuestion,
    _ survey: inout ProcessSurvey,
    own: Int32
  ) {
    if pid != own, question.pattern.matches(commandLine: line) {
      switch question.workplace.map({ bearing(of: pid, line: line, to: $0) }) ?? .here {
      case .here: survey.workers.append(running(pid, line: line))
      case .doubtful: survey.doubtfulWorkers.append(running(pid, line: line))
      case .elsewhere: break
      }
    }
    if let wanted = question.namesakesOf, innerIDs(of: pid).contains(wanted) {
      survey.namesakes.append(running(pid, line: line))
    }
  }

  private mutating func inspect(
    _ pid: Int32,
    path: String,
    _ question: ProcessQuestion,
    _ survey: inout ProcessSurvey,
    _ users: inout Set<UInt32>
  ) {
    guard let file = question.file else { return }
    var found: [Int32] = Array(repeating: 0, count: 16)
    let count = platform_find_descriptors(
      directory,
      path + "/fd",
      file.device,
      file.inode,
      &found,
      Int32(found.count)
    )
    // One that has ended meanwhile has nothing open any more.
    var facts = platform_file_facts()
    if count < 0, count != -ENOENT, count != -ESRCH,
      platform_stat(directory, "\(pid)", &facts) == 0
    {
      if facts.owner == geteuid() {
        survey.uninspected.ownCount += 1
      } else {
        survey.uninspected.foreignCount += 1
        users.insert(facts.owner)
      }
    }
    for descriptor in found.prefix(Int(max(count, 0))) {
      if let opener = opener(pid, path: path, descriptor: descriptor, pattern: question.pattern) {
        survey.openers.append(opener)
      }
    }
  }

  private mutating func opener(
    _ pid: Int32,
    path: String,
    descriptor: Int32,
    pattern: WorkerPattern
  ) -> FileOpener? {
    let text = String(decoding: contents(of: "\(path)/fdinfo/\(descriptor)"), as: UTF8.self)
    var mode = FileOpener.Mode.looking
    var hasLock = false
    for line in text.split(separator: "\n") {
      let words = line.split { $0 == " " || $0 == "\t" }
      if words.first == "flags:", let flags = words.last.flatMap({ Int32($0, radix: 8) }) {
        let isPathOnly = flags & 0o10000000 != 0
        mode = !isPathOnly && flags & O_ACCMODE != O_RDONLY ? .writing : .looking
      }
      // A lease is listed here as well, and holds nothing.
      if words.first == "lock:", line.contains("ADVISORY") { hasLock = true }
    }
    guard !text.isEmpty, let status = status(of: path) else { return nil }
    let facts = facts(
      pid,
      line: contents(of: path + "/cmdline"),
      startTicks: status.startTicks,
      pattern: pattern
    )
    return FileOpener(process: facts, mode: mode, hasLock: hasLock)
  }

  private func facts(
    _ pid: Int32,
    line: [UInt8],
    startTicks: UInt64,
    pattern: WorkerPattern
  ) -> ProcessFacts {
    let name = line.prefix { $0 != 0 }.split(separator: UInt8(ascii: "/")).last ?? []
    return ProcessFacts(
      process: RunningProcess(
        pid: pid,
        command: Self.commandText(line),
        startedAt: Self.moment(ticks: startTicks)
      ),
      startTicks: startTicks,
      isWorker: pattern.matches(commandLine: line),
      isOurProgram: pid == getpid() || name.elementsEqual(Self.ownCommand.utf8)
    )
  }

  private mutating func running(_ pid: Int32, line: [UInt8]) -> RunningProcess {
    let start = status(of: "\(pid)").flatMap { Self.moment(ticks: $0.startTicks) }
    return RunningProcess(pid: pid, command: Self.commandText(line), startedAt: start)
  }
}
#endif
