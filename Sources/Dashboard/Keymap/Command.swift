/// What a person asks with a key; `update` carries it out.
package enum Command: Hashable, Sendable {
  case moveDown, moveUp, first, last, pageDown, pageUp
  case focusNext, focusPrevious
  case focus(Panel)
  case open, findings, history, back
  case clearLock, endHolder, retry, retryAll, runWorker
  case mark, markAll
  case confirm, decline, submit, erase
  case togglePause, help, quit
}
