internal import QueueEngine

extension Sparkline {
  /// The half-hours of a day: how long answers took, a cross where none came, a dot where nobody asked.
  static func day(_ parts: [Availability.Part]) -> [Span] {
    let slowest = parts.compactMap(\.latency?.seconds).max() ?? 0
    return parts.flatMap { part in
      part.isProbed
        ? spans([part.latency?.seconds], columns: 1, floor: max(slowest, 0.3)) : [Span("·", .dim)]
    }
  }
}
