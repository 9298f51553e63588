#if canImport(Darwin)
internal import CPlatform
internal import CLibrary

/// macOS has no `/proc`: processes come from `libproc` and `sysctl`. Not tested on a Mac yet.
extension ProcessTable {
  static func openDirectory() -> Int32 { -1 }

  static func closeDirectory(_ directory: Int32) {}

  /// Looks at every process once; what a process has open shows only for processes of our user.
  package mutating func survey(_ question: ProcessQuestion) -> ProcessSurvey {
    var survey = ProcessSurvey()
    var users: Set<UInt32> = []
    let own = getpid()
    for pid in processIDs() {
      let line = commandLine(of: pid)
      if pid != own, question.pattern.role(of: line).isSure {
        survey.workers.append(facts(pid, line: line, pattern: question.pattern).process)
      }
      guard let file = question.file else { continue }
      guard let modes = openings(of: file, by: pid) else {
        let user = info(of: pid)?.pbi_uid
        if user == geteuid() {
          survey.uninspected.ownCount += 1
        } else {
          survey.uninspected.foreignCount += 1
          if let user { users.insert(user) }
        }
        continue
      }
      let process = facts(pid, line: line, pattern: question.pattern)
      survey.openers += modes.map { FileOpener(process: process, mode: $0, hasLock: false) }
    }
    survey.uninspected.users = users.count
    return survey
  }

  /// The live process with this id; `nil` where there is none, or only what is left of one.
  package mutating func process(_ pid: Int32, pattern: WorkerPattern) -> ProcessFacts? {
    guard kill(pid, 0) == 0 || errno == EPERM else { return nil }
    if let info = info(of: pid), info.pbi_status == UInt32(SZOMB) { return nil }
    return facts(pid, line: commandLine(of: pid), pattern: pattern)
  }

  /// Nothing that could be compared is counted here yet.
  mutating func counters(of pids: some Sequence<Int32>) -> [Int32: ProcessCounters] { [:] }

  /// POSIX locks of others on a file, by `F_GETLK`; those of `flock` do not show.
  ///
  /// A worker that has flocked the file also has it open for writing, which the survey finds.
  package mutating func kernelLocks(
    on file: FileIdentity,
    path: String,
    matchesAnyDevice: Bool
  ) -> [KernelLock] {
    let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var request = flock()
    request.l_type = Int16(F_WRLCK)
    request.l_whence = Int16(SEEK_SET)
    guard fcntl(descriptor, F_GETLK, &request) == 0, request.l_type != Int16(F_UNLCK) else {
      return []
    }
    return [KernelLock(kind: "POSIX", pid: request.l_pid > 0 ? request.l_pid : nil)]
  }

  private func processIDs() -> [Int32] {
    let size = proc_listpids(UInt32(PROC_ALL_PIDS), 0, nil, 0)
    guard size > 0 else { return [] }
    var pids = [Int32](repeating: 0, count: Int(size) / MemoryLayout<Int32>.stride + 64)
    let filled = proc_listpids(
      UInt32(PROC_ALL_PIDS),
      0,
      &pids,
      Int32(pids.count * MemoryLayout<Int32>.stride)
    )
    return pids.prefix(Int(max(filled, 0)) / MemoryLayout<Int32>.stride).filter { $0 > 0 }
  }

  private func info(of pid: Int32) -> proc_bsdinfo? {
    var info = proc_bsdinfo()
    let size = Int32(MemoryLayout<proc_bsdinfo>.size)
    return proc_pidinfo(pid, PROC_PIDTBSDINFO, 0, &info, size) == size ? info : nil
  }

