internal import QueueEngine

/// An observation as Prometheus reads it: one family for each fact that an alert or a chart may want.
///
/// No label has values without a bound: projects are capped, and no item is ever named.
struct PrometheusFigures {
  /// How many projects have a number of their own; the others have one together.
  static let mostProjects = 20

  /// What the format is called in HTTP.
  static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  private let snapshot: Snapshot
  private let findings: [Finding]
  private let now: Timestamp

  init(_ observation: Observation) {
    snapshot = observation.snapshot
    findings = observation.findings
    now = observation.now
  }

  /// The whole exposition, each line ended.
  var text: String { families.map(\.text).joined() }

  /// Every family; one of which nothing is known has no samples, and no text.
  var families: [MetricFamily] {
    verdictFamilies + serverFamilies + queueFamilies + deadLetterFamilies + lockFamilies
      + workerFamilies
  }

  private var verdictFamilies: [MetricFamily] {
    let codes = Set(findings.map(\.code.rawValue))
    let since = findings.compactMap { finding in
      finding.since.map { sample("code", finding.code.rawValue, $0.secondsSinceEpoch) }
    }
    return [
      MetricFamily(
        "mem0top_build_info",
        "The mem0top that looked; always 1.",
        [sample("version", Version.number, 1)]
      ),
      MetricFamily(
        "mem0top_last_look_timestamp_seconds",
        "When these figures were taken.",
        now.secondsSinceEpoch
      ),
      MetricFamily(
        "mem0top_status",
        "The verdict of the whole: 1 for the severity that is in force.",
        label: "severity",
        states: ["ok", "warning", "critical"],
        current: [(findings.first?.severity ?? .ok).rawValue]
      ),
      MetricFamily(
        "mem0top_finding",
        "What is wrong: 1 for each finding that holds (docs/contract.md#findings).",
        label: "code",
        states: FindingCode.allCases.map(\.rawValue),
        current: codes
      ),
      MetricFamily(
        "mem0top_finding_since_timestamp_seconds",
        "Since when a finding holds, where that is known.",
        since
      ),
      fileFamily,
    ]
  }

  private var fileFamily: MetricFamily {
    let files: [(name: String, state: FileState)] = [
      ("queue", snapshot.queue.state), ("dlq", snapshot.deadLetters.state),
      ("metrics", snapshot.metrics.state), ("log", snapshot.log.state),
    ]
    let samples = files.flatMap { file in
      [FileState.ok, .missing, .corrupt, .unreadable].map { state in
        MetricFamily.Sample(
          labels: [
            MetricFamily.Label(name: "file", value: file.name),
            MetricFamily.Label(name: "state", value: state.rawValue),
          ],
          value: file.state == state ? 1 : 0
        )
      }
    }
    return MetricFamily(
      "mem0top_file_state",
      "What became of the last reading of a file: 1 for the state that it is in.",
      samples
    )
  }

  private var serverFamilies: [MetricFamily] {
    let server = snapshot.server
    return [
      MetricFamily(
        "mem0top_vps_state",
        "The server by our own probe: 1 for the state that it is in.",
        label: "state",
        states: ["up", "degraded", "down", "unknown"],
        current: [server.state.rawValue]
      ),
      MetricFamily(
        "mem0top_endpoint_up",
        "Whether a health endpoint answered the last probe.",
        server.endpoints.filter { $0.probedAt != nil }.map {
          sample("endpoint", $0.name, $0.consecutiveFailures == 0 ? 1 : 0)
        }
      ),
      MetricFamily(
        "mem0top_endpoint_latency_seconds",
        "How long the last answer of a health endpoint took.",
        server.endpoints.compactMap { endpoint in
          endpoint.latency.map { sample("endpoint", endpoint.name, $0.seconds) }
        }
      ),
      MetricFamily(
        "mem0top_endpoint_consecutive_failures",
        "How many probes of a health endpoint failed in a row; 3 mean down.",
        server.endpoints.map { sample("endpoint", $0.name, Double($0.consecutiveFailures)) }
      ),
      MetricFamily(
        "mem0top_worker_reports_vps_up",
        "What the worker's own metrics file says of the server; it may be old, and it may be wrong.",
        snapshot.metrics.content?.saysServerIsUp.map { $0 ? 1 : 0 }
      ),
    ]
  }

  private var queueFamilies: [MetricFamily] {
    let queue = snapshot.queue.state == .missing ? nil : snapshot.queue.content
    let projects = byProject(queue?.projects.map { ($0.project, $0.count) } ?? [])
    return [
      MetricFamily("mem0top_queue_items", "Memories that wait in the queue.", queue?.pending),
      MetricFamily(
        "mem0top_queue_oldest_timestamp_seconds",
        "When the oldest memory of the queue was queued.",
        queue?.oldest?.secondsSinceEpoch
      ),
      MetricFamily(
        "mem0top_queue_project_items",
        "Memories that wait, of the projects with most of them.",
        projects.shown
      ),
      MetricFamily(
        "mem0top_queue_unlisted_items",
        "Memories that wait, of all projects that have no number of their own.",
        queue == nil ? nil : projects.rest
      ),
      MetricFamily(
        "mem0top_queue_flagged_items",
        "Memories of the queue with an oddity.",
        queue?.flaggedCount
      ),
      MetricFamily(
        "mem0top_queue_abandoned_items",
        "Memories that an older worker gave up, in the list \"failed\".",
        queue?.failedCount
      ),
      MetricFamily(
        "mem0top_emergency_items",
        "Memories in the emergency file.",
        snapshot.directoryProblem == nil ? snapshot.emergency.items : nil
      ),
      MetricFamily(
        "mem0top_stray_copy_items",
        "Memories that only a backup or a conflict copy holds.",
        snapshot.directoryProblem == nil ? snapshot.strays.reduce(0) { $0 + $1.items } : nil
      ),
    ]
  }

