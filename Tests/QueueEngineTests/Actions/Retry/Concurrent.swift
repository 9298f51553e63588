import Foundation
import Synchronization

/// Runs blocking work on threads of its own, so that many waits take as long as one.
enum Concurrent {
  /// The results of `body` for all elements, each computed on its own thread, in their order.
  static func map<Element: Sendable, Result: Sendable>(
    _ elements: [Element],
    _ body: @escaping @Sendable (Element) -> Result
  ) -> [Result] {
    let results = Results<Result>()
    let group = DispatchGroup()
    for (index, element) in elements.enumerated() {
      group.enter()
      Thread.detachNewThread {
        let result = body(element)
        results.byIndex.withLock { $0[index] = result }
        group.leave()
      }
    }
    group.wait()
    return results.byIndex.withLock { found in elements.indices.compactMap { found[$0] } }
  }

  private final class Results<Result: Sendable>: Sendable {
    let byIndex = Mutex<[Int: Result]>([:])
  }
}
