internal import LosslessJSON

/// What a worker says about itself after a run, for other programs: `mem0_metrics.json`.
package struct MetricsFile: Sendable {
  /// What there is to say.
  package struct Figures: Hashable, Sendable {
    /// `up` or `down`; `nil` leaves what is there.
    package var vpsStatus: String?
    /// Waiting items; `nil` leaves what is there.
    package var pending: Int?
    /// Dead letters; `nil` leaves what is there.
    package var deadLetters: Int?
    /// Deliveries of this run, which count where the queue keeps no totals of its own.
    package var synced: Int
    /// What the queue counts over all runs.
    package var totals: QueueTotals

    package init(
      vpsStatus: String?,
      pending: Int?,
      deadLetters: Int?,
      synced: Int,
      totals: QueueTotals = QueueTotals()
    ) {
      self.vpsStatus = vpsStatus
      self.pending = pending
      self.deadLetters = deadLetters
      self.synced = synced
      self.totals = totals
    }
  }

  private let path: String
  private let name: String

  package init(settings: EngineSettings) {
    path = settings.path(of: \.metrics)
    name = PathText(path).shownName
  }

  /// Updates the file, every other member as it was, or creates it; one that does not parse is refused.
  package func write(_ figures: Figures, now: Timestamp) throws(ActionError) {
    do throws(FileReplacementError) {
      try FileReplacement.replace(
        path: path,
        transform: { bytes throws(DecodingProblem) in
          let changed = try changed(bytes, figures, now)
          return FileReplacement.Content(bytes: changed, report: ())
        },
        reparse: { bytes, _ throws(DecodingProblem) in
          let metrics = try MetricsDecoder.decode(bytes, file: name)
          return metrics.queueSize == figures.pending ?? metrics.queueSize
            && metrics.deadLetterSize == figures.deadLetters ?? metrics.deadLetterSize
        }
      )
    } catch {
      guard case .missing = error else {
        throw error.isRefusal
          ? .refused(error.description, evidence: []) : .failed(error.description)
      }
      try create(figures, now)
    }
  }

  private func create(_ figures: Figures, _ now: Timestamp) throws(ActionError) {
    let bytes: [UInt8]?
    do throws(DecodingProblem) {
      bytes = try changed(Array("{}".utf8), figures, now)
    } catch {
      throw .refused("\(error).", evidence: [])
    }
    do throws(SystemError) {
      // Another worker that has just created it has said the same.
      _ = try FileUser.act(onFileAt: path) { () throws(SystemError) in
        try WholeFile.create(bytes ?? [], at: path)
      }
    } catch {
      throw .failed("\(error).")
    }
  }

  /// The bytes with the figures in them.
  private func changed(
    _ bytes: [UInt8],
    _ figures: Figures,
    _ now: Timestamp
  ) throws(DecodingProblem) -> [UInt8]? {
    let source = try QueueFile(bytes, file: name, remedy: DecodingProblem.metricsRemedy)
    _ = try source.read { (cursor, _) throws(JSONError) in _ = try cursor.readValue() }
    let text = JSONText(bytes)
    let members: JSONMembers
    do throws(JSONError) {
      members = try JSONMembers(of: text)
    } catch {
      throw DecodingProblem(file: name, error: error, remedy: DecodingProblem.metricsRemedy)
    }
    let before = members.value(of: "total_synced").flatMap { value in
      text.withCursor { $0.integer(of: value) }
    }
    let time = members.value(of: "last_update").flatMap {
      TimeToken.bytes(of: now, like: bytes[$0.range])
    }
    var values = [
      ("last_update", time ?? JSONText.quoted(TimeToken.local(now))),
      ("vps_status", figures.vpsStatus.map(JSONText.quoted)),
      ("queue_size", figures.pending.map { Array("\($0)".utf8) }),
      ("dlq_size", figures.deadLetters.map { Array("\($0)".utf8) }),
    ]
    let (sum, isTooLarge) = (before ?? 0).addingReportingOverflow(figures.synced)
    let synced = figures.totals.synced ?? (isTooLarge ? Int.max : sum)
    values.append(("total_synced", Array("\(synced)".utf8)))
    values.append(("total_queued", figures.totals.queued.map { Array("\($0)".utf8) }))
    let set = values.compactMap { name, value in value.map { (name: name, value: $0) } }
    return text.replacing(members.setting(set))?.bytes
  }
}
