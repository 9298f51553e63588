package import QueueEngine

/// An action of the engine as a link carries it, with all that was captured when the person asked for it.
package enum RemoteAction: Hashable, Sendable {
  case clearLock(LockStatus)
  case endHolder(pid: Int32, startedAt: Timestamp?)
  case retry([ItemKey])
  case drop([ItemKey])
  case undo

  /// The engine's action that carries it out.
  package var action: any QueueAction {
    switch self {
    case .clearLock(let status): ClearLock(expecting: status)
    case .endHolder(let pid, let startedAt): EndHolder(pid: pid, startedAt: startedAt)
    case .retry(let keys): RetryItems(keys: keys)
    case .drop(let keys): DropItems(keys: keys)
    case .undo: UndoChange()
    }
  }
}

/// What the near side asks.
package enum Request: Hashable, Sendable {
  /// Tell all that the dashboard shows, or only what a row shows.
  case depth(isWhole: Bool)
  case look
  case item(ItemKey)
  case previews([ItemKey])
  case history
  case returns([ItemKey])
  /// Do this once, under an id that nobody else uses.
  case act(id: String, RemoteAction)
  /// Tell what became of this; if it has not begun, it must not begin any more.
  case outcome(id: String)
  /// Give up every action that waits for the lock.
  case cancel
  case runWorker

  private enum Kind: String {
    case whole, rows, look, item, previews, history, returns, act, outcome, cancel
    case runWorker = "run_worker"
  }

  /// The longest id of an action, in characters, each a letter, a digit or `-`.
  package static let longestID = 64

  /// The line with its end.
  package var line: [UInt8] {
    var line = WireLine("ask", kind)
    switch self {
    case .depth, .look, .history, .cancel, .runWorker: break
    case .item(let key): line.add("key", key)
    case .previews(let keys), .returns(let keys): line.add("keys", keys)
    case .outcome(let id): line.add("id", id)
    case .act(let id, let action):
      line.add("id", id)
      Self.add(action, to: &line)
    }
    return line.ended
  }

  /// Reads a line; `nil` for one that this version does not know.
  package init?(_ value: WireValue) throws(WireError) {
    guard let kind = value["ask"].text.flatMap(Kind.init) else { return nil }
    switch kind {
    case .whole, .rows: self = .depth(isWhole: kind == .whole)
    case .look: self = .look
    case .item: self = .item(try value["key"].decoded())
    case .previews: self = .previews(value["keys"].decodedElements())
    case .history: self = .history
    case .returns: self = .returns(value["keys"].decodedElements())
    case .act: self = .act(id: try Self.id(in: value), try Self.action(in: value))
    case .outcome: self = .outcome(id: try Self.id(in: value))
    case .cancel: self = .cancel
    case .runWorker: self = .runWorker
    }
  }

  private var kind: Kind {
    switch self {
    case .depth(let isWhole): isWhole ? .whole : .rows
    case .look: .look
    case .item: .item
    case .previews: .previews
    case .history: .history
    case .returns: .returns
    case .act: .act
    case .outcome: .outcome
    case .cancel: .cancel
    case .runWorker: .runWorker
    }
  }

  /// An id is a file's name on the far side, and must not be able to be any other one.
  private static func id(in value: WireValue) throws(WireError) -> String {
    guard let id = value["id"].text, (1...longestID).contains(id.utf8.count),
      id.utf8.allSatisfy({ byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
          UInt8(ascii: "-"):
          true
        default: false
        }
      })
    else { throw .notUnderstood }
    return id
  }

  private static func add(_ action: RemoteAction, to line: inout WireLine) {
    line.add("action", action.action.kind)
    switch action {
    case .clearLock(let status): line.add("lock", status)
    case .endHolder(let pid, let startedAt):
      line.add("pid", pid)
      line.add("startedAt", startedAt)
    case .retry(let keys), .drop(let keys): line.add("keys", keys)
    case .undo: break
    }
  }

  private static func action(in value: WireValue) throws(WireError) -> RemoteAction {
    let keys = value["keys"].decodedElements(as: ItemKey.self)
    switch value["action"].text.flatMap(ActionKind.init(rawValue:)) {
    case .clearLock?: return .clearLock(try value["lock"].decoded())
    case .endHolder?:
      return .endHolder(
        pid: value["pid"].exact(Int32.self),
        startedAt: try value["startedAt"].decoded(as: Timestamp?.self)
      )
    case .retryItems?: return .retry(keys)
    case .dropItems?: return .drop(keys)
    case .undo?: return .undo
    default: throw .notUnderstood
    }
  }
}
