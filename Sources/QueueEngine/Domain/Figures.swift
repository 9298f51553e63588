/// What is recorded together, because one program sees all of it.
package enum FigureSubject: String, CaseIterable, Sendable {
  /// The files: any program that watches them records them.
  case files
  /// The server: whoever probes records it.
  case server

  /// The places of the figures that are counts: of two halves of a slot they add up; of all others the
  /// greater one counts, so that a peak is seen however much time a column stands for.
  fileprivate var sums: SIMDMask<SIMD8<Int32>> { self == .files ? Self.fileSums : Self.serverSums }

  private static let fileSums = mask(FileFigure.allCases.filter(\.isCount).map(\.rawValue))
  private static let serverSums = mask(
    (0..<ServerFigure.mostEndpoints).map { ServerFigure.failures($0).place }
  )

  private static func mask(_ places: [Int]) -> SIMDMask<SIMD8<Int32>> {
    var mask = SIMDMask<SIMD8<Int32>>(repeating: false)
    for place in places { mask[place] = true }
    return mask
  }
}

/// The figures of the files, by their place in a record.
package enum FileFigure: Int, CaseIterable, Sendable {
  /// Items that wait.
  case pending
  /// The age of the oldest of them, in seconds.
  case oldestAge
  /// Dead letters.
  case deadLetters
  /// Items that came into the queue.
  case arrived
  /// Items that left queue or dead letters and are in neither.
  case delivered
  /// Deliveries that failed.
  case failed
  /// Items that became dead letters.
  case moved
  /// For how long the lock has been there while somebody has it or it is in the way, in seconds.
  case lockAge

  var isCount: Bool {
    switch self {
    case .pending, .oldestAge, .deadLetters, .lockAge: false
    case .arrived, .delivered, .failed, .moved: true
    }
  }
}

/// The figures of the first endpoints, by their place in a record.
package enum ServerFigure: Sendable, Hashable {
  /// How many endpoints have a place.
  package static let mostEndpoints = Figures.count / 2

  /// The slowest answer, in seconds.
  case latency(Int)
  /// Probes that failed.
  case failures(Int)

  package var place: Int {
    switch self {
    case .latency(let endpoint): endpoint * 2
    case .failures(let endpoint): endpoint * 2 + 1
    }
  }
}

/// Eight figures, none of them below 0, each of which may be unknown.
package struct Figures: Hashable, Sendable {
  package static let count = 8
  private static let unknown: Float = -1

  private var values = SIMD8<Float>(repeating: unknown)

  /// Makes figures of which nothing is known.
  package init() {}

  /// A figure; `nil` where it is not known.
  package subscript(place: Int) -> Double? {
    get { values[place] < 0 ? nil : Double(values[place]) }
    set {
      let value = newValue.map { Float($0) } ?? Self.unknown
      values[place] = value.isFinite ? max(value, Self.unknown) : Self.unknown
    }
  }

  package subscript(figure: FileFigure) -> Double? {
    get { self[figure.rawValue] }
    set { self[figure.rawValue] = newValue }
  }

  package subscript(figure: ServerFigure) -> Double? {
    get { self[figure.place] }
    set { self[figure.place] = newValue }
  }

  /// Whether nothing is known.
  package var isEmpty: Bool { values.max() < 0 }

  /// Takes what was seen in another part of the same time: counts add up, of others the greater one stays.
  package mutating func combine(_ other: Figures, of subject: FigureSubject) {
    let sums = subject.sums .& (values .>= 0) .& (other.values .>= 0)
    values = pointwiseMax(values, other.values).replacing(with: values + other.values, where: sums)
  }

  /// The bits of each, in the order of their places.
  var bits: [UInt32] { (0..<Self.count).map { values[$0].bitPattern } }

  /// Reads what `bits` gave; what is no figure is unknown.
  init(bits: [UInt32]) {
    for (place, bits) in bits.prefix(Self.count).enumerated() {
      self[place] = Double(Float(bitPattern: bits))
    }
  }
}

/// Takes the figures that are recorded out of snapshots, one look after the other.
package struct FigureSampler: Sendable {
  /// The answer of a probe speaks for so long.
  private static let freshness = Duration.seconds(30)

  private var traffic: QueueTraffic?
  private var probedAt: [Timestamp?] = []

  package init() {}

  /// The figures of the files in a snapshot, with what was counted since the look before.
  package mutating func files(_ snapshot: Snapshot, at now: Timestamp) -> Figures {
    var figures = Figures()
    if snapshot.queue.state == .ok, let queue = snapshot.queue.content {
      figures[.pending] = Double(queue.pending)
      figures[.oldestAge] = queue.pending > 0 ? queue.oldest.map { age(of: $0, now) } ?? 0 : 0
    }
    if snapshot.deadLetters.state == .ok, let letters = snapshot.deadLetters.content {
      figures[.deadLetters] = Double(letters.items.count)
    }
    figures[.lockAge] = lockAge(snapshot.lock, now)
    let (before, total) = (traffic ?? snapshot.traffic, snapshot.traffic)
    traffic = total
    figures[.arrived] = Double(max(total.arrived - before.arrived, 0))
    figures[.delivered] = Double(max(total.delivered - before.delivered, 0))
    figures[.failed] = Double(max(total.failed - before.failed, 0))
    figures[.moved] = Double(max(total.moved - before.moved, 0))
    return figures
  }

  /// The figures of the server in a snapshot; a failure counts once.
  package mutating func server(_ server: ServerStatus, at now: Timestamp) -> Figures {
    var figures = Figures()
    let endpoints = server.endpoints.prefix(ServerFigure.mostEndpoints)
    if probedAt.count != endpoints.count {
      probedAt = Array(repeating: nil, count: endpoints.count)
    }
    for (index, endpoint) in endpoints.enumerated() {
      guard let moment = endpoint.probedAt, now - moment <= Self.freshness else { continue }
      let isNew = probedAt[index] != moment
      probedAt[index] = moment
      let hasFailed = endpoint.consecutiveFailures > 0
      if !hasFailed { figures[.latency(index)] = endpoint.latency?.seconds }
      figures[.failures(index)] = hasFailed && isNew ? 1 : 0
    }
    return figures
  }

  private func lockAge(_ lock: LockStatus, _ now: Timestamp) -> Double {
    switch lock.state {
    case .free, .idle, .settling: 0
    case .held, .hung, .stale, .unknown:
      lock.since.map { age(of: $0, now) } ?? 0
    }
  }

  private func age(of moment: Timestamp, _ now: Timestamp) -> Double {
    max((now - moment).seconds, 0)
  }
}
