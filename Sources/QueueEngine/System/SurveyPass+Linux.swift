#if os(Linux)
internal import CPlatform

/// The files that only workers write, as far as a process has them open for writing.
struct WrittenFiles: OptionSet {
  let rawValue: Int
  static let log = WrittenFiles(rawValue: 1)
  static let data = WrittenFiles(rawValue: 2)
}

/// Programs that keep a log for others: to have only the log open makes them no worker.
enum LogKeepers {
  private static let names: Set<String> = [
    "tee", "cat", "logger", "multilog", "svlogd", "cronolog", "rotatelogs", "s6-log",
    "s6-supervise",
    "runsv", "runsvdir", "supervise", "svscan", "supervisord", "systemd", "systemd-cat", "journald",
    "systemd-journald", "cron", "crond", "fcron", "anacron", "atd", "ts", "unbuffer", "script",
    "pm2",
    "monit", "god", "circusd", "dockerd", "containerd-shim", "conmon", "tini", "dumb-init", "tmux",
    "screen", "rsyslogd", "syslog-ng", "logrotate", "nohup", "tail", "less",
  ]

  static func include(_ program: String) -> Bool {
    // `tmux: server`, `cron:`, `-bash`.
    let name = program.drop { $0 == "-" }.prefix { $0 != ":" }
    return names.contains(String(name))
  }
}

/// What one pass over all processes has found so far.
struct SurveyPass {
  /// A process that is a worker, or may be one.
  struct Sighting {
    var process: RunningProcess
    var role: WorkerRole
    /// It has the queue or the dead letters open for writing.
    var writesData = false
  }

  let question: ProcessQuestion
  /// The lock and the files that only workers write, as the search for descriptors wants them.
  let files: [platform_file_name]
  /// What each of `files` is; `nil` for the lock.
  let kinds: [WrittenFiles?]
  var survey = ProcessSurvey()
  var sightings: [Sighting] = []
  var states: [Int32: ProcessTable.ProcessState] = [:]
  var users: Set<UInt32> = []

  init(_ question: ProcessQuestion) {
    self.question = question
    var files: [platform_file_name] = []
    var kinds: [WrittenFiles?] = []
    if let file = question.file {
      files.append(Self.entry(file, question.fileName))
      kinds.append(nil)
    }
    for file in question.workplace?.dataFiles ?? [] where file.identity != question.file {
      files.append(Self.entry(file.identity, file.name))
      kinds.append(file.isLog ? .log : .data)
    }
    self.files = files
    self.kinds = kinds
  }

  /// Whether the group, session and parent of every process matter.
  var needsStates: Bool { question.kinOf != nil || !question.ancestors.isEmpty }

  private static func entry(_ file: FileIdentity, _ name: Substring) -> platform_file_name {
    var name = String(name)
    let hash = name.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { platform_hash_of_name($0.baseAddress, $0.count) }
    }
    return platform_file_name(device: file.device, inode: file.inode, name_hash: hash)
  }

  /// The processes that descend from some, these left out.
  func descendants(of roots: Set<Int32>) -> [Int32] {
    var children: [Int32: [Int32]] = [:]
    for (pid, state) in states where !state.isDead {
      children[state.parent, default: []].append(pid)
    }
    var found: [Int32] = []
    var seen = roots
    var rest = Array(roots)
    while let parent = rest.popLast() {
      for child in children[parent] ?? [] where seen.insert(child).inserted {
        found.append(child)
        rest.append(child)
      }
    }
    return found
  }

  /// `timeout` and the worker behind it are one worker.
  mutating func dropWrappersOfWorkers() {
    let workers = Set(
      sightings.filter { $0.role == .sure || $0.role == .script }.map(\.process.pid)
    )
    let wrappers = sightings.filter { $0.role == .wrapper }.map(\.process.pid)
    let doubled = wrappers.filter { !workers.isDisjoint(with: descendants(of: [$0])) }
    sightings.removeAll { doubled.contains($0.process.pid) }
  }

  /// Whoever has started us, as cron's shell or `timeout` does, waits for us and is no other worker.
  mutating func dropWrappers(of ancestors: Set<Int32>) {
    sightings.removeAll {
      ancestors.contains($0.process.pid) && $0.role != .sure && !$0.writesData
    }
  }

  /// Sorts what was sighted.
  mutating func finish() {
    survey.workers = sightings.filter(\.role.isSure).map(\.process)
    survey.doubtfulWorkers = sightings.filter { !$0.role.isSure }.map(\.process)
    let roots = question.ancestors.filter { states[$0.pid]?.startTicks == $0.startTicks }
    guard !roots.isEmpty else { return }
    let found = descendants(of: Set(roots.map(\.pid)))
    for pid in roots.map(\.pid) + found {
      guard let state = states[pid], !state.isDead else { continue }
      let start = ProcessTable.moment(ticks: state.startTicks)
      let process = RunningProcess(pid: pid, command: "", startedAt: start)
      survey.descendants.append(.init(process: process, startTicks: state.startTicks))
    }
  }
}
#endif
