/// What the worker last wrote about itself; it may be old, and it may be wrong.
public struct Metrics: Codable, Sendable, Hashable {
  /// `healthy`, `up`, `down` or another word, scrubbed.
  public var vpsStatus: String?
  /// Waiting items.
  public var queueSize: Int?
  /// Dead letters.
  public var deadLetterSize: Int?
  /// Deliveries since the worker counts.
  public var totalSynced: Int?
  /// Items queued since the worker counts.
  public var totalQueued: Int?
  /// When they were written, read as local time where no zone is given.
  public var lastUpdate: Timestamp?

  /// Makes metrics of which nothing is known.
  public init() {}

  /// Whether the worker believed that the server was up; `nil` where it said neither.
  package var saysServerIsUp: Bool? {
    switch vpsStatus?.lowercased() {
    case "healthy", "up": true
    case "down": false
    default: nil
    }
  }
}

/// A field of the metrics file: its name there and in JSON, what people call it, and where it is kept.
package struct MetricsField: Sendable {
  package enum Value: Sendable {
    case word(any WritableKeyPath<Metrics, String?> & Sendable)
    case count(any WritableKeyPath<Metrics, Int?> & Sendable)
    case moment(any WritableKeyPath<Metrics, Timestamp?> & Sendable)
  }

  package let name: StaticString
  /// What people call it; `nil` where it is no figure: when all was written is told beside them.
  package let label: String?
  package let value: Value
  /// Whether `status --json` has it, too.
  package var isInStatus = true

  /// All of them, in the order in which they are shown.
  package static let all = [
    MetricsField(name: "vps_status", label: "VPS", value: .word(\.vpsStatus)),
    MetricsField(name: "queue_size", label: "queue", value: .count(\.queueSize)),
    MetricsField(name: "dlq_size", label: "dead letters", value: .count(\.deadLetterSize)),
    MetricsField(
      name: "total_queued",
      label: "queued in total",
      value: .count(\.totalQueued),
      isInStatus: false
    ),
    MetricsField(name: "total_synced", label: "synced in total", value: .count(\.totalSynced)),
    MetricsField(name: "last_update", label: nil, value: .moment(\.lastUpdate)),
  ]

  /// The value as people and JSON read it; `nil` where the file has none.
  package func text(in metrics: Metrics) -> String? {
    switch value {
    case .word(let path): metrics[keyPath: path]
    case .count(let path): metrics[keyPath: path].map(String.init)
    case .moment(let path): metrics[keyPath: path]?.iso8601
    }
  }
}

/// The fields of the metrics as JSON has them, each an explicit `null` where it is not known.
package struct MetricsFields: Encodable, Sendable {
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }

    init?(intValue: Int) { nil }
  }

  private let metrics: Metrics
  private let fields: [MetricsField]

  /// Takes what the file says; nothing where there is none.
  package init(_ metrics: Metrics?, fields: [MetricsField] = MetricsField.all) {
    self.metrics = metrics ?? Metrics()
    self.fields = fields
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    for field in fields {
      let key = Key(stringValue: field.name.description)
      if case .count(let path) = field.value {
        try container.encode(metrics[keyPath: path], forKey: key)
      } else {
        try container.encode(field.text(in: metrics), forKey: key)
      }
    }
  }
}
