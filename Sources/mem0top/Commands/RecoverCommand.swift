internal import ArgumentParser
internal import QueueEngine

/// `recover`: rebuilds a file that another program destroyed.
struct RecoverCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recover",
    abstract: "Rebuilds a queue or dead-letter file that does not parse.",
    discussion: """
      It shows first what it would do: the items that can still be read in the file, and those that \
      are only in the last good copy. Then it asks; without a terminal --yes is required. The broken \
      bytes are kept.

      Status 0: rebuilt, or there is nothing to recover. 1: refused.
      --json prints {"schema":1, "files":[{"file", "result", "salvaged", "from_copy", "summary", \
      "evidence"}]}; result is done, preview, refused or failed.

      Example: mem0top recover --dry-run
      """
  )

  @OptionGroup var directory: DirectoryOptions
  @OptionGroup var quiet: QuietOption

  @Option(help: "Which file: queue or dlq; both if none is named.", transform: Self.listFile)
  var file: ListFile?

  @OptionGroup var consent: ConsentOptions

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    let settings = try directory.load().configuration.engine
    try settings.requireDirectory()
    var entries: [Entry] = []
    for file in file.map({ [$0] }) ?? ListFile.allCases {
      if let entry = try recover(file, settings) { entries.append(entry) }
    }
    if json, !(quiet.isOn && entries.isEmpty) { try show(Listing(files: entries)) }
    if !json, entries.contains(where: { $0.result == .done }) { tellOfCopies(settings) }
    if entries.isEmpty, !json { try tellOfMissing(settings) }
    if let problem = entries.first(where: { $0.result == .refused || $0.result == .failed }) {
      throw CommandFailure.refused(problem.summary)
    }
  }

  /// Shows what can be recovered of a file and, once that is agreed to, does it.
  private func recover(_ file: ListFile, _ settings: EngineSettings) throws -> Entry? {
    let plan: RecoveryPlan?
    do throws(ActionError) {
      if !consent.dryRun, CutWrite.isWaiting(file, settings: settings) {
        try CutWrite.complete(settings: settings)
        if !json { Output.print("A write of mem0top that was cut is completed.") }
      }
      plan = try RecoveryPlan.examine(file, settings: settings)
    } catch {
      throw CommandFailure.system(error.description)
    }
    guard let plan else { return nil }
    let facts = plan.facts(at: SystemClock.now)
    if !json { Output.write(Ink.forOutput.sentence(plan.problem + ".", facts: facts)) }
    if consent.dryRun { return Entry(plan, .preview, "Nothing was changed.", facts) }
    if let refusal = consent.refusal(
      "Rebuild the file like that?",
      nothing: "Nothing was recovered",
      mayAsk: !json
    ) {
      return Entry(plan, .refused, refusal, facts)
    }
    let report = ActionReport(running: RecoverFile(file), settings: settings)
    if !json, report.result == .done {
      Output.tell(report.summary + "\n", orComplain: Self.untold)
    }
    return Entry(plan, report.result, report.summary, report.evidence)
  }

  /// Names the last copy of each file that is not there, and says so where nothing is to be done.
  private func tellOfMissing(_ settings: EngineSettings) throws(CommandFailure) {
    var isAnyMissing = false
    for file in file.map({ [$0] }) ?? ListFile.allCases {
      let copy: RecoveryPlan.LastCopy?
      do throws(ActionError) {
        copy = try RecoveryPlan.lastCopy(ofMissing: file, settings: settings)
      } catch {
        throw .system(error.description)
      }
      guard let copy else { continue }
      isAnyMissing = true
      let name = PathText(settings.path(of: file.file)).shownName
      let items = copy.count == 1 ? "1 item" : "\(copy.count) items"
      Output.print(
        "There is no \(name); its last copy, taken \((SystemClock.now - copy.takenAt).ageText) ago, has"
          + " \(items): mem0top absorb --from \(ShellText.quoted(copy.path)) takes in those that"
          + " nothing else knows."
      )
    }
    if !isAnyMissing, !quiet.isOn {
      Output.print("The files parse: nothing needs to be recovered.")
    }
  }

  /// Names the last source that there is: what a backup or a conflict copy holds and no other file has.
  private func tellOfCopies(_ settings: EngineSettings) {
    var reader = SnapshotReader(settings: settings)
    let snapshot = reader.readSettled { SystemClock.now }
    let copies = findings(in: snapshot, at: SystemClock.now, settings: settings)
      .first { $0.code == .strayCopies }
    guard let copies, let command = copies.suggestion?.command else { return }
    Output.tell("\(copies.summary): \(command) takes them in.\n", orComplain: Self.untold)
  }

  /// Prints the object; that it cannot be printed undoes nothing.
  private func show(_ listing: Listing) throws(CommandFailure) {
    let text = try Output.json(listing) + "\n"
    let isDone = listing.files.contains { $0.result == .done }
    if isDone { Output.tell(text, orComplain: Self.untold) } else { Output.write(text) }
  }

  private static let untold = "The file is rebuilt, but that could not be written"

  private static func listFile(_ text: String) throws -> ListFile {
    guard let file = ListFile(rawValue: text) else {
      throw ValidationError("--file takes queue or dlq, not \(Scrubber.scrub(text)).")
    }
    return file
  }

  private struct Listing: Encodable {
    let schema = 1
    let files: [Entry]

    enum CodingKeys: String, CodingKey {
      case schema, files
    }
  }

  private struct Entry: Encodable {
    let file: String
    let result: ActionReport.Result
    let salvaged: Int
    let fromCopy: Int
    let lost: [String]
    let summary: String
    let evidence: [String]

    init(_ plan: RecoveryPlan, _ result: ActionReport.Result, _ summary: String, _ facts: [String])
    {
      file = plan.file.rawValue
      self.result = result
      salvaged = plan.salvagedCount
      fromCopy = plan.copyOnlyCount
      lost = plan.lostIDs.map { Scrubber.scrub($0) }
      self.summary = summary
      evidence = facts
    }

    enum CodingKeys: String, CodingKey {
      case file, result, salvaged, lost, summary, evidence
      case fromCopy = "from_copy"
    }
  }
}
