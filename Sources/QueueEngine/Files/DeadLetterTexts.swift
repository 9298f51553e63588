#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// The dead letters of a file at one moment, each with its own bytes.
public struct DeadLetterTexts: Sendable {
  private static let patience = Duration.seconds(1)
  private static let pause: Int32 = 20

  /// The dead letters, in the order of the file.
  public let items: [DeadLetter]
  private let text: [UInt8]

  /// Reads the file, once it parses; a file that is missing has none.
  public init(settings: EngineSettings) throws(ActionError) {
    let path = settings.path(of: \.deadLetters)
    let name = FileReplacementTarget.shownName(of: path)
    let deadline = ContinuousClock.now + Self.patience
    while true {
      guard let bytes = try Self.read(path) else {
        (items, text) = ([], [])
        return
      }
      do throws(DecodingProblem) {
        items = try DeadLetterDecoder.decode(bytes, file: name, now: SystemClock.now).items
        text = bytes
        return
      } catch {
        // A file that does not parse may be one that is just being written.
        if ContinuousClock.now >= deadline { throw .refused("\(error).", evidence: []) }
      }
      poll(nil, 0, Self.pause)
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
