import Foundation
import TestSupport
import Testing

/// The real program on a pseudoterminal of its own, under a Python that plays the job-control shell.
///
/// Unlike tmux it can close the terminal, stop the program as Ctrl-Z does, and change the size a
/// thousand times a second. A play is a list of steps, and its outcome what the shell saw.
struct PtyStage {
  struct Outcome: Decodable {
    /// The exit status, or below 0 the signal that ended it.
    let status: Int32
    /// From the last step before the end to the end.
    let seconds: Double
    /// Whether the modes of the terminal are what they were before.
    let hasSameModes: Bool
    /// Whether the main screen and the cursor are back.
    let isRestored: Bool
    /// What the program wrote at last.
    let tail: String
    /// All that it wrote.
    let written: String
    /// The bytes of input that it left to whoever has the terminal next.
    let inputLeft: Int
  }

  enum Step {
    /// Waits until this text has been written since the last step.
    case see(String)
    /// Waits until a text stands behind the one that was seen last, in the same read or later.
    case seeThen(String)
    case type(String)
    /// Types a key, and again each second until a text is seen: as a person does whose key was not heeded.
    case typeUntil(String, String)
    /// Sends bytes that are no text.
    case bytes([UInt8])
    /// The terminal sends nothing for so many milliseconds.
    case pause(Int)
    /// Types Ctrl-C until the program has ended: no to a question, and then the end.
    case leave
    case signal(Int32)
    /// Waits until it is stopped, with the terminal restored.
    case stopped
    case resume
    /// Requires that no input is left to whoever has the terminal now.
    case inputTaken
    /// Appends a line to this file each millisecond from now on.
    case appendForever(to: String)
    /// Requires that the program never ignores this signal while it draws anew so many times.
    case heedsWhileDrawing(Int32, times: Int)
    /// So many random sizes from 1×1 to 500×200, and then 80×24.
    case resizes(Int)
    /// Takes the terminal away.
    case hangUp
    /// Waits until this file is there.
    case present(String)
    /// Requires that this file is not there now.
    case absent(String)

    fileprivate var words: [String] {
      switch self {
      case .see(let text): ["see", text]
      case .seeThen(let text): ["then", text]
      case .typeUntil(let key, let text): ["until", "\(key)\u{1F}\(text)"]
      case .type(let keys): ["type", keys]
      case .bytes(let bytes):
        ["bytes", bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()]
      case .pause(let milliseconds): ["pause", "\(milliseconds)"]
      case .leave: ["leave", ""]
      case .signal(let number): ["signal", "\(number)"]
      case .stopped: ["stopped", ""]
      case .resume: ["resume", ""]
      case .inputTaken: ["taken", ""]
      case .appendForever(let path): ["append", path]
      case .heedsWhileDrawing(let signal, let times): ["heeds", "\(signal) \(times)"]
      case .resizes(let count): ["resizes", "\(count)"]
      case .hangUp: ["hangup", ""]
      case .present(let path): ["present", path]
      case .absent(let path): ["absent", path]
      }
    }
  }

  let home: TemporaryDirectory
  let directory: WatchedDirectory

  /// Prepares a home with a watched directory that `prepare` fills.
  init(prepare: (WatchedDirectory) throws -> Void = { _ in }) throws {
    home = try TemporaryDirectory()
    directory = try WatchedDirectory(in: home)
    try prepare(directory)
  }

