/// An item that a worker has taken up and has not settled yet.
package struct ClaimedItem: Hashable, Sendable {
  /// Which file it stands in.
  package var source: ListFile
  /// What tells it from all others in its file.
  package var key: ItemKey
  package var memory: Memory
  /// What it is, by the bytes in its file.
  package var identity: ItemIdentity
  /// Its `retries` in the queue, its `retry_count` as a dead letter.
  package var failures: Int
  /// Whether an earlier attempt, of this run or of one that was killed, may have stored it.
  package var mayBeStored: Bool

  package init(
    source: ListFile,
    key: ItemKey,
    memory: Memory,
    identity: ItemIdentity? = nil,
    failures: Int,
    mayBeStored: Bool = false
  ) {
    self.source = source
    self.key = key
    self.memory = memory
    self.identity = identity ?? ItemIdentity(memory)
    self.failures = failures
    self.mayBeStored = mayBeStored
  }
}

/// What a claimed item came to.
package enum DeliveryResult: Hashable, Sendable {
  /// The server has it: it leaves its file.
  case delivered
  /// It failed and that counts against it, for this cause; it may have been stored all the same.
  case failed(cause: String, mayBeStored: Bool)
  /// It goes back as it was, because the server is at fault or the run ends.
  case returned(mayBeStored: Bool)
}
