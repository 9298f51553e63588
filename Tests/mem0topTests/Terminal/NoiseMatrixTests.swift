import Foundation
import QueueEngine
import TestSupport
import Testing

extension Robots {
  /// What terminals send by themselves, each at each place where it can be torn.
  @Suite struct NoiseMatrixTests {
    private func stage() throws -> PtyStage {
      try PtyStage {
        try $0.writeIncident()
      }
    }

    /// Plays noise that must not do anything, and then the key that clears the lock, which must.
    private func expectNothing(_ noise: [PtyStage.Step]) throws {
      let stage = try stage()
      let lock = stage.directory.path(of: WatchedDirectory.lock)
      let outcome = try stage.play(
        [.see("clear lock"), .pause(100)] + noise + [
          .pause(100), .present(lock), .type("\u{1B}"), .pause(100), .type("?"), .see("Help"),
          .pause(100), .type("q"), .see("clear lock"), .present(lock), .pause(100), .type("c"),
          .see("Cleared the lock"), .absent(lock), .leave,
        ]
      )
      #expect(outcome.status == 0, "\(outcome.tail)")
      #expect(outcome.hasSameModes && outcome.isRestored && outcome.inputLeft == 0)
      #expect(try WatchedDirectory.auditEntries(below: stage.home.path).count == 1)
    }

    /// A report of each encoding for what the mouse did at a column; in the oldest one column 67 is a `c`.
    private static func reports(_ button: Int, column: Int) -> [[UInt8]] {
      let numbers = [button + 32, column + 32, min(column, 200) + 32]
      let scalars = String(String.UnicodeScalarView(numbers.compactMap { Unicode.Scalar($0) }))
      return [
        // Beyond column 223 it has no number: some send 0, others nothing.
        Array("\u{1B}[M".utf8) + numbers.map { $0 > 255 ? 0 : UInt8($0) },
        Array("\u{1B}[M\(scalars)".utf8),
        Array("\u{1B}[<\(button);\(column);\(column)M".utf8),
        Array("\u{1B}[<\(button);\(column);\(column)m".utf8),
        Array("\u{1B}[\(button + 32);\(column);\(column)M".utf8),
      ]
    }

    /// The modes that others may have left on differ in their encoding, and in what they report: presses,
    /// releases, drags, the wheel, with Shift, Alt and Ctrl.
    @Test(arguments: Matrix.isWhole ? [0, 1, 2, 3, 4, 8, 16, 32, 35, 64, 65, 128] : [0, 35])
    func aClickOnEachColumnInEachEncoding(button: Int) throws {
      var random = SeededGenerator(seed: button)
      let columns =
        Matrix.isWhole ? Array(1...500) : Array(stride(from: 1, through: 500, by: 3)) + [67]
      try expectNothing(
        columns.flatMap { column in
          Self.reports(button, column: column).flatMap { report -> [PtyStage.Step] in
            // Torn behind its introducer: before, an Esc is a key.
            let cut = Int.random(in: 2...report.count, using: &random)
            let rest = Array(report[cut...])
            let begin: [PtyStage.Step] = [.bytes(Array(report[..<cut])), .pause(1)]
            return rest.isEmpty ? begin : begin + [.bytes(rest), .pause(1)]
          }
        }
      )
    }

    private static let focusLost = Array("\u{1B}[O".utf8)
    private static let focusGained = Array("\u{1B}[I".utf8)
    /// Of a colour that is spelt with a command.
    private static let answer = Array("\u{1B}]11;rgb:cccc/cccc/cccc\u{1B}\\".utf8)

    /// With the focus the terminal is asked again, so that each answer is one that was asked for.
    private static func answer(cutAt cut: Int, delay: Int) -> [PtyStage.Step] {
      [
        .bytes(focusLost), .pause(5), .bytes(focusGained), .see("]11;?"),
        .bytes(Array(answer[..<cut])), .pause(delay), .bytes(Array(answer[cut...])), .pause(5),
      ]
    }

    @Test(arguments: Matrix.isWhole ? [5, 60, 300, 1_000, 1_300, 2_500] : [60])
    func anAnswerTornAtEachByte(delay: Int) throws {
      try expectNothing((1..<Self.answer.count).flatMap { Self.answer(cutAt: $0, delay: delay) })
    }

    /// A byte at a time, as over the slowest of links.
    @Test func anAnswerInDrops() throws {
      try expectNothing(
        [.bytes(Self.focusLost), .pause(5), .bytes(Self.focusGained), .see("]11;?")]
          + Self.answer.flatMap { [.bytes([$0]), .pause(Matrix.isWhole ? 400 : 40)] }
      )
    }

    @Test(arguments: Matrix.isWhole ? [5, 60, 300, 900] : [60])
    func aPasteTornAtEachByte(delay: Int) throws {
      let paste = Array("\u{1B}[200~c\rqc\u{1B}[201~".utf8)
      try expectNothing(
        (1..<paste.count).flatMap { cut -> [PtyStage.Step] in
          [
            .bytes(Array(paste[..<cut])), .pause(delay), .bytes(Array(paste[cut...])), .pause(60),
            // What was cut at its first byte began with an Esc, and its line end may have opened a page.
            .type("\u{1B}"), .pause(60),
          ]
        }
      )
    }
  }
}
