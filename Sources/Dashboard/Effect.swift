package import QueueEngine

/// Something that the loop must do for the model.
package enum Effect: Hashable, Sendable {
  /// End; what waits for the lock is given up.
  case quit
  /// Draw every cell anew: others have written on the screen.
  case redraw
  /// Look at everything now.
  case look
  /// Read one item whole from its list's file.
  case loadItem(ItemKey, of: ListFile = .deadLetters)
  /// Read the contents of these items and answer with `Message.previewsLoaded`.
  case loadPreviews([ItemKey], of: ListFile = .deadLetters)
  /// Find the items whose contents hold these texts, in whatever case; answer with `Message.contentsFound`.
  case findContents([String], of: ListFile)
  /// Read the queue item by item whenever it changes and answer with `Message.queueListed`, or no longer.
  case listQueue(Bool)
  /// Stop or go on reading files.
  case setPaused(Bool)
  /// Look at everything so often, also where no file changes.
  case setRefresh(Duration)
  /// Run an action away from the screen and answer with `Message.actionFinished`.
  case run(ActionRequest)
  /// Give up every action that waits for the worker's lock; each answers as it does at its end.
  case cancelWaits
  /// Read what the audit log tells and answer with `Message.historyLoaded`.
  case loadHistory
  /// Find out who gave retried dead letters their old times back; answer with
  /// `Message.returnExplained`.
  case explainReturn([ItemKey])
  /// Start `worker.command` and answer with its lines, then with its end or why it did not start.
  case runWorker
  /// Have all told of the machine at this place, or of none.
  case openMachine(Int?)
  /// Put this text on the person's clipboard, through the terminal (OSC 52).
  case copy(String)
  /// Keep how the panels stand, for the next session.
  case keepVisit([String: String])
  /// Go on or back in the recording and answer with `Message.replayed`.
  case replay(Replay.Step)
  /// Ring the terminal's bell, or have it show a notification.
  case alert(TerminalAlert)
  /// Show this plain, scrubbed text in `$PAGER`, and the dashboard again when that ends.
  case page(String)
}
