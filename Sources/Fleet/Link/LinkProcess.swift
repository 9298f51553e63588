internal import CLibrary

/// A process that carries a link: its input, its output and its complaints are pipes of ours.
///
/// It lives in a session of its own, so that no key of our terminal reaches it and it asks nothing there.
struct LinkProcess {
  let pid: pid_t
  /// Its standard input, output and error, at our end; none of them blocks, and closed ones are -1.
  private(set) var input: Int32
  private(set) var output: Int32
  private(set) var complaints: Int32
  /// What its input has not taken yet.
  private(set) var unsent: [UInt8] = []

  /// More is not kept for who does not read, in bytes.
  private static let mostUnsent = 32 << 20

  /// Starts a program, found by `PATH`, with variables like `NAME=value`.
  ///
  /// - Throws: `StartFailure` with the system's reason.
  init(command: [String], environment: [String]) throws(StartFailure) {
    var pipes: [(read: Int32, write: Int32)] = []
    do throws(StartFailure) {
      for _ in 0..<3 { pipes.append(try Self.makePipe()) }
      let ends = (pipes[0].read, pipes[1].write, pipes[2].write)
      pid = try Self.spawn(command, environment, ends)
    } catch {
      for pipe in pipes { Self.close(pipe.read, pipe.write) }
      throw error
    }
    Self.close(pipes[0].read, pipes[1].write, pipes[2].write)
    (input, output, complaints) = (pipes[0].write, pipes[1].read, pipes[2].read)
    for end in [input, output, complaints] { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
  }

  /// Why a program could not be started.
  struct StartFailure: Error {
    let code: Int32
  }

  /// Puts bytes behind those that wait for its input; `false` where it has not read for too long.
  mutating func send(_ bytes: [UInt8]) -> Bool {
    guard input >= 0 else { return true }
    unsent += bytes
    flush()
    return unsent.count <= Self.mostUnsent
  }

  /// Writes as much as its input takes.
  mutating func flush() {
    guard input >= 0, !unsent.isEmpty else { return }
    let count = unsent.withUnsafeBytes { write(input, $0.baseAddress, $0.count) }
    if count > 0 {
      unsent.removeFirst(count)
    } else if count < 0, errno != EAGAIN, errno != EINTR {
      closeInput()
    }
  }

  /// Reads once from its output; `nil` at the end.
  mutating func readOutput(atMost limit: Int) -> [UInt8]? {
    let bytes = Self.read(output, atMost: limit)
    if bytes == nil { closeOutput() }
    return bytes
  }

  /// Reads once from its complaints; `nil` at the end.
  mutating func readComplaints() -> [UInt8]? {
    let bytes = Self.read(complaints, atMost: 4_096)
    if bytes == nil {
      Self.close(complaints)
      complaints = -1
    }
    return bytes
  }

  /// Ends the input, by which the far side ends.
  mutating func closeInput() {
    Self.close(input)
    (input, unsent) = (-1, [])
  }

  /// Reads no more of its output.
  mutating func closeOutput() {
    Self.close(output)
    output = -1
  }

  /// Gives everything back; it must have ended.
  mutating func closeAll() {
    closeInput()
    Self.close(output, complaints)
    (output, complaints) = (-1, -1)
  }

  /// Asks it to end, or makes it end.
  func signal(_ number: Int32) { kill(pid, number) }

  /// How it ended: its status, or minus the number of a signal; `nil` while it lives.
  func reap() -> Int32? {
    var status: Int32 = 0
    let outcome = waitpid(pid, &status, WNOHANG)
    if outcome == 0 || (outcome < 0 && errno == EINTR) { return nil }
    if outcome < 0 { return 0 }
    let signal = status & 0x7F
    return signal == 0 ? (status >> 8) & 0xFF : -signal
  }

  // MARK: System calls

  private static func makePipe() throws(StartFailure) -> (read: Int32, write: Int32) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw StartFailure(code: errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  private static func spawn(
    _ command: [String],
    _ environment: [String],
    _ ends: (input: Int32, output: Int32, complaints: Int32)
  ) throws(StartFailure) -> pid_t {
    #if canImport(Darwin)
    var actions: posix_spawn_file_actions_t?
    var attributes: posix_spawnattr_t?
    #else
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    for (number, end) in [ends.input, ends.output, ends.complaints].enumerated() {
      posix_spawn_file_actions_adddup2(&actions, end, Int32(number))
    }
    // What we ignore, ssh must not.
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGPIPE, SIGXFSZ, SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, number) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    let flags = Int32(POSIX_SPAWN_SETSIGDEF) | Int32(POSIX_SPAWN_SETSIGMASK) | ownSession
    posix_spawnattr_setflags(&attributes, Int16(flags))
    var words = command.map { strdup($0) } + [nil]
    var variables = environment.map { strdup($0) } + [nil]
    defer { for text in words + variables { free(text) } }
    var pid: pid_t = 0
    let code = posix_spawnp(&pid, command[0], &actions, &attributes, &words, &variables)
    guard code == 0 else { throw StartFailure(code: code) }
    return pid
  }

  /// `POSIX_SPAWN_SETSID`, which glibc hides behind a macro.
  private static var ownSession: Int32 {
    #if canImport(Darwin)
    0x400
    #else
    0x80
    #endif
  }

  private static func read(_ descriptor: Int32, atMost limit: Int) -> [UInt8]? {
    var count = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, filled in
      count = CLibrary.read(descriptor, buffer.baseAddress, limit)
      filled = max(count, 0)
    }
    if count > 0 { return bytes }
    return count < 0 && (errno == EAGAIN || errno == EINTR) ? [] : nil
  }

  private static func close(_ descriptors: Int32...) {
    for descriptor in descriptors where descriptor >= 0 { CLibrary.close(descriptor) }
  }
}
