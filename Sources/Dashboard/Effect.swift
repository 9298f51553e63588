package import QueueEngine

/// Something that the loop must do for the model.
package enum Effect: Hashable, Sendable {
  case quit
  /// Read one dead letter whole from the file.
  case loadItem(ItemKey)
  /// Stop or go on reading files.
  case setPaused(Bool)
  /// Run an action away from the screen and answer with `Message.actionFinished`.
  case run(ActionRequest)
  /// Start `worker.command` and answer with its lines, then with its end or why it did not start.
  case runWorker
}
