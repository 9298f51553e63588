internal import LosslessJSON

extension JSONCursor {
  /// What a value says, safe to show: a string decoded, any other value as it stands.
  func scrubbedText(of value: JSONValue) -> String {
    value.hasEscapes
      ? Scrubber.scrub(bytes: decodedBytes(of: value)) : Scrubber.scrub(bytes: rawBytes(of: value))
  }

  /// The time that a value names: a text in ISO form or, as some workers write it, seconds.
  func moment(of value: JSONValue) -> Timestamp? {
    if value.kind == .string { return ISOTime.moment(string(of: value)) }
    guard let seconds = double(of: value), seconds.isFinite else { return nil }
    return Timestamp(seconds)
  }
}
