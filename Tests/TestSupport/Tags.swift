public import Testing

extension Tag {
  /// Runs in the serial lane of the tests, with nothing beside it.
  ///
  /// It watches a clock, crowds the machine with processes, or changes what all tests of a process
  /// share. `.ci/lanes` reads this tag.
  @Tag public static var alone: Self

  /// Takes more than a second or two of the processor: `make quick` leaves it out.
  @Tag public static var slow: Self
}
