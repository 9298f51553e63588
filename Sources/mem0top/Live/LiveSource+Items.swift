internal import Dashboard
internal import QueueEngine
internal import Terminal

/// What the dashboard asks of single items: read from the file where they stand, none of it kept.
extension LiveSource {
  /// Contents of more bytes are read only where somebody opens them.
  private static let longestPreviewed = 64 << 10

  /// Answers a question for items or their contents.
  func readItems(for effect: Effect) {
    switch effect {
    case .loadItem(let key, let list):
      let detail =
        items(of: list).first { $0.key == key }.map { reader.detail(of: $0, in: list) }
        ?? ItemDetail(key: key, problem: "The item has left \(list.place).")
      inbox.post(.itemLoaded(key, detail, of: list))
    case .loadPreviews(let keys, let list):
      inbox.post(.previewsLoaded(contents(of: Set(keys), in: list), of: list))
    case .findContents(let texts, let list):
      inbox.post(.contentsFound(contents(holding: texts, in: list), of: list))
    case .listQueue(true):
      queued = ([], -1)
      listQueue()
    case .listQueue(false):
      queued = nil
      reader.forgetQueuedItems()
    default: break
    }
  }

  /// Reads the queue item by item where it is listed and has changed.
  func listQueue() {
    guard let known = queued else { return }
    let reading = reader.readQueuedItems(now: SystemClock.now)
    guard reading.revision != known.revision || reading.content == nil else { return }
    queued = (reading.content ?? [], reading.revision)
    inbox.post(.queueListed(reading.content ?? []))
  }

  /// The items of a list as they were read last.
  private func items(of list: ListFile) -> [DeadLetter] {
    list == .queue ? queued?.items ?? [] : deadLetters
  }

  /// The contents of these items, in lines; of one that is very long its length, of one that is gone none.
  private func contents(of keys: Set<ItemKey>, in list: ListFile) -> [ItemKey: [String]] {
    var contents = Dictionary(uniqueKeysWithValues: keys.map { ($0, [String]()) })
    var left = keys.count
    for item in items(of: list) where keys.contains(item.key) {
      contents[item.key] =
        item.contentBytes > Self.longestPreviewed
        ? ["\(item.contentBytes) bytes"] : reader.detail(of: item, in: list).content
      left -= 1
      if left == 0 { break }
    }
    return contents
  }

  /// The items of a list whose contents hold each of some texts; a file that cannot be read says so elsewhere.
  private func contents(holding texts: [String], in list: ListFile) -> [String: Set<ItemKey>] {
    var found = Dictionary(uniqueKeysWithValues: texts.map { ($0, Set<ItemKey>()) })
    let folded = texts.map { ($0, FoldedText($0)) }
    try? reader.forEachContent(of: items(of: list), in: list) { key, content in
      for (text, needle) in folded where needle.isContained(in: content) {
        found[text]?.insert(key)
      }
    }
    return found
  }
}
