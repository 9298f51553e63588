internal import Dispatch
internal import QueueEngine

/// Notices that something may have changed: when the file system tells, and each time a while passes.
///
/// Notices that nobody has taken yet are one notice, so a burst of changes costs one look.
final class ChangeNotices {
  /// One element for each reason to look again.
  let stream: AsyncStream<Void>

  private let timer: any DispatchSourceTimer
  private let changes: (any DispatchSourceRead)?

  /// Starts to watch these directories, and to give notice every `interval` in any case.
  init(directories: Set<String>, interval: Duration) {
    let (stream, notices) = AsyncStream.makeStream(
      of: Void.self,
      bufferingPolicy: .bufferingNewest(1)
    )
    self.stream = stream
    let queue = DispatchQueue(label: "mem0top.notices")
    let watch = DirectoryWatch(directories)

    timer = DispatchSource.makeTimerSource(queue: queue)
    let period = DispatchTimeInterval.nanoseconds(Int(interval.seconds * 1e9))
    timer.schedule(deadline: .now() + period, repeating: period, leeway: .milliseconds(50))
    timer.setEventHandler {
      watch.renew()
      notices.yield()
    }
    changes = watch.descriptor.map {
      DispatchSource.makeReadSource(fileDescriptor: $0, queue: queue)
    }
    changes?.setEventHandler {
      if !watch.drain().isEmpty { notices.yield() }
    }
    timer.activate()
    changes?.activate()
  }

  deinit {
    timer.cancel()
    changes?.cancel()
  }
}
