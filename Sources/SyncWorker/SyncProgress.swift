/// How far a run has come.
package struct SyncProgress: Hashable, Sendable {
  /// Items that were settled, delivered or not.
  package var done = 0
  /// Those and the ones that the queue still holds.
  package var total = 0
  /// Of those settled, the ones that failed.
  package var failed = 0

  package init() {}
}
