internal import Synchronization

/// The wish that the worker ends soon, made once and seen by all runs.
package final class StopRequest: Sendable {
  private struct State {
    var isMade = false
    var nextWaiter = 0
    var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
  }

  private let state = Mutex(State())

  package init() {}

  /// Whether it was made.
  package var isMade: Bool { state.withLock(\.isMade) }

  /// Makes it; a second time changes nothing.
  package func make() {
    let waiters = state.withLock { state in
      state.isMade = true
      defer { state.waiters = [:] }
      return state.waiters.values.map(\.self)
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Waits until it is made or the task is cancelled.
  package func wait() async {
    let number = state.withLock { state in
      state.nextWaiter += 1
      return state.nextWaiter
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          // A cancellation that comes before this finds nobody to wake, so it is looked at here.
          if state.isMade || Task.isCancelled { return true }
          state.waiters[number] = continuation
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: number) }?.resume()
    }
  }
}
