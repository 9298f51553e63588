internal import ArgumentParser

/// `--quiet`, of the commands that act or judge and that cron may run.
struct QuietOption: ParsableArguments {
  @Flag(
    name: .customLong("quiet"),
    help: "Print nothing where all is well and nothing was changed."
  )
  var isOn = false
}
