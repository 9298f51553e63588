internal import QueueEngine

/// The verdict: what is wrong in one sentence, the way out, and what is wrong besides.
///
/// It has one row or two for a given size, whether it needs them or not. A bar of colour says *act*: where
/// all is clear, a glyph and two words do.
enum BannerPanel {
  /// Where a sentence that goes on would have fewer columns below its beginning, it goes on at the left.
  private static let leastBesideHeading = 40
  private static let indent = 3
  /// A sentence that is cut says nothing in fewer columns.
  private static let leastSentence = 20

  static func draw(_ model: Model, in rect: Rect, on canvas: inout Canvas) {
    if let reason = model.linkLoss {
      drawLoss(reason, model, in: rect, on: &canvas)
      return
    }
    guard let finding = model.findings.first else {
      canvas.draw(Line(" ○ Looking at the files …", .dim), in: rect)
      return
    }
    if finding.severity != .ok { canvas.fill(rect, Style(role(of: finding.severity))) }
    guard rect.height > 1 else {
      canvas.draw(oneRow(finding, model: model, columns: rect.width), in: rect)
      return
    }
    for (row, line) in twoRows(finding, model: model, columns: rect.width).enumerated() {
      canvas.draw(line, in: rect.row(row))
    }
  }

  /// A link that is not there says nothing of the machine: neither that it is down nor that all is well.
  private static func drawLoss(
    _ reason: String,
    _ model: Model,
    in rect: Rect,
    on canvas: inout Canvas
  ) {
    canvas.fill(rect, Style(.bannerWarning))
    let head = Span(" ? NO ANSWER  ", .bannerWarning, bold: true)
    let age = model.snapshot.map { ", as of \($0.generatedAt.agoText(at: model.now))" } ?? ""
    let end = Span("  what is below is old\(age) ", .bannerWarning)
    let lines = [Line([head, Span(reason, .bannerWarning)], right: [end])]
    let sentence = CellWidth.clipped(reason, to: max(rect.width - head.width, 1))
    canvas.draw(
      Line.fitting(rect.width, lines + [Line([head, Span(sentence, .bannerWarning)])]),
      in: rect.row(0)
    )
  }

  private static func oneRow(_ finding: Finding, model: Model, columns: Int) -> Line {
    let way = wayOut(finding, model: model)
    let ends = [others(model) + way, way, wayOut(finding, model: model, isShort: true)]
    let whole = ends.map {
      Line([title(finding), Span(sentence(finding, model), textRole(finding))], right: $0)
    }
    if let line = whole.first(where: { $0.width <= columns }) { return line }
    let briefs = [false, true].flatMap { isShort -> [Line] in
      guard let brief = brief(finding, model, isShort: isShort) else { return [] }
      return ends.map { end in
        Line([title(finding, isShort: isShort), Span(brief, textRole(finding))], right: end)
      }
    }
    if let line = briefs.first(where: { $0.width <= columns }) { return line }
    let heads = ends.map { Line([title(finding)], right: $0) }
    if let head = heads.first(where: { $0.width + leastSentence <= columns }) {
      let room = columns - head.width - Line.gap
      let sentence = CellWidth.clipped(sentence(finding, model), to: room)
      return Line(head.left + [Span(sentence, textRole(finding))], right: head.right)
    }
    let short = ends.map { Line([title(finding, isShort: true)], right: $0) }
    return .fitting(columns, heads + short)
  }

  /// The heading with the beginning of the sentence, and the rest of it, or what else is wrong.
  private static func twoRows(_ finding: Finding, model: Model, columns: Int) -> [Line] {
    let (way, more) = (wayOut(finding, model: model), others(model))
    let title = title(finding)
    let first = columns - title.width - 1 - (way.isEmpty ? 0 : width(of: way) + Line.gap)
    let second = columns - 1 - (more.isEmpty ? 0 : width(of: more) + Line.gap)
    let isBeside = second - title.width >= leastBesideHeading
    let start = isBeside ? title.width : indent
    let text = textRole(finding)
    let lines =
      first < leastSentence
      ? ["", sentence(finding, model)]
      : CellWidth.wrapped(sentence: sentence(finding, model), to: first)
    let besides = lines.count > 1 ? ("", 0) : besides(model, columns: second - start)
    let rest = lines.count > 1 ? lines[1...].joined(separator: " ") : besides.0
    return [
      Line([title, Span(lines[0], text)], right: way),
      Line(
        [
          Span(String(repeating: " ", count: start), text),
          Span(CellWidth.clipped(rest, to: second - start), text),
        ],
        right: besides.1 > 0 ? others(model, told: besides.1) : more
      ),
    ]
  }