  private func facts(_ pid: Int32, line: [UInt8], pattern: WorkerPattern) -> ProcessFacts {
    let start = info(of: pid).map { ($0.pbi_start_tvsec, $0.pbi_start_tvusec) }
    let name = line.prefix { $0 != 0 }.split(separator: UInt8(ascii: "/")).last ?? []
    return ProcessFacts(
      process: RunningProcess(
        pid: pid,
        command: Scrubber.scrub(bytes: line.dropLast().map { $0 == 0 ? 0x20 : $0 }),
        startedAt: start.map { Timestamp(Double($0.0) + Double($0.1) / 1e6) }
      ),
      startTicks: start.map { $0.0 * 1_000_000 + $0.1 } ?? 0,
      isWorker: pattern.role(of: line).isSure,
      isOurProgram: pid == getpid() || name.elementsEqual(Self.ownCommand.utf8)
    )
  }

  /// The arguments, each ended by NUL; the kernel puts their number and the program's path before.
  private func commandLine(of pid: Int32) -> [UInt8] {
    var name: [Int32] = [CTL_KERN, KERN_PROCARGS2, pid]
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    var size = bytes.count
    let header = MemoryLayout<Int32>.size
    guard sysctl(&name, 3, &bytes, &size, nil, 0) == 0, size > header else { return [] }
    let count = bytes.withUnsafeBytes { $0.loadUnaligned(as: Int32.self) }
    let arguments = bytes[header..<size].drop { $0 != 0 }.drop { $0 == 0 }
      .split(separator: 0, omittingEmptySubsequences: false).prefix(Int(max(count, 0)))
    return arguments.flatMap { $0 + [0] }
  }

  /// How a process has the file open; `nil` where we may not see that.
  private func openings(of file: FileIdentity, by pid: Int32) -> [FileOpener.Mode]? {
    let size = proc_pidinfo(pid, PROC_PIDLISTFDS, 0, nil, 0)
    guard size > 0 else { return nil }
    let stride = MemoryLayout<proc_fdinfo>.stride
    var descriptors = [proc_fdinfo](repeating: proc_fdinfo(), count: Int(size) / stride)
    let filled = proc_pidinfo(pid, PROC_PIDLISTFDS, 0, &descriptors, size)
    guard filled > 0 else { return nil }
    return descriptors.prefix(Int(filled) / stride).compactMap { descriptor in
      guard descriptor.proc_fdtype == UInt32(PROX_FDTYPE_VNODE) else { return nil }
      var info = vnode_fdinfo()
      let size = Int32(MemoryLayout<vnode_fdinfo>.size)
      guard
        proc_pidfdinfo(pid, descriptor.proc_fd, PROC_PIDFDVNODEINFO, &info, size) == size,
        info.pvi.vi_stat.vst_ino == file.inode,
        UInt64(info.pvi.vi_stat.vst_dev) == file.device
      else { return nil }
      return info.pfi.fi_openflags & UInt32(FWRITE) != 0 ? .writing : .reading
    }
  }
}

extension HostFacts {
  /// The facts about this machine, read anew.
  package static func current(_ table: inout ProcessTable) -> HostFacts {
    var text = [CChar](repeating: 0, count: 64)
    var size = text.count - 1
    sysctlbyname("kern.bootsessionuuid", &text, &size, nil, 0)
    var host = HostFacts(
      bootID: String(
        decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) },
        as: UTF8.self
      ),
      bootedAt: bootMoment(),
      suspended: suspendedSinceBoot(),
      hostName: ownHostName(),
      largestPID: 99_999,
      user: geteuid(),
      ownPID: getpid()
    )
    host.seesFlocks = false
    return host
  }

  /// Nothing tells yet when the clock of this system was set: only what was seen is believed.
  static func hasSteadyClock(_ table: inout ProcessTable) -> Bool { false }
}

extension FileSystemFacts {
  /// Looks at the file system that an open file lies on: what is not local is a network's.
  static func current(descriptor: Int32, mount: UInt64, _ table: inout ProcessTable) -> Self {
    var system = statfs()
    var facts = FileSystemFacts()
    if fstatfs(descriptor, &system) == 0, system.f_flags & UInt32(MNT_LOCAL) == 0 {
      facts.networkName = withUnsafeBytes(of: &system.f_fstypename) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
    }
    return facts
  }
}
#endif
