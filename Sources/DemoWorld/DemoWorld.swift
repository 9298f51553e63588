internal import QueueEngine

/// A small world that lives in a sandbox: a server, hooks that queue memories, workers, and trouble.
///
/// All of it is real: files, processes, and a server on 127.0.0.1. Only the trouble is made.
package actor DemoWorld {
  /// What the dashboard and the workers are started with.
  package nonisolated let environment: [String: String]

  private let receiver: DemoReceiver
  private let producer: DemoProducer
  private let worker: DemoWorker
  private let incident: DemoIncident?
  private var current = DemoIncident.calm
  private var memoryCount = 0
  /// Whether a worker is being caught, which another one beside it would spoil.
  private var isCatchingWorker = false

  /// Makes the files, and starts the server.
  ///
  /// - Parameters:
  ///   - sandbox: Where everything lies.
  ///   - incident: What is gone to directly; `nil` for the loop.
  ///   - program: The path of mem0top itself, whose workers are run.
  ///   - environment: The variables of the process.
  /// - Throws: What the system did not allow, as one sentence.
  package init(
    in sandbox: Sandbox,
    incident: DemoIncident?,
    program: String,
    environment: [String: String]
  ) async throws(DemoError) {
    let first = incident ?? DemoIncident.loop[0]
    try first.scene.write(into: sandbox.directory, now: SystemClock.now)
    let receiver = try await DemoReceiver.start()
    do throws(DemoError) {
      let hasTraffic = first != .staleLock
      try DemoConfiguration.write(into: sandbox, receiver, hasTraffic: hasTraffic)
    } catch {
      await receiver.stop()
      throw error
    }
    self.environment = DemoConfiguration.environment(of: sandbox, from: environment)
    self.receiver = receiver
    self.incident = incident
    let settings = EngineSettings(
      directory: sandbox.directory,
      stateDirectory: sandbox.stateDirectory
    )
    producer = DemoProducer(settings: settings)
    worker = DemoWorker(
      program: program,
      environment: self.environment,
      lockPath: settings.path(of: \.lock)
    )
  }

  /// Lives until the task is cancelled.
  ///
  /// - Parameter announce: Called with what happens now.
  package func run(announce: @escaping @Sendable (String) -> Void) async {
    await withDiscardingTaskGroup { group in
      group.addTask { await self.tellTheStory(announce) }
      guard incident != .staleLock else { return }
      group.addTask { await self.queueMemories() }
      group.addTask { await self.runWorkers() }
    }
  }

  /// Ends the server.
  package func stop() async {
    await receiver.stop()
  }

  private func tellTheStory(_ announce: @Sendable (String) -> Void) async {
    let scenes = incident.map { [$0] } ?? DemoIncident.loop
    while !Task.isCancelled {
      for (index, scene) in scenes.enumerated() where !Task.isCancelled {
        current = scene
        let place = scenes.count > 1 ? "demo \(index + 1)/\(scenes.count)" : "demo"
        announce("\(place)  \(scene.announcement)")
        await enter(scene)
        await Self.pause(scene.duration)
        if scenes.count > 1 { await leave(scene) }
      }
    }
  }

  private func enter(_ scene: DemoIncident) async {
    switch scene {
    case .calm, .recovery, .staleLock: break
    case .outage: await receiver.goDown()
    case .growth:
      receiver.setFault(.status(502), on: .item(DemoMemory.studio))
      await queue(12, of: DemoMemory.studio)
    case .killedWorker:
      await queue(6, of: DemoMemory.brain)
      isCatchingWorker = true
      // Where no worker could be caught with the lock, this scene is a calm one.
      _ = try? await worker.killOneWithTheLock()
      isCatchingWorker = false
    case .poison: await detached { $0.queuePoison() }
    }
  }

  private func leave(_ scene: DemoIncident) async {
    switch scene {
    case .calm, .recovery, .staleLock: break
    case .outage:
      // Where another program has taken the port meanwhile, the outage goes on, as the screen tells.
      try? await receiver.comeUp()
    case .growth: receiver.setFault(nil, on: .item(DemoMemory.studio))
    case .killedWorker:
      // A lock that could not be cleared stays in the next scene, and the screen says why.
      try? await worker.clearLock()
    case .poison: await detached { $0.repairPoison() }
    }
  }

  private func queueMemories() async {
    while !Task.isCancelled {
      await queue(1, of: memoryCount.isMultiple(of: 3) ? DemoMemory.studio : DemoMemory.brain)
      // The waits look random and are always the same.
      await Self.pause(.milliseconds(600 + memoryCount * memoryCount * 370 % 1700))
    }
  }

  private func queue(_ count: Int, of project: String) async {
    let number = memoryCount
    memoryCount += count
    await detached { $0.queue(count, of: project, from: number) }
  }

  /// Files are changed away from the actor, because that may wait for a lock.
  private func detached(_ work: @escaping @Sendable (DemoProducer) -> Void) async {
    await Task.detached { [producer] in work(producer) }.value
  }

  private func runWorkers() async {
    while !Task.isCancelled {
      await Self.pause(DemoConfiguration.workerInterval)
      if isCatchingWorker { continue }
      // A worker that could not be started is one that cron did not start: the screen tells.
      try? await worker.run()
    }
  }

  /// Sleeps, or returns at once where the task is cancelled.
  private static func pause(_ duration: Duration) async {
    try? await Task.sleep(for: duration)
  }
}
