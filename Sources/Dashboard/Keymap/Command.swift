/// What a person asks with a key; `update` carries it out.
package enum Command: Hashable, Sendable {
  case moveDown, moveUp, first, last, pageDown, pageUp
  case focusNext, focusPrevious
  case focus(Panel)
  case open, findings, back
  case togglePause, help, quit
}