  /// The sentence in two or three words, for the narrowest screens; `nil` where its beginning says as much.
  private static func brief(_ finding: Finding, _ model: Model, isShort: Bool) -> String? {
    let isUp = model.snapshot?.server.state == .up
    switch finding.code {
    case .falseAlarmStaleLock where isShort: return "server up"
    case .falseAlarmStaleLock:
      // The whole heading says already that the server is up.
      let pending = model.snapshot?.queue.content?.pending ?? 0
      let age = finding.since.map { (model.now - $0).ageText } ?? ""
      return pending > 0 ? "blocks \(pending)\(age.isEmpty ? "" : ", \(age)")" : "server up"
    case .nothingHere: return "wrong directory?"
    case .allClear:
      let pending = model.snapshot?.queue.content?.pending ?? 0
      let wait = pending == 0 ? "nothing waits" : "\(pending) wait"
      return isUp ? "server up, \(wait)" : wait
    default: return nil
    }
  }

  private static func width(of spans: [Span]) -> Int { spans.reduce(0) { $0 + $1.width } }

  /// The sentence behind the heading, which says already that a lock is stale and the server is fine.
  private static func sentence(_ finding: Finding, _ model: Model) -> String {
    guard finding.code == .falseAlarmStaleLock, let lock = model.snapshot?.lock,
      let since = finding.since, let reason = lock.reasonRow?.sentence,
      lock.reason != .orphan || lock.refusedSomebody,
      let pending = model.snapshot?.queue.content?.pending, pending > 0
    else { return finding.summary }
    let memories = pending == 1 ? "1 memory" : "\(pending) memories"
    let age = model.now - since
    // Beside its age the clock alone tells when, for a day.
    let moment =
      age < .seconds(86_400)
      ? since.clockText(zoneOffset: model.zoneOffset)
      : since.momentText(at: model.now, zoneOffset: model.zoneOffset)
    return "blocks \(memories) since \(moment.dropLast(":00".count)) (\(age.ageText)): \(reason)"
  }

  /// What else is wrong, each in the words of its own sentence, as many as fit whole, and how many that are.
  private static func besides(_ model: Model, columns: Int) -> (text: String, count: Int) {
    var (told, count) = ("", 0)
    for (index, finding) in model.findings.dropFirst().enumerated() {
      let longer = index == 0 ? "also: \(finding.summary)" : "\(told) · \(finding.summary)"
      if index > 0, CellWidth.of(longer) > columns { break }
      (told, count) = (longer, index + 1)
    }
    return (told, count)
  }

  /// The heading, or what stands before ` · ` in it.
  private static func title(_ finding: Finding, isShort: Bool = false) -> Span {
    let word = StateWord.finding(finding)
    let heading = isShort ? word.word.split(separator: " ·").first ?? "" : word.word[...]
    let role = finding.severity == .ok ? word.role : role(of: finding.severity)
    return Span(" \(word.mark) \(heading)  ", role, bold: true)
  }

  /// How many findings there are besides what is told, and the key that shows them.
  private static func others(_ model: Model, told: Int = 0) -> [Span] {
    let others = model.findings.count - 1 - told
    guard others + told > 0, let finding = model.findings.first,
      let why = model.keymap.bindings.first(where: { $0.command == .findings })
    else { return [] }
    let role = role(of: finding.severity)
    return [
      Span(" \(why.label(model.charset))", role, bold: true),
      Span(others > 0 ? " +\(others) more " : " details ", role),
    ]
  }

  /// The suggestion: its key where it is bound and may change something, else its command.
  private static func wayOut(
    _ finding: Finding,
    model: Model,
    isShort: Bool = false
  ) -> [Span] {
    guard let suggestion = finding.suggestion else { return [] }
    let role = role(of: finding.severity)
    // The command would act here, not there.
    if model.machineObstacle != nil { return [] }
    if !model.isReadOnly,
      let key = model.keymap.label(for: suggestion.action, model.charset)
    {
      let words = suggestion.action.words
      let told = isShort ? words.prefix { $0 != " " } : words[...]
      return [Span(" \(key)", role, bold: true), Span(" \(told) ", role)]
    }
    return suggestion.command.map { [Span(" \($0) ", role, bold: true)] } ?? []
  }

  /// What all is clear with is quiet.
  private static func textRole(_ finding: Finding) -> Role {
    finding.severity == .ok ? .dim : role(of: finding.severity)
  }

  private static func role(of severity: Severity) -> Role {
    switch severity {
    case .ok: .dim
    case .warning: .bannerWarning
    case .critical: .bannerCritical
    }
  }
}
