internal import LosslessJSON

/// Why a file of the queue could not be understood; it is left as it is.
package struct DecodingProblem: Error, Hashable, Sendable, CustomStringConvertible {
  /// The largest file that is read, in bytes: 1 GiB.
  package static let largestFile = 1 << 30

  /// The problem as the snapshot holds it.
  package let problem: ReadProblem

  /// The sentence for the person.
  package var description: String { problem.message }

  /// Says that a file does not parse at an offset.
  ///
  /// - Parameters:
  ///   - file: The file's name.
  ///   - offset: The first byte that is wrong.
  ///   - fault: What was expected there and what was found.
  ///   - remedy: What becomes of the file, in words that follow "mem0top leaves it alone, and".
  package init(file: String, offset: Int, fault: String, remedy: String) {
    problem = ReadProblem(
      "\(file) does not parse at byte \(offset): \(fault); mem0top leaves it alone, and \(remedy)",
      byteOffset: offset
    )
  }

  /// Says that a file is JSON of another shape than the one that it should have.
  ///
  /// - Parameters:
  ///   - file: The file's name.
  ///   - offset: Where what is unexpected begins.
  ///   - shape: What is there and what is expected, in words that follow "valid JSON, but".
  ///   - remedy: What becomes of the file, in words that follow "mem0top leaves it alone, and".
  package init(file: String, offset: Int, shape: String, remedy: String) {
    problem = ReadProblem(
      "\(file) is valid JSON, but \(shape); mem0top leaves it alone, and \(remedy)",
      byteOffset: offset
    )
  }

  /// Says that a file is too large to be read at all.
  package init(tooLarge file: String) {
    problem = ReadProblem(
      "\(file) is larger than 1 GiB, so mem0top does not read it; move it aside"
    )
  }
}

extension DecodingProblem {
  /// What a person does about a damaged queue or dead-letter file.
  static let recoverRemedy = "\"mem0top recover\" shows which items can be saved"
  /// What a person does about damaged metrics.
  static let metricsRemedy = "a worker writes a new one once it is removed"

  /// Says that a file does not parse where the reader of JSON stopped.
  init(file: String, error: JSONError, remedy: String) {
    self.init(file: file, offset: error.offset, fault: error.description, remedy: remedy)
  }
}
