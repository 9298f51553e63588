/// All that is the same for every finding of one code.
public struct FindingRow: Sendable, Hashable {
  /// How bad it is, unless the evidence makes it worse or milder.
  public let severity: Severity
  /// What it belongs to; `nil` for `all_clear`, which belongs to all.
  public let topic: FindingTopic?
  /// What heads it on the screen; what stands behind ` · ` may be left out where there is no room.
  public let heading: String
  /// What is wrong in two or three words, as `--oneline` says it.
  public let short: String
  /// When it is found, for the table in docs/contract.md#findings.
  package let condition: String
  /// When it is worse or milder than `severity`, for the same table.
  package let exception: String?

  fileprivate init(
    _ severity: Severity,
    _ topic: FindingTopic?,
    _ heading: String,
    _ short: String,
    when condition: String,
    except exception: String? = nil
  ) {
    self.severity = severity
    self.topic = topic
    self.heading = heading
    self.short = short
    self.condition = condition
    self.exception = exception
  }
}

extension FindingCode {
  /// The words for it; no two codes share a heading or a short form.
  public var row: FindingRow {
    switch self {
    case .directoryMissing:
      FindingRow(
        .critical,
        .files,
        "NO DIRECTORY",
        "no directory",
        when: "there is nothing at this path, or no directory",
        except: "`check`: 3"
      )
    case .nothingHere:
      FindingRow(
        .warning,
        .files,
        "NOTHING HERE",
        "no files here",
        when: "the directory has none of the files",
        except: "`check`: 3"
      )
    case .unreadable:
      FindingRow(
        .critical,
        .files,
        "UNREADABLE",
        "unreadable file",
        when: "the directory or a file cannot be read"
      )
    case .falseAlarmStaleLock:
      FindingRow(
        .critical,
        .lock,
        "STALE LOCK · the VPS is fine",
        "VPS up, stale lock",
        when: "the lock is stale, the server is up, and somebody has been refused since it was "
          + "written or items have waited for two intervals; before that the lock is shown as "
          + "stale, and is no finding"
      )
    case .staleLock:
      FindingRow(
        .critical,
        .lock,
        "STALE LOCK",
        "stale lock",
        when: "the same, where the server is not up or not known"
      )
    case .cannotAcknowledge:
      FindingRow(
        .critical,
        .files,
        "CANNOT ACKNOWLEDGE",
        "file cannot be replaced",
        when: "a file that has to change cannot be replaced: which, and why; nothing is sent "
          + "until it can. Or the server has memories that are still in a file"
      )
    case .queueCorrupt:
      FindingRow(
        .critical,
        .queue,
        "QUEUE CORRUPT",
        "queue corrupt",
        when: "the queue does not parse: byte offset, how to recover. Valid JSON of another shape "
          + "is corrupt too: `valid JSON, but a list where an object with \"queue\" is expected`"
      )
    case .deadLettersCorrupt:
      FindingRow(
        .critical,
        .dlq,
        "DLQ CORRUPT",
        "dlq corrupt",
        when: "the same of the dead letters"
      )
    case .serverRejects:
      FindingRow(
        .critical,
        .vps,
        "SERVER REJECTS REQUESTS",
        "server rejects requests",
        when: "the server answers and refuses us: key (401, 403, or none to send), quota (429), "
          + "address (404), preset"
      )
    case .serverDown:
      FindingRow(
        .critical,
        .vps,
        "SERVER DOWN",
        "server down",
        when: "[health](#health) is `down`"
      )
    case .lockHung:
      FindingRow(
        .warning,
        .lock,
        "LOCK HUNG",
        "hung lock",
        when: "a live process has held the lock for `lock.max_hold` without "
          + "[progress](#progress), while items wait or somebody was refused",
        except: "critical from `lock.alert_after` without progress"
      )
    case .noProgress:
      FindingRow(
        .warning,
        .worker,
        "NO PROGRESS",
        "no progress",
        when: "items wait and are due, nobody says that the server is down, a worker lives or ran "
          + "within two intervals, and nothing has left queue or dead letters for two "
          + "intervals; with the last error line",
        except: "critical from 1 h"
      )
    case .deadLetterAlert:
      FindingRow(
        .critical,
        .dlq,
        "DEAD LETTERS",
        "dead letters",
        when: "more than `dlq.alert` (10) dead letters"
      )
    case .lockUnknown:
      FindingRow(
        .warning,
        .lock,
        "LOCK UNKNOWN",
        "lock unclear",
        when: "the lock cannot be judged: the reason, and what would settle it",
        except: "critical once somebody was refused for `lock.alert_after`"
      )
    case .lockContended:
      FindingRow(
        .warning,
        .lock,
        "LOCK CONTENDED",
        "lock contended",
        when: "a live holder works, and others have been refused twice or more since it began"
      )
    case .endpointDown:
      FindingRow(
        .warning,
        .vps,
        "ENDPOINT DOWN",
        "endpoint down",
        when: "[health](#health) is `degraded`"
      )
    case .twoWorkers:
      FindingRow(
        .warning,
        .worker,
        "TWO WORKERS",
        "two workers",
        when: "another worker runs beside ours"
      )
    case .workerNotRunning:
      FindingRow(
        .warning,
        .worker,
        "NO WORKER",
        "no worker",
        when: "items wait, the lock is free, idle, settling or an orphan that refused nobody, and "
          + "no worker has been active for two intervals"
      )
    case .emergencyItems:
      FindingRow(
        .warning,
        .queue,
        "EMERGENCY FILE",
        "emergency file",
        when: "memories are in the [emergency file](#emergency-file)"
      )
    case .dueNotTried:
      FindingRow(
        .warning,
        .dlq,
        "DUE, NOT TRIED",
        "due, not tried",
        when: "dead letters have been due for two intervals while a worker runs"
      )
    case .failing:
      FindingRow(
        .warning,
        .queue,
        "FAILING",
        "items failing",
        when: "items of the queue have failed twice or more, by project and cause"
      )
    case .metricsContradictProbe:
      FindingRow(
        .warning,
        .metrics,
        "OLD METRICS",
        "metrics old",
        when: "`vps_status` disagrees with a fresh probe"
      )
    case .deadLetterInvestigate:
      FindingRow(
        .warning,
        .dlq,
        "CHECK DEAD LETTERS",
        "check dead letters",
        when: "more than `dlq.warn` (5) dead letters"
      )
    case .poisonItems:
      FindingRow(
        .warning,
        .dlq,
        "POISON ITEMS",
        "poison items",
        when: "items that were refused twice for themselves (400, 413, 422), or cannot be sent at "
          + "all (bad UTF-8, no object, no id, no content, blank project)"
      )
    case .strayCopies:
      FindingRow(
        .warning,
        .files,
        "STRAY COPIES",
        "stray copies",
        when: "memories are in a [copy](#backups-and-conflict-copies) and nowhere else"
      )
    case .clockSkew:
      FindingRow(
        .warning,
        .files,
        "CLOCK SKEW",
        "clock skew",
        when: "`last_attempt` or the time of the lock lies in the future"
      )
    case .allClear:
      FindingRow(
        .ok,
        nil,
        "ALL CLEAR",
        "ok",
        when: "none of these; never while health is `degraded`"
      )
    }
  }

  /// All rows as the table in docs/contract.md#findings.
  package static var markdownTable: String {
    let rows = allCases.map { code in
      let row = code.row
      let severity = ([row.severity.rawValue] + [row.exception].compactMap(\.self))
        .joined(separator: "; ")
      return "| `\(code.rawValue)` | \(severity) | `\(row.heading)` | `\(row.short)`"
        + " | \(row.topic?.rawValue ?? "–") | \(row.condition) |"
    }
    return """
      | code | severity | heading | `--oneline` | topic | when |
      |---|---|---|---|---|---|

      """ + rows.joined(separator: "\n")
  }
}
