/// One metric of Prometheus's text format, version 0.0.4: samples that share a name, a type and a help text.
struct MetricFamily: Hashable, Sendable {
  /// What the numbers mean over time.
  enum Kind: String, Sendable {
    /// It goes up and down.
    case gauge
    /// It only goes up, or begins anew at 0; its name ends in `_total`.
    case counter
  }

  /// One number with what tells it from the others of its family.
  struct Sample: Hashable, Sendable {
    /// Pairs of name and value, in the order in which they are written.
    var labels: [Label] = []
    var value: Double
  }

  struct Label: Hashable, Sendable {
    let name: String
    let value: String
  }

  let name: String
  let kind: Kind
  let help: String
  let samples: [Sample]

  /// Makes a family; of two samples with the same labels the first counts, and what is no number is left out.
  init(_ name: String, _ kind: Kind, _ help: String, _ samples: [Sample]) {
    self.name = name
    self.kind = kind
    self.help = help
    var seen: Set<[Label]> = []
    self.samples = samples.filter { $0.value.isFinite && seen.insert($0.labels).inserted }
  }

  /// A family of one number; without samples where it is not known.
  init(_ name: String, _ kind: Kind, _ help: String, _ value: Double?) {
    self.init(name, kind, help, value.map { [Sample(value: $0)] } ?? [])
  }

  /// A state set: one sample for each state, 1 for the one that it is in and 0 for the others.
  init(_ name: String, _ help: String, label: String, states: [String], current: Set<String>) {
    let samples = states.map { state in
      Sample(
        labels: [Label(name: label, value: state)],
        value: current.contains(state) ? 1 : 0
      )
    }
    self.init(name, .gauge, help, samples)
  }

  /// The family as text, each line ended; nothing where it has no samples.
  var text: String {
    guard !samples.isEmpty else { return "" }
    let head = "# HELP \(name) \(Self.escaped(help))\n# TYPE \(name) \(kind.rawValue)\n"
    return samples.reduce(into: head) { text, sample in
      let labels = sample.labels.map {
        "\($0.name)=\"\(Self.escaped($0.value).replacing("\"", with: "\\\""))\""
      }
      let suffix = labels.isEmpty ? "" : "{\(labels.joined(separator: ","))}"
      text += "\(name)\(suffix) \(Self.number(sample.value))\n"
    }
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
  }

  /// The number without a point where it is whole.
  private static func number(_ value: Double) -> String {
    Int(exactly: value).map(String.init) ?? "\(value)"
  }
}
