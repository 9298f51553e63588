package import QueueEngine

/// Something that happened; the only way into the model.
package enum Message: Sendable {
  case key(Key)
  /// A key that came in one read with other bytes, as those of a paste without marks do: it moves and
  /// shows as ever, but does nothing that counts.
  case crowdedKey(Key)
  case mouse(MouseEvent)
  /// The terminal got the focus, or lost it.
  case focused(Bool)
  case paste(String)
  case resized(Size)
  /// The clock reached another second.
  case tick(Timestamp)
  case snapshot(Snapshot)
  /// Machines of the fleet that have changed, by their places.
  case machines([Int: FleetMachine])
  /// What became of an action on a machine whose dashboard is no longer open, one sentence.
  case machineTold(name: String, Result<ActionOutcome, ActionError>)
  /// The answer to `Effect.replay`.
  case replayed(Replay.Frame)
  /// What was recorded before this session, by any program.
  case recorded([FigureSeries])
  /// How far local time was ahead of UTC over the last days.
  case zones(ZoneHistory)
  /// What is wrong and was, oldest first.
  case incidents([Incident])
  /// The answer to `Effect.loadItem`.
  case itemLoaded(ItemKey, ItemDetail, of: ListFile = .deadLetters)
  /// The answer to `Effect.findContents`: the items that hold each text.
  case contentsFound([String: Set<ItemKey>], of: ListFile)
  /// The answer to `Effect.loadPreviews`: the contents in lines, none where one is gone.
  case previewsLoaded([ItemKey: [String]], of: ListFile = .deadLetters)
  /// The items of the queue, while the list of them is open.
  case queueListed([QueuedItem])
  /// The answer to `Effect.run`; the snapshots after it were read after the action had ended.
  case actionFinished(ActionRequest, Result<ActionOutcome, ActionError>)
  /// An action of `Effect.run` waits for the worker's lock, of which half a sentence tells how it stands.
  case actionWaits(ActionRequest, String)
  /// The answer to `Effect.loadHistory`, oldest first.
  case historyLoaded([AuditEntry])
  /// The answer to `Effect.explainReturn` for these dead letters: the undos that did it, none where
  /// it was another program.
  case returnExplained([ItemKey], [RetryReversal])
  /// A line that the worker of `Effect.runWorker` wrote, scrubbed.
  case workerOutput(String)
  /// That worker ended, with its exit status or minus the number of the signal that ended it.
  case workerEnded(status: Int32)
  /// That worker could not be started, for this reason, one sentence.
  case workerNotStarted(String)
  /// `Effect.copy` came to nothing, for this reason, one sentence.
  case copyFailed(String)
  /// Something has begun or ended of which the person wants to be told.
  case alert(TerminalAlert)
  /// The person could not be told, for this reason, one sentence.
  case alertFailed(String)
  /// The pager of `Effect.page` ended with this exit status, or was never started.
  case pagerEnded(status: Int32?)
  /// What happens in the demonstration now.
  case announced(String)
}
