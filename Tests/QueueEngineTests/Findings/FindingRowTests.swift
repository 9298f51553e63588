import QueueEngine
import Testing

/// The tables of words: a row for each code, reason and action, and no word twice.
struct FindingRowTests {
  @Test func noTwoFindingsShareAHeadingOrAShortForm() {
    let rows = FindingCode.allCases.map(\.row)
    #expect(Set(rows.map(\.heading)).count == rows.count)
    #expect(Set(rows.map(\.short)).count == rows.count)
    for row in rows {
      #expect(!row.heading.isEmpty && !row.short.isEmpty)
      // Beside figures of the queue and the dead letters it must fit 60 columns.
      #expect(row.short.count <= 24, "\(row.short)")
    }
  }

  @Test func onlyAllClearBelongsToNoTopicAndIsOK() {
    for code in FindingCode.allCases {
      #expect((code.row.topic == nil) == (code == .allClear))
      #expect((code.row.severity == .ok) == (code == .allClear))
    }
    #expect(Set(FindingCode.allCases.compactMap(\.row.topic)) == Set(FindingTopic.allCases))
    #expect(FindingCode.allCases.last == .allClear)
  }

  @Test func aFindingIsAsBadAsItsRowSaysUnlessTheEvidenceSaysOtherwise() {
    #expect(Finding(.serverDown, "s").severity == .critical)
    #expect(Finding(.lockHung, "s").severity == .warning)
    #expect(Finding(.lockHung, "s", severity: .critical).severity == .critical)
  }

  @Test(arguments: LockReason.allCases)
  func aLockThatIsNotInOrderSaysWhyAndWhatToDoNext(_ reason: LockReason) {
    let lock = LockStatus(state: .unknown, reason: reason)
    let row = reason.row(of: lock)
    for text in [row.sentence, row.short, row.nextStep] {
      #expect(!text.isEmpty && !text.hasSuffix("."))
    }
    #expect(lock.reasonRow == row)
  }

  @Test func noTwoReasonsShareTheirWords() {
    let rows = LockReason.allCases.map { $0.row(of: LockStatus(state: .unknown, reason: $0)) }
    #expect(Set(rows.map(\.sentence)).count == rows.count)
    #expect(Set(rows.map(\.short)).count == rows.count)
  }

  @Test func theFindingAboutALockThatCannotBeJudgedNamesTheNextStep() {
    var snapshot = Snapshot(generatedAt: Timestamp(0), directory: "/queue")
    snapshot.lock = LockStatus(state: .unknown, reason: .workerRunning)
    snapshot.lock.possibleOwners = [RunningProcess(pid: 7, command: "w")]
    let settings = EngineSettings(directory: "/queue", stateDirectory: "/state")
    let found = findings(in: snapshot, at: Timestamp(0), settings: settings)
    #expect(
      found.first { $0.code == .lockUnknown }?.summary
        == "The lock cannot be judged: a running worker may own it;"
        + " end pid 7, then mem0top unlock"
    )
  }

  @Test func anActionHasATitleAndAProgressWordOfItsOwn() {
    // A retry of all is a retry, to whoever reads of it.
    let kinds = ActionKind.allCases.filter { $0 != .retryAll }
    for word in [\ActionRow.title, \.progress, \.journalName] {
      #expect(Set(kinds.map { $0.row[keyPath: word] }).count == kinds.count)
    }
    for kind in kinds { #expect(ActionKind(journalName: kind.row.journalName) == kind) }
    #expect(ActionKind(journalName: "no_such") == nil)
  }
}
