public import Testing

extension Tag {
  /// Runs in the serial lane of the tests, with nothing beside it.
  ///
  /// It watches a clock, crowds the machine with processes, or changes what all tests of a process
  /// share. `.ci/lanes` reads this tag.
  @Tag public static var alone: Self
}