  private var deadLetterFamilies: [MetricFamily] {
    let items = snapshot.deadLetters.state == .missing ? nil : snapshot.deadLetters.content?.items
    let counts = (items ?? []).reduce(into: [String: Int]()) { $0[$1.project, default: 0] += 1 }
    let projects = byProject(counts.map { ($0.key, $0.value) })
    return [
      MetricFamily("mem0top_dead_letters", "Dead letters.", items?.count),
      MetricFamily(
        "mem0top_dead_letters_due",
        "Dead letters that may be tried now.",
        items.map { items in items.count { $0.isDue(at: now) } }
      ),
      MetricFamily(
        "mem0top_dead_letters_next_due_timestamp_seconds",
        "When the next dead letter that is not yet due will be.",
        items?.map(\.dueAt).filter { $0 > now }.min()?.secondsSinceEpoch
      ),
      MetricFamily(
        "mem0top_dead_letters_project_items",
        "Dead letters of the projects with most of them.",
        projects.shown
      ),
      MetricFamily(
        "mem0top_dead_letters_unlisted_items",
        "Dead letters of all projects that have no number of their own.",
        items == nil ? nil : projects.rest
      ),
    ]
  }

  private var lockFamilies: [MetricFamily] {
    let lock = snapshot.lock
    return [
      MetricFamily(
        "mem0top_lock_state",
        "The verdict on the lock: 1 for the state that it is in.",
        label: "state",
        states: ["free", "idle", "held", "hung", "settling", "stale", "unknown"],
        current: [lock.state.rawValue]
      ),
      MetricFamily(
        "mem0top_lock_clearable",
        "Whether it is proven that nobody holds the lock, so that it may be cleared.",
        lock.isClearable ? 1 : 0
      ),
      MetricFamily(
        "mem0top_lock_since_timestamp_seconds",
        "Since when the lock is held or left behind; absent while it is free or idle.",
        [.free, .idle].contains(lock.state)
          ? nil : lock.since?.secondsSinceEpoch
      ),
    ]
  }

  private var workerFamilies: [MetricFamily] {
    let worker = snapshot.worker
    let metrics = snapshot.metrics.state == .missing ? nil : snapshot.metrics.content
    return [
      MetricFamily(
        "mem0top_workers_running",
        "Workers of this directory that run.",
        snapshot.directoryProblem == nil ? worker.running.count : nil
      ),
      MetricFamily(
        "mem0top_worker_last_activity_timestamp_seconds",
        "When a worker last did more than complain.",
        worker.lastActivity?.secondsSinceEpoch
      ),
      MetricFamily(
        "mem0top_worker_last_delivery_timestamp_seconds",
        "When something last left the queue or the dead letters.",
        worker.lastDeparture?.secondsSinceEpoch
      ),
      MetricFamily(
        "mem0top_synced_total",
        .counter,
        "Deliveries, as the worker counts them.",
        metrics?.totalSynced.map(Double.init)
      ),
      MetricFamily(
        "mem0top_queued_total",
        .counter,
        "Memories that were queued, as the worker counts them.",
        metrics?.totalQueued.map(Double.init)
      ),
    ]
  }

  /// The projects with most items, and how many items all the others have together.
  private func byProject(
    _ counts: [(project: String, count: Int)]
  ) -> (shown: [MetricFamily.Sample], rest: Int) {
    // Names are scrubbed, so two may have become one.
    let merged = counts.reduce(into: [String: Int]()) { $0[$1.project, default: 0] += $1.count }
    let sorted = merged.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    return (
      sorted.prefix(Self.mostProjects).map { sample("project", $0.key, Double($0.value)) },
      sorted.dropFirst(Self.mostProjects).reduce(0) { $0 + $1.value }
    )
  }

  private func sample(_ label: String, _ value: String, _ number: Double) -> MetricFamily.Sample {
    MetricFamily.Sample(labels: [MetricFamily.Label(name: label, value: value)], value: number)
  }
}

extension MetricFamily {
  /// A gauge of one whole number.
  fileprivate init(_ name: String, _ help: String, _ value: Int?) {
    self.init(name, .gauge, help, value.map(Double.init))
  }

  fileprivate init(_ name: String, _ help: String, _ value: Double?) {
    self.init(name, .gauge, help, value)
  }

  fileprivate init(_ name: String, _ help: String, _ samples: [Sample]) {
    self.init(name, .gauge, help, samples)
  }
}
