internal import NIOCore
internal import Synchronization

/// The open connections of the receiver, so that an outage can end them.
final class ReceiverConnections: Sendable {
  private struct State {
    var channels: [ObjectIdentifier: any Channel] = [:]
    var isRefusing = false
    var accepted = 0
  }

  private let state = Mutex(State())

  /// How many were ever accepted.
  var accepted: Int { state.withLock { $0.accepted } }

  func add(_ channel: any Channel) {
    let isRefused = state.withLock { state in
      state.accepted += 1
      if !state.isRefusing { state.channels[ObjectIdentifier(channel)] = channel }
      return state.isRefusing
    }
    // Accepted in the moment in which the outage began.
    if isRefused { channel.close(promise: nil) }
  }

  func remove(_ channel: any Channel) {
    state.withLock { _ = $0.channels.removeValue(forKey: ObjectIdentifier(channel)) }
  }

  /// Ends all connections, and those that come before `allow`.
  func refuse() {
    let channels = state.withLock { state in
      state.isRefusing = true
      return Array(state.channels.values)
    }
    for channel in channels { channel.close(promise: nil) }
  }

  func allow() {
    state.withLock { $0.isRefusing = false }
  }
}
