/// An answer that refuses whatever we send, as a worker wrote it down: 401, 403, 404 or 429.
struct DeliveryRefusal: Hashable {
  let status: Int

  /// Finds it in a text; `nil` where the text tells of no such answer.
  ///
  /// A bare number may be anything, so it counts only behind `HTTP` or `status`, or before the words
  /// that go with it.
  init?(_ text: String) {
    let words = text.utf8.split { byte in
      let letter = byte | 0x20
      return !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        && !(UInt8(ascii: "a")...UInt8(ascii: "z")).contains(letter)
    }
    for (index, word) in words.enumerated() where word.count == 3 {
      guard let code = Self.codes.first(where: { word.elementsEqual($0.text.utf8) }) else {
        continue
      }
      let before = words[max(index - 3, 0)..<index]
      let isTold = before.contains { word in Self.leads.contains { word.elementsEqual($0.utf8) } }
      let next = index + 1 < words.count ? words[index + 1] : ""[...].utf8
      guard isTold || next.elementsEqual(code.phrase.utf8) else { continue }
      status = code.status
      return
    }
    return nil
  }

  /// What it means and what to do, without a full stop.
  var remedy: String {
    switch status {
    case 401, 403: "it rejects our key; check the worker's key"
    case 404: "the address is wrong; check where the worker sends to"
    default: "the quota is used up; wait, or send less"
    }
  }

  /// Each status as text, and the word that follows it in an answer's first line.
  private static let codes: [(status: Int, text: String, phrase: String)] = [
    (401, "401", "Unauthorized"), (403, "403", "Forbidden"), (404, "404", "Not"),
    (429, "429", "Too"),
  ]
  /// `HTTP/1.1 401` has the version's two digits between.
  private static let leads = ["HTTP", "http", "status", "Status"]
}
