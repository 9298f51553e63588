/// Why the demonstration cannot be set up, as one sentence for a person.
package struct DemoError: Error, CustomStringConvertible {
  package let description: String

  init(_ description: String) {
    self.description = description
  }
}
