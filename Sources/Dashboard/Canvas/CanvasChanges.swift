extension Canvas {
  /// Where a row differs from the same row of another canvas of this size.
  ///
  /// It is here and not where the cells go to curses: 10 000 comparisons a frame are to be compiled for
  /// cells, and not to ask the other module for each.
  ///
  /// - Returns: the indices in `cells` from the first that differs to the last, wide glyphs whole; `nil`
  ///   where all are the same.
  package func changes(inRow row: Int, since previous: Canvas) -> Range<Int>? {
    let row = row * size.columns..<(row + 1) * size.columns
    let differs = { (index: Int) in
      let (old, new) = (previous.cells[index], cells[index])
      guard old == new else { return true }
      // The index of a cluster holds for its own canvas only.
      return new.glyph & Self.clusterBit != 0 && previous.string(of: old) != string(of: new)
    }
    guard var first = row.first(where: differs), var last = row.last(where: differs) else {
      return nil
    }
    while first > row.lowerBound, cells[first].glyph == Cell.continuation { first -= 1 }
    while last + 1 < row.upperBound, cells[last + 1].glyph == Cell.continuation { last += 1 }
    return first..<last + 1
  }
}
