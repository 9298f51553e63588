import Foundation
import QueueEngine
import TestSupport
import Testing

@testable import Dashboard

/// What holds on every screen, whatever the size, the text and the keys.
struct PropertyTests {
  @Test(arguments: Seeds.sessions)
  func randomSessions(_ seed: Int) {
    var session = RandomSession(seed: seed)
    var model = World.model(
      session.size(),
      charset: seed.isMultiple(of: 5) ? .ascii : .unicode
    )
    model.workerCommand = seed.isMultiple(of: 3) ? [] : ["worker"]
    model.isReadOnly = seed.isMultiple(of: 11)
    if seed.isMultiple(of: 7) { model.watch(World.fiveMachines) }
    for step in 0..<Self.steps {
      let before = model
      let message = session.message(for: model)
      let effects = update(&model, message)
      for effect in effects {
        switch effect {
        case .loadItem(let key, let list):
          _ = update(&model, .itemLoaded(key, World.detail(key), of: list))
        case .listQueue(true): _ = update(&model, .queueListed(session.queuedItems()))
        case .explainReturn(let keys):
          let undo = RetryReversal(keys: keys, time: "\u{1B}never", origin: .command)
          _ = update(&model, .returnExplained(keys, step.isMultiple(of: 2) ? [undo] : []))
        default: break
        }
      }
      checkSelection(model.deadLetters, model)
      checkSelection(model.queued, model)
      check(effects, of: message, in: before)
      checkPrompt(model, after: message, in: before)
      // Drawing takes far longer than all else: not every step is looked at.
      if step.isMultiple(of: 25) || step < 10 { check(model) }
    }
  }

  /// Keys, resizes and file changes of one session; 1 000 take two minutes, so they are asked for.
  private static let steps = ProcessInfo.processInfo.environment["MEM0TOP_LONG"] == "1" ? 1000 : 100

