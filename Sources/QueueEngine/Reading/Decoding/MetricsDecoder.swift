internal import LosslessJSON

/// Reads the metrics file, in which any member may be absent.
package enum MetricsDecoder {
  /// What the worker last wrote about itself, by the bytes of its file.
  ///
  /// A member of an unexpected type counts as absent: these numbers are shown, never relied on.
  /// `writtenAt` is the file's own time, by which the zone of `last_update` is told.
  package static func decode(
    _ bytes: [UInt8],
    file: String,
    writtenAt: Timestamp? = nil
  ) throws(DecodingProblem) -> Metrics {
    let source = try QueueFile(bytes, file: file, remedy: DecodingProblem.metricsRemedy)
    var metrics = Metrics()
    _ = try source.read { (cursor, key) throws(JSONError) in
      let value = try cursor.readValue()
      guard let field = MetricsField.all.first(where: { cursor.isEqual(key, to: $0.name) }) else {
        return
      }
      switch field.value {
      case .word(let path):
        metrics[keyPath: path] = value.kind == .string ? cursor.scrubbedText(of: value) : nil
      case .count(let path):
        metrics[keyPath: path] = cursor.integer(of: value)
      case .moment(let path):
        metrics[keyPath: path] = cursor.moment(of: value, writtenAt: writtenAt)
      }
    }
    return metrics
  }
}
