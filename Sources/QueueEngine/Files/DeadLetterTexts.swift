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
      let bytes = try Self.read(path)
      return Result { () throws(DecodingProblem) in
        let letters = try bytes.map { bytes throws(DecodingProblem) in
          try DeadLetterDecoder.decode(bytes, file: name, now: SystemClock.now)
        }
        return (items: letters?.items ?? [], text: bytes ?? [])
      }
    }
    switch result {
    case .success(let content): (items, text) = content
    case .failure(let problem): throw .refused("\(problem).", evidence: [])
    }
  }

  /// The bytes of the file; `nil` where there is none.
  private static func read(_ path: String) throws(ActionError) -> [UInt8]? {
    do throws(SystemError) {
      return try OpenFile(path: path).readAll()
    } catch {
      if error.isMissing { return nil }
      throw .failed("\(error).")
    }
  }

  /// The bytes of one of the items.
  public func bytes(of item: DeadLetter) -> ArraySlice<UInt8> { text[item.byteRange] }
}
