/// A panel that can have the focus, in the order of Tab.
package enum Panel: Int, CaseIterable, Sendable {
  case server, queue, lock, deadLetters, log

  /// Its name, as its frame and the help show it.
  package var title: String {
    switch self {
    case .server: "VPS"
    case .queue: "Queue"
    case .lock: "Lock"
    case .deadLetters: "Dead letters"
    case .log: "Log"
    }
  }

  /// The panel that so many steps of Tab lead to.
  func advanced(by steps: Int) -> Panel {
    let count = Self.allCases.count
    return Self.allCases[((rawValue + steps) % count + count) % count]
  }
}