  /// Plays the steps with the dashboard, or other arguments, and waits for its end.
  ///
  /// `preparation` is what a shell does first, to set limits. The terminal has so many columns.
  func play(
    _ steps: [Step],
    after preparation: String = ":",
    arguments: [String] = [],
    environment: [String: String] = [:],
    columns: Int = 100
  ) throws -> Outcome {
    let python = Process()
    let output = Foundation.Pipe()
    python.executableURL = URL(filePath: "/usr/bin/env")
    python.arguments =
      ["python3", "-c", Self.shell, "\(columns)", "\(steps.count)"] + steps.flatMap(\.words)
      + ["/bin/sh", "-c", "\(preparation); exec \"$0\" \"$@\"", Program.path] + arguments
    python.environment = [
      "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "TERM": "xterm-256color",
      "TZ": "UTC", "HOME": home.path, "SWIFT_BACKTRACE": "enable=no",
      "MEM0TOP_WORKER_MATCH": "[\"worker-\(UUID().uuidString)\"]",
    ].merging(environment) { $1 }
    python.standardOutput = output
    try python.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    python.waitUntilExit()
    try #require(
      python.terminationStatus == 0,
      "the play stopped: \(String(decoding: data, as: UTF8.self))"
    )
    return try JSONDecoder().decode(Outcome.self, from: data)
  }

  private static let shell = #"""
    import fcntl, json, os, pty, random, re, select, signal, struct, sys, termios, threading, time
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    columns, count = int(sys.argv[1]), int(sys.argv[2])
    steps = list(zip(sys.argv[3:3 + 2 * count:2], sys.argv[4:4 + 2 * count:2]))
    command = sys.argv[3 + 2 * count:]
    if os.fork(): sys.exit(os.waitstatus_to_exitcode(os.wait()[1]))
    os.setsid()
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    master, terminal = pty.openpty()
    os.set_inheritable(master, False)
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
    def resize(columns, rows):
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    resize(columns, 30)
    before = termios.tcgetattr(terminal)
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        os.tcsetpgrp(terminal, os.getpid())
        for number in (signal.SIGHUP, signal.SIGTTOU): signal.signal(number, signal.SIG_DFL)
        for descriptor in range(3): os.dup2(terminal, descriptor)
        os.closerange(3, 64)
        os.execv(command[0], command)
    try: os.setpgid(child, child)
    except OSError: pass
    written = b""
    ended = None
    def fail(why):
        os.kill(child, signal.SIGKILL)
        print(why, written[-2000:], flush=True)
        os._exit(1)
    def drain(seconds):
        global written
        if master is None:
            time.sleep(seconds)
        elif select.select([master], [], [], seconds)[0]:
            written += os.read(master, 65536)
    def wait(flags, what):
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            drain(0.005)
            pid, status = os.waitpid(child, os.WNOHANG | flags)
            if pid: return status
        fail("not seen: " + what)
    def present(path):
        deadline = time.monotonic() + 10
        while not os.path.exists(path):
            if time.monotonic() > deadline: fail("not there: " + path)
            drain(0.002)
    def restored():
        leaves = [(b"\x1b[?1049h", b"\x1b[?1049l"), (b"\x1b[?25l", b"\x1b[?25h")]
        return all(written.rfind(off) >= written.rfind(on) for on, off in leaves)
    def append(path):
        while True:
            with open(path, "a") as file: file.write("a line of the log\n")
            time.sleep(0.001)
    for step, value in steps:
        if step in ("see", "then"):
            # What comes in one read with what was seen before is not new, but may come behind it.
            start, deadline = (len(written) if step == "see" else mark), time.monotonic() + 30
            while value not in written[start:].decode("utf-8", "replace") and value not in re.sub(r"\x1b(\[[0-9;?]*[a-zA-Z]|\(B)", "", written[start:].decode("utf-8", "replace")):
                if time.monotonic() > deadline: fail("not seen: " + value)
                drain(0.05)
            mark = max(written.find(value.encode(), start), start)
        elif step == "type": os.write(master, value.encode())
        elif step == "until":
            (key, text), start, deadline = value.split("\x1f"), len(written), time.monotonic() + 30
            while text not in written[start:].decode("utf-8", "replace"):
                if time.monotonic() > deadline: fail("not seen: " + text)
                os.write(master, key.encode())
                again = time.monotonic() + 1
                while time.monotonic() < again and text not in written[start:].decode("utf-8", "replace"): drain(0.05)
        elif step == "bytes": os.write(master, bytes.fromhex(value))
        elif step == "pause":
            until = time.monotonic() + int(value) / 1000
            while time.monotonic() < until: drain(max(until - time.monotonic(), 0))
        elif step == "leave":
            def ended_by(deadline):
                while time.monotonic() < deadline:
                    drain(0.01)
                    if os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT): return True
            until = time.monotonic() + 10
            while time.monotonic() < until:
                os.write(master, b"\x03")
                if ended_by(time.monotonic() + 1.2): break
        elif step == "signal": os.kill(child, int(value))
        elif step == "stopped":
            status = wait(os.WUNTRACED, "stopped")
            if not os.WIFSTOPPED(status): fail("ended instead of stopping: %d" % status)
            for _ in range(20): drain(0.005)
            if not restored(): fail("stopped without giving the screen back")
            if termios.tcgetattr(terminal) != before: fail("stopped in modes of its own")
            os.tcsetpgrp(terminal, os.getpgrp())
        elif step == "resume":
            os.tcsetpgrp(terminal, child)
            os.killpg(child, signal.SIGCONT)
        elif step == "taken":
            left = struct.unpack("i", fcntl.ioctl(terminal, termios.FIONREAD, b"\0" * 4))[0]
            if left: fail("bytes of input left: %d" % left)
        elif step == "append":
            threading.Thread(target=append, args=(value,), daemon=True).start()
        elif step == "heeds":
            number, times = map(int, value.split())
            status = open("/proc/%d/status" % child)
            for turn in range(times):
                resize(100 + turn % 2, 30)
                for _ in range(50):
                    status.seek(0)
                    ignored = int(re.search("SigIgn:\\s*(\\w+)", status.read())[1], 16)
                    if ignored >> (number - 1) & 1: fail("ignored in turn %d" % turn)
                drain(0)
        elif step == "resizes":
            numbers = random.Random(5)
            for _ in range(int(value)):
                resize(numbers.randint(1, 500), numbers.randint(1, 200))
                drain(0.0005)
            resize(80, 24)
        elif step == "present": present(value)
        elif step == "absent" and os.path.exists(value): fail("there: " + value)
        elif step == "hangup":
            os.close(master)
            master = None
    begun = time.monotonic()
    status = os.waitstatus_to_exitcode(wait(0, "the end"))
    took = time.monotonic() - begun
    same, left = True, 0
    if master is not None:
        while select.select([master], [], [], 0.02)[0]: written += os.read(master, 65536)
        same = termios.tcgetattr(terminal) == before
        # By lines, only those that are complete would count.
        plain = termios.tcgetattr(terminal)
        plain[3] &= ~termios.ICANON
        termios.tcsetattr(terminal, termios.TCSANOW, plain)
        left = struct.unpack("i", fcntl.ioctl(terminal, termios.FIONREAD, b"\0" * 4))[0]
    print(json.dumps({"status": status, "seconds": took, "hasSameModes": same, "isRestored": restored(),
                      "tail": written[-4000:].decode("utf-8", "replace"),
                      "written": written.decode("utf-8", "replace"), "inputLeft": left}), flush=True)
    os._exit(0)
    """#
}
