import CLibrary
import Foundation
import Synchronization
import Testing

/// Runs work with the rights of an ordinary user where the tests run as root.
///
/// The file-system user id belongs to a thread on Linux, and to leave that of root drops the rights
/// that override permissions, so one thread can be ordinary while the tests beside it are not.
enum OrdinaryUser {
  static let id: uid_t = 65534

  /// The result of `body`, run on a new thread as the ordinary user.
  static func run<Result: Sendable>(_ body: @escaping @Sendable () -> Result) throws -> Result {
    let become = try #require(dlsym(nil, "setfsuid"))
    let becomeInGroup = try #require(dlsym(nil, "setfsgid"))
    let setUser = unsafeBitCast(become, to: (@convention(c) (UInt32) -> Int32).self)
    let setGroup = unsafeBitCast(becomeInGroup, to: (@convention(c) (UInt32) -> Int32).self)
    let outcome = Outcome<Result>()
    let isDone = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      _ = setGroup(id)
      _ = setUser(id)
      // To set it again tells what it is: the call reports no failure of its own.
      let isOrdinary = setUser(id) == Int32(id)
      let result = isOrdinary ? body() : nil
      outcome.value.withLock { $0 = result }
      isDone.signal()
    }
    isDone.wait()
    return try #require(outcome.value.withLock { $0 }, "the thread could not become ordinary")
  }

  private final class Outcome<Result: Sendable>: Sendable {
    let value = Mutex<Result?>(nil)
  }
}
