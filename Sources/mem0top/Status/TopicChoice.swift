internal import QueueEngine

/// Which findings a check is about.
enum TopicChoice {
  case all
  /// Those of these topics, and that the files cannot be looked at: then nothing can be told of the rest.
  case only(Set<FindingTopic>)
  case except(Set<FindingTopic>)

  /// Without these files nothing can be told, whatever is asked about.
  private static let blinding: Set<FindingCode> = [.directoryMissing, .nothingHere, .unreadable]

  /// Whether the check is about findings of this code.
  func includes(_ code: FindingCode) -> Bool {
    guard let topic = code.row.topic else { return true }
    if case .only = self, Self.blinding.contains(code) { return true }
    return includes(topic)
  }

  /// Whether the check is about a topic.
  func includes(_ topic: FindingTopic) -> Bool {
    switch self {
    case .all: true
    case .only(let topics): topics.contains(topic)
    case .except(let topics): !topics.contains(topic)
    }
  }

  /// What is named by topics and cannot be told without a server that is asked.
  func isVain(withServer isServerSet: Bool) -> Bool {
    guard case .only([.vps]) = self else { return false }
    return !isServerSet
  }

  /// Whether what the server answers may change a finding that it is about.
  var needsServer: Bool {
    FindingTopic.allCases.contains { includes($0) && $0 != .dlq && $0 != .files }
  }

  /// That none of its findings is there, without a full stop.
  var allClear: String {
    switch self {
    case .all: "Nothing is wrong"
    case .only(let topics): "Nothing is wrong with \(Self.names(topics))"
    case .except(let topics): "Nothing else is wrong (left out: \(Self.names(topics)))"
    }
  }

  /// The topics that a person names, with commas between; throws the word that is none.
  static func topics(in text: String) throws(UnknownTopic) -> Set<FindingTopic> {
    var topics: Set<FindingTopic> = []
    for word in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let topic = FindingTopic(rawValue: String(word)) else {
        throw UnknownTopic(word: String(word))
      }
      topics.insert(topic)
    }
    return topics
  }

  /// Topics in words, in their order.
  static func names(_ topics: Set<FindingTopic>) -> String {
    FindingTopic.allCases.filter(topics.contains).map(\.rawValue).joined(separator: ", ")
  }
}

/// A word that names no topic.
struct UnknownTopic: Error, CustomStringConvertible {
  let word: String

  var description: String {
    let names = TopicChoice.names(Set(FindingTopic.allCases))
    return "\"\(Scrubber.scrub(word))\" is not a topic; choose from \(names)."
  }
}