  /// What the person chose is selected whenever it is shown, and what is selected is shown.
  private func checkSelection(_ list: ItemList, _ model: Model) {
    let shown = list.rows.map { list.items[$0].key }
    #expect((list.selection == nil) == shown.isEmpty)
    #expect(list.selectedItem?.key == list.selection)
    if let chosen = list.chosen, shown.contains(chosen) { #expect(list.selection == chosen) }
    #expect(list.isFiltered || list.shownCount == list.count)
    for row in list.rows {
      guard
        list.filter.matches(list.items[row], causes: model.causes(of: list.file), at: model.now)
      else {
        #expect(Bool(false), "the filter \(list.filter.text) does not show row \(row)")
        return
      }
    }
  }

  /// A question asks for what was named, and keeps to it while it is open.
  private func checkPrompt(_ model: Model, after message: Message, in before: Model) {
    guard let prompt = model.prompt else { return }
    if let asked = before.prompt?.request {
      // As texts, because a lock whose time is no number equals nothing.
      #expect("\(prompt.request)" == "\(asked)")
      return
    }
    let list = before.list
    let shown = list.rows.sorted().map { list.items[$0].key }
    switch command(of: message, in: before) {
    case .retryAll: #expect(prompt.request == .retry(shown))
    case .retry:
      let marked = list.marks.keys(in: list.items)
      #expect(prompt.request == .retry(marked.isEmpty ? group(in: before) : marked))
    case .drop:
      guard case .drop(let keys, let file) = prompt.request else {
        Issue.record("a drop asks for \(prompt.request)")
        return
      }
      let marked = list.marks.keys(in: list.items)
      let selected =
        before.isGrouped ? group(in: before) : list.selection.map { [$0] } ?? []
      let isOpen =
        !before.views.isEmpty && before.views.last?.subject == .item(keys[0], of: file)
      #expect(isOpen || file == list.file)
      #expect(keys == (isOpen ? [keys[0]] : marked.isEmpty ? selected : marked))
    case .clearLock, .endHolder: #expect(!prompt.evidence.isEmpty || prompt.question.count > 5)
    case let other: Issue.record("a question after \(String(describing: other))")
    }
  }

  /// The items of the selected group.
  private func group(in model: Model) -> [ItemKey] {
    model.isGrouped
      ? model.groups.selected?.members.map { model.list.items[$0].key } ?? [] : []
  }

  /// The command that a message gives: by its key, or by Enter in the palette.
  private func command(of message: Message, in model: Model) -> Command? {
    if case .mouse(.click(let place)) = message, model.isMouseOn, let layout = model.layout {
      return FooterPanel.binding(at: place, model, in: layout.footer)?.command
    }
    if case .crowdedKey(let key) = message {
      let binding = model.keymap.binding(for: key, in: model.mode)
      return binding.flatMap { model.acts($0) ? nil : command(of: .key(key), in: model) }
    }
    guard case .key(let key) = message else { return nil }
    if model.mode == .choosing { return key == .enter ? model.chosenCommand?.binding.command : nil }
    return model.keymap.binding(for: key, in: model.mode)?.command
  }

  /// Nothing runs but on a command that names it, and on no other thing than the one that was named.
  private func check(_ effects: [Effect], of message: Message, in model: Model) {
    let command = command(of: message, in: model)
    for effect in effects {
      switch effect {
      case .quit: #expect(command == .quit || command == .interrupt)
      case .redraw: #expect(message.isKey(.control("l")))
      case .keepVisit: #expect(model.replay == nil)
      case .alert, .replay: Issue.record("nothing asked for \(effect)")
      case .look: break
      case .loadItem, .loadPreviews, .findContents, .setPaused, .listQueue: break
      case .explainReturn(let keys): #expect(command == nil && !keys.isEmpty)
      case .loadHistory: #expect(command == .history, "\(message), \(model.mode)")
      case .openMachine(let place):
        #expect(place == nil ? command == .back || command == .quit : command == .open)
      case .cancelWaits:
        #expect(command == .back && model.prompt == nil)
        #expect(model.waits.contains { !$0.isCancelled })
      case .setRefresh(let interval):
        #expect(command == .faster || command == .slower)
        #expect(interval != model.refreshInterval)
      case .copy(let text):
        #expect(command == .copy)
        let isOfList = model.views.isEmpty && model.focus != .log
        #expect(isOfList == (text == model.list.selection?.id))
      case .page(let text):
        #expect(command == .page)
        #expect(text.utf8.allSatisfy { $0 >= 0x20 || $0 == 0x0A })
      case .runWorker:
        #expect(command == .runWorker && model.prompt == nil && !model.isReadOnly)
        #expect(!model.workerCommand.isEmpty && model.workerRun?.isRunning != true)
      case .run(let request):
        #expect(!model.isReadOnly)
        if case .retry(let keys) = request, isPaced(keys, command, in: model) { continue }
        guard let prompt = model.prompt else {
          #expect(isNamed(request, by: command, in: model))
          continue
        }
        // As texts, because a lock whose time is no number equals nothing.
        #expect("\(request)" == "\(prompt.request)")
        switch prompt.answer {
        case .number(let number): #expect(command == .submit && prompt.typed == "\(number)")
        case .text(let text): #expect(command == .submit && prompt.typed == text)
        case .yesOrNo: #expect(command == .confirm)
        }
      }
    }
  }

  /// Whether these are some of a retry at a pace that a key has begun, now or before.
  private func isPaced(_ keys: [ItemKey], _ command: Command?, in model: Model) -> Bool {
    if command == .oneFirst, let pace = model.prompt?.pace { return keys == [pace.first?.key] }
    guard let pace = model.pacing else { return false }
    return keys.count <= max(pace.perMinute / 6, 1)
  }

  /// Whether a command may start this without a question.
  private func isNamed(_ request: ActionRequest, by command: Command?, in model: Model) -> Bool {
    switch request {
    case .clearLock(let lock):
      // As texts, because a lock whose time is no number equals nothing.
      return command == .clearLock && "\(lock)" == model.snapshot.map { "\($0.lock)" }
        && lock.state == .stale && lock.reason != .orphan
    case .endHolder, .drop: return false
    case .undo: return command == .undo
    case .retry(let keys):
      guard command == .retry, keys.count == 1 else { return false }
      if case .item(let open, .deadLetters) = model.views.last?.subject { return keys == [open] }
      let list = model.deadLetters
      guard !model.isQueueOpen else { return false }
      return model.marks.isEmpty
        ? keys == [list.selection] && !model.isGrouped
        : keys == list.rows.filter { model.marks.contains(index: $0) }.map { list.items[$0].key }
    }
  }

  @Test func everySizeUpToSmallScreens() {
    var model = World.model(Size(columns: 0, rows: 0), World.hostile)
    for columns in 0...90 {
      for rows in stride(from: 0, through: 40, by: 3) {
        _ = update(&model, .resized(Size(columns: columns, rows: rows)))
        check(model)
      }
    }
  }

  private func check(_ model: Model) {
    let canvas = screen(model)
    #expect(canvas.cells.count == max(model.size.columns, 0) * max(model.size.rows, 0))
    #expect(DrawnSheet(canvas).firstFault == nil)
    let list = model.list
    if list.shownCount == 0 {
      #expect(list.selection == nil)
    } else {
      #expect(list.selectedItem?.key == list.selection)
      #expect(list.selection != nil)
      let rows = model.tableRows
      let shown = list.top..<list.top + rows
      #expect(shown.contains(list.selectedRow))
    }
    #expect((model.views.last?.scroll ?? 0) >= 0)
    #expect(list.marks.keys(in: list.items).count == list.marks.count)
    #expect(model.prompt == nil || model.layout != nil)
  }
}

extension Message {
  fileprivate func isKey(_ wanted: Key) -> Bool {
    switch self {
    case .key(let key), .crowdedKey(let key): key == wanted
    default: false
    }
  }
}
