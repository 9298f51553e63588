internal import CLibrary
internal import Dispatch
internal import SyncWorker
internal import Synchronization

/// Turns the signals that ask a program to end into the wish that the worker ends soon.
///
/// The worker then finishes what is under way and acknowledges it; a second signal changes nothing,
/// because an end in between would leave the lock behind.
final class StopSignals: Sendable {
  private let first = Mutex<Int32?>(nil)
  /// Kept alive and never touched again; the type does not say that it is safe to share.
  private nonisolated(unsafe) let sources: [any DispatchSourceSignal]

  /// Catches SIGINT, SIGTERM and SIGHUP from now on.
  ///
  /// One that is ignored already stays so: that is what `nohup` is for, and how a shell keeps its
  /// background jobs from Ctrl-C.
  init(making stop: StopRequest) {
    let queue = DispatchQueue(label: "mem0top.signals")
    let numbers = [SIGINT, SIGTERM, SIGHUP].filter { number in
      let previous = signal(number, SIG_IGN)
      return unsafeBitCast(previous, to: Int.self) != unsafeBitCast(SIG_IGN, to: Int.self)
    }
    sources = numbers.map { number in
      DispatchSource.makeSignalSource(signal: number, queue: queue)
    }
    for (source, number) in zip(sources, numbers) {
      source.setEventHandler { [weak self] in
        self?.first.withLock { $0 = $0 ?? number }
        stop.make()
      }
      source.activate()
    }
  }

  /// The first signal that came; `nil` while none has.
  var received: Int32? { first.withLock(\.self) }
}
