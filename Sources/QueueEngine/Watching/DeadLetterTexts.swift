/// The dead letters of a file at one moment, each with its own bytes.
public struct DeadLetterTexts: Sendable {
  /// The dead letters, in the order of the file.
  public let items: [DeadLetter]
  private let text: [UInt8]

  /// Reads the file, once it parses; a file that is missing has none.
  public init(settings: EngineSettings) throws(ActionError) {
    let path = settings.path(of: \.deadLetters)
    let name = PathText(path).shownName
    let result = try TornFile.readUntilWhole { () throws(ActionError) in
      let file = try Self.read(path)
      return Result { () throws(DecodingProblem) -> (items: [DeadLetter], text: [UInt8]) in
        guard let file else { return (items: [], text: []) }
        var letters = try DeadLetterDecoder.decode(
          file.bytes,
          file: name,
          now: SystemClock.now,
          writtenAt: file.writtenAt
        )
        FirstSights.of(letters, in: settings).date(&letters)
        return (items: letters.items, text: file.bytes)
      }
    }
    switch result {
    case .success(let content): (items, text) = content
    case .failure(let problem): throw .refused("\(problem).", evidence: [])
    }
  }

  /// The bytes of the file, and when it was written; `nil` where there is none.
  private static func read(
    _ path: String
  ) throws(ActionError) -> (bytes: [UInt8], writtenAt: Timestamp)? {
    do throws(SystemError) {
      let file = try OpenFile(path: path)
      return (try file.readAll(), file.stamp.modifiedAt)
    } catch {
      if error.isMissing { return nil }
      throw .failed("\(error).")
    }
  }

  /// The bytes of one of the items.
  public func bytes(of item: DeadLetter) -> ArraySlice<UInt8> { text[item.byteRange] }
}
