package import QueueEngine

/// Something that happened; the only way into the model.
package enum Message: Sendable {
  case key(Key)
  case paste(String)
  case resized(Size)
  /// The clock reached another second.
  case tick(Timestamp)
  case snapshot(Snapshot)
  /// The answer to `Effect.loadItem`.
  case itemLoaded(ItemKey, ItemDetail)
}
