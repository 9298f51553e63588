import Dashboard
import QueueEngine

/// What was recorded before, and what was wrong.
extension World {
  /// A day of figures: the queue grows from 02:10 on, for two hours nobody watched, and the server failed
  /// for a while.
  static var recorded: [FigureSeries] {
    FigureGrain.allCases.flatMap { grain -> [FigureSeries] in
      var files = FigureSeries(.files, grain)
      var server = FigureSeries(.server, grain)
      let span = grain == .fine ? 6 * 3600 : 86_400
      for age in stride(from: span, through: 0, by: -grain.seconds)
      where !(14_400..<21_600).contains(age) {
        var figures = Figures()
        let isBlocked = age < 11_220
        figures[.pending] = isBlocked ? Double(36 * (11_220 - age) / 11_220) : Double(age / 600 % 3)
        figures[.oldestAge] = isBlocked ? Double(11_220 - age) : 40
        figures[.deadLetters] = age < 40_000 ? 12 : 4
        let share = Double(grain.seconds) / 60
        figures[.delivered] = isBlocked ? 0 : Double(age / 1800 % 4) * share
        figures[.failed] = isBlocked && age % 1800 < grain.seconds ? 1 : 0
        figures[.moved] = 0
        figures[.lockAge] = isBlocked ? Double(11_220 - age) : 0
        files.note(figures, at: ago(Double(age)))
        var probe = Figures()
        let isDown = (30_000..<33_000).contains(age) || (2_400..<3_000).contains(age)
        for endpoint in 0..<2 {
          if !isDown { probe[.latency(endpoint)] = Double(age / grain.seconds % 7 * 9 + 30) / 1000 }
          probe[.failures(endpoint)] = isDown ? 1 : 0
        }
        server.note(probe, at: ago(Double(age)))
      }
      return [files, server]
    }
  }

  private static func incident(
    _ number: Int,
    _ code: FindingCode,
    _ summary: String,
    _ evidence: [String],
    since: Double
  ) -> Incident {
    let finding = Finding(code, summary, evidence: evidence, since: ago(since))
    return Incident(finding, number: number, now: ago(since))
  }

  /// Three that are over, each in another way, and two that go on.
  static var incidents: [Incident] {
    var hung = incident(
      1,
      .lockHung,
      "A worker has held the lock for 6m 12s and has got nothing done",
      ["pid 3120 has it open", "no progress for 6m 12s"],
      since: 180_000
    )
    hung.end = Incident.End(
      ago(179_600),
      lastSeen: ago(179_601),
      origin: .key,
      action: .endHolder,
      pid: 3120
    )
    var down = incident(
      2,
      .serverDown,
      "The VPS is down: every endpoint has failed 3 probes in a row",
      ["api: connect: connection refused"],
      since: 33_000
    )
    down.end = Incident.End(ago(30_000), lastSeen: ago(30_001))
    var dead = incident(
      3,
      .deadLetterAlert,
      "12 memories are dead letters, more than 10",
      [],
      since: 20_000
    )
    dead.end = Incident.End(ago(14_400), lastSeen: ago(20_000))
    return [
      hung, down, dead,
      incident(
        4,
        .falseAlarmStaleLock,
        "The VPS is up; a stale lock blocks the queue",
        [],
        since: 11_220
      ),
      incident(5, .deadLetterAlert, "12 memories are dead letters, more than 10", [], since: 9_000),
    ]
  }

  /// A model that knows the past, too.
  static func modelWithPast(_ size: Size, _ snapshot: Snapshot, charset: Charset = .unicode)
    -> Model
  {
    var model = model(size, snapshot, charset: charset)
    _ = update(&model, .recorded(recorded))
    _ = update(&model, .incidents(incidents))
    return model
  }
}
