internal import QueueEngine
internal import Synchronization

/// What the loop's thread and the one that looks at the files tell each other without waiting.
final class LookState: Sendable {
  /// By then the loop has heard that a look of ours opened the lock.
  private static let noticeDelay = Duration.milliseconds(50)

  private struct State {
    var isLookRequested = false
    var isLockCheckRequested = false
    var isRestless = true
    /// Whether a look is under way, and when the last one ended.
    var (isLooking, lookedAt) = (false, ContinuousClock.now)
    /// When the lock was last opened by somebody else, and when all processes were last looked at.
    var (openedAt, surveyedAt): (Timestamp?, Timestamp?)
  }

  private let state = Mutex(State())

  /// Whether what the last look saw may change by time alone, so that each second deserves a look.
  var isRestless: Bool { state.withLock { $0.isRestless } }

  /// Whether somebody opened the lock after all processes were last looked at: he may have locked it since.
  var isLockSuspected: Bool {
    state.withLock { state in
      guard let openedAt = state.openedAt else { return false }
      return state.surveyedAt.map { $0 <= openedAt } ?? true
    }
  }

  /// Notes that the lock was opened, unless a look of ours did it.
  func noteOpening() {
    state.withLock { state in
      guard !state.isLooking, state.lookedAt + Self.noticeDelay < .now else { return }
      state.openedAt = SystemClock.now
    }
  }

  /// Asks for a look; returns whether nobody else has.
  func requestLook() -> Bool {
    state.withLock { state in
      defer { state.isLookRequested = true }
      return !state.isLookRequested
    }
  }

  /// Asks for a check of the locks; returns whether nobody else has.
  func requestLockCheck() -> Bool {
    state.withLock { state in
      defer { state.isLockCheckRequested = true }
      return !state.isLockCheckRequested
    }
  }

  /// Takes the request for a look, so that the next one is another.
  func takeLook() { state.withLock { $0.isLookRequested = false } }

  /// Takes the request for a check of the locks.
  func takeLockCheck() { state.withLock { $0.isLockCheckRequested = false } }

  /// Says that a look begins.
  func beginLook() { state.withLock { $0.isLooking = true } }

  /// Says that a look has ended, and what it came to.
  func endLook(isRestless: Bool, surveyedAt: Timestamp?) {
    state.withLock { state in
      (state.isRestless, state.surveyedAt) = (isRestless, surveyedAt)
      (state.isLooking, state.lookedAt) = (false, .now)
    }
  }
}
