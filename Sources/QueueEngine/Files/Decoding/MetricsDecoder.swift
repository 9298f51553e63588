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
      if cursor.isEqual(key, to: "vps_status") {
        metrics.vpsStatus = value.kind == .string ? cursor.scrubbedText(of: value) : nil
      } else if cursor.isEqual(key, to: "queue_size") {
        metrics.queueSize = cursor.integer(of: value)
      } else if cursor.isEqual(key, to: "dlq_size") {
        metrics.deadLetterSize = cursor.integer(of: value)
      } else if cursor.isEqual(key, to: "total_synced") {
        metrics.totalSynced = cursor.integer(of: value)
      } else if cursor.isEqual(key, to: "total_queued") {
        metrics.totalQueued = cursor.integer(of: value)
      } else if cursor.isEqual(key, to: "last_update") {
        metrics.lastUpdate = cursor.moment(of: value, writtenAt: writtenAt)
      }
    }
    return metrics
  }
}
