package import QueueEngine

/// Something that the loop must do for the model.
package enum Effect: Hashable, Sendable {
  case quit
  /// Read one dead letter whole from the file.
  case loadItem(ItemKey)
  /// Stop or go on reading files.
  case setPaused(Bool)
}
