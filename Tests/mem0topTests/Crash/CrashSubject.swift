/// Something that is done to the files, may end at any of its system calls, and has to hold all the same.
protocol CrashSubject: Sendable, CustomStringConvertible {
  /// The command, with which nothing else is changed than what is looked at.
  var arguments: [String] { get }
  /// A command that comes after a crash and finishes what that left.
  var recovery: [String] { get }
  /// Of how many points the short form takes one.
  var stride: Int { get }
  /// Calls before which the short form always ends it.
  var essential: Set<Substring> { get }
  /// Whether it needs a server.
  var needsReceiver: Bool { get }

  /// Whether what a crash leaves is known by its inode, so that a copy of it is something else.
  var isKnownByInode: Bool { get }

  /// Makes the state before it, once.
  func prepare(_ stage: CrashStage) async throws

  /// Adds what no copy of the files brings back, each time anew.
  func arrange(_ stage: CrashStage) async throws

  /// Tells a new server how to answer.
  func instruct(_ stage: CrashStage)

  /// What must hold when it has told success.
  func checkSuccess(on stage: CrashStage, _ place: String) throws

  /// What must hold however it has ended.
  func checkWholeness(on stage: CrashStage, _ place: String) throws

  /// What a person does about a crash before the next command.
  func tidy(_ stage: CrashStage) async throws

  /// Finishes what a crash left, and checks that nothing of it stays.
  func checkRecovery(on stage: CrashStage, isFirst: Bool, _ place: String) async throws
}

extension CrashSubject {
  var essential: Set<Substring> { [] }

  var needsReceiver: Bool { false }

  var isKnownByInode: Bool { false }

  func arrange(_: CrashStage) async throws {}

  func instruct(_: CrashStage) {}
}
