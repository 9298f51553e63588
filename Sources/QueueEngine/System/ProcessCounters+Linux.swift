#if os(Linux)
internal import CPlatform
internal import CLibrary

extension ProcessTable {
  /// What the kernel counts of some processes; those that are gone are left out.
  mutating func counters(of pids: some Sequence<Int32>) -> [Int32: ProcessCounters] {
    var found: [Int32: ProcessCounters] = [:]
    var sockets: [UInt64: platform_tcp_socket]?
    let perSecond = Double(sysconf(Int32(_SC_CLK_TCK)))
    for pid in pids {
      guard let state = status(of: "\(pid)") else { continue }
      var counters = ProcessCounters(
        startTicks: state.startTicks,
        isStopped: state.isStopped,
        processorTime: Duration(seconds: Double(state.processorTicks) / max(perSecond, 1))
      )
      let inodes = socketInodes(of: pid)
      if !inodes.isEmpty {
        let all = sockets ?? Self.tcpSockets()
        sockets = all
        counters.connections = inodes.compactMap { all[$0].flatMap(Self.connection) }
      }
      if let space = networkSpace(of: pid), space != networkSpace(of: getpid()) {
        counters.connections.append(traffic(of: pid, in: space))
      }
      found[pid] = counters
    }
    return found
  }

  /// The number of a process's network namespace; `nil` where we may not see it.
  private func networkSpace(of pid: Int32) -> UInt64? {
    var target = [CChar](repeating: 0, count: 64)
    let length = readlinkat(directory, "\(pid)/ns/net", &target, target.count)
    guard length > 6 else { return nil }
    let text = String(
      decoding: target.prefix(length).map { UInt8(bitPattern: $0) },
      as: UTF8.self
    )
    return UInt64(text.dropFirst(5).dropLast())
  }

  /// What came into another network namespace and left it: the kernel does not list its sockets to us.
  ///
  /// That counts as one connection, of which only the growth says something: at a first look it has just moved.
  private mutating func traffic(of pid: Int32, in space: UInt64) -> ProcessCounters.Connection {
    let lines = contents(of: "\(pid)/net/netstat").split(separator: UInt8(ascii: "\n"))
      .map { String(decoding: $0, as: UTF8.self).split(separator: " ") }
      .filter { $0.first == "IpExt:" }
    var bytes: UInt64 = 0
    if lines.count == 2 {
      for (name, value) in zip(lines[0], lines[1]) where name == "InOctets" || name == "OutOctets" {
        bytes &+= UInt64(value) ?? 0
      }
    }
    return ProcessCounters.Connection(inode: space, bytes: bytes, quiet: .zero, server: "a server")
  }

  private func socketInodes(of pid: Int32) -> [UInt64] {
    numbers(in: "\(pid)/fd", from: 0).compactMap { descriptor in
      var target = [CChar](repeating: 0, count: 64)
      let length = readlinkat(directory, "\(pid)/fd/\(descriptor)", &target, target.count)
      guard length > 9 else { return nil }
      let text = String(
        decoding: target.prefix(length).map { UInt8(bitPattern: $0) },
        as: UTF8.self
      )
      return text.hasPrefix("socket:[") ? UInt64(text.dropFirst(8).dropLast()) : nil
    }
  }

  /// The TCP sockets of our network namespace by inode number; none where the kernel does not tell.
  private static func tcpSockets() -> [UInt64: platform_tcp_socket] {
    var found = [platform_tcp_socket](repeating: platform_tcp_socket(), count: 256)
    var count = Int(platform_list_tcp(&found, Int32(found.count)))
    if count > found.count {
      found = Array(repeating: platform_tcp_socket(), count: count * 2)
      count = Int(platform_list_tcp(&found, Int32(found.count)))
    }
    return Dictionary(found.prefix(max(count, 0)).map { ($0.inode, $0) }) { first, _ in first }
  }

  private static func connection(_ socket: platform_tcp_socket) -> ProcessCounters.Connection? {
    // A listening socket has no other side.
    let listening = 10
    guard socket.state != listening else { return nil }
    let sent = Duration.milliseconds(Int64(socket.since_sent_ms))
    let received = Duration.milliseconds(Int64(socket.since_received_ms))
    let acked = Duration.milliseconds(Int64(socket.since_acked_ms))
    // The kernel counts in ticks: a first question stands in the same one as the connection.
    let hasAsked = socket.acked > 0 || socket.unanswered > 0
    let isWaiting = hasAsked && (socket.received == 0 || sent < received)
    return ProcessCounters.Connection(
      inode: socket.inode,
      bytes: socket.acked + socket.received,
      quiet: min(received, acked),
      server: address(socket),
      waiting: isWaiting ? sent : nil
    )
  }

  private static func address(_ socket: platform_tcp_socket) -> String {
    var text = [CChar](repeating: 0, count: 64)
    var words = socket.address
    guard inet_ntop(Int32(socket.family), &words, &text, socklen_t(text.count)) != nil else {
      return "a server"
    }
    let host = String(
      decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) },
      as: UTF8.self
    )
    return Int32(socket.family) == AF_INET6
      ? "[\(host)]:\(socket.port)" : "\(host):\(socket.port)"
  }
}
#endif
