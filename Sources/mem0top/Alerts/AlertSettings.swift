internal import QueueEngine

/// By what somebody is told of an incident, and from which one on; by nothing, unless the person says so.
package struct AlertSettings: Sendable, Hashable {
  /// From how bad a finding on somebody is told.
  package enum Level: String, CaseIterable, Sendable {
    case warning, critical

    var least: Severity { self == .warning ? .warning : .critical }
  }

  /// How the terminal is asked for a desktop notification.
  package enum Desktop: String, CaseIterable, Sendable {
    case off, auto, osc9, osc777, osc99
  }

  package var severity = Level.critical
  package var hasBell = false
  package var desktop = Desktop.off
  package var usesTmux = false
  /// A program and its arguments, started without a shell.
  package var command: [String] = []
  /// For how long that may run.
  package var timeout = Duration.seconds(10)
  /// How many of the log's last lines it gets.
  package var logLines = 20

  package init() {}

  /// The ways that are on.
  var channels: Set<AlertChannel> {
    var channels: Set<AlertChannel> = []
    if hasBell { channels.insert(.bell) }
    if desktop != .off { channels.insert(.desktop) }
    if usesTmux { channels.insert(.tmux) }
    if !command.isEmpty { channels.insert(.command) }
    return channels
  }
}
