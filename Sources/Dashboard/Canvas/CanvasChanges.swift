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
    guard var (first, last) = extent(of: row, since: previous) else { return nil }
    while first > row.lowerBound, cells[first].glyph == Cell.continuation { first -= 1 }
    while last + 1 < row.upperBound, cells[last + 1].glyph == Cell.continuation { last += 1 }
    return first..<last + 1
  }

  /// The first and the last cell that differ.
  private func extent(of row: Range<Int>, since previous: Canvas) -> (first: Int, last: Int)? {
    previous.cells.withUnsafeBufferPointer { old in
      cells.withUnsafeBufferPointer { new in
        // All at once and no early end: so they are compared many at a time.
        let difference = row.reduce(UInt64(0)) { $0 | (old[$1].bits ^ new[$1].bits) }
        if difference == 0, clusters.isEmpty { return nil }
        let differs = { (index: Int) in
          guard old[index] == new[index] else { return true }
          // The index of a cluster holds for its own canvas only.
          return new[index].glyph & Self.clusterBit != 0
            && previous.string(of: old[index]) != string(of: new[index])
        }
        var (first, end) = (row.lowerBound, row.upperBound)
        while first < end, !differs(first) { first += 1 }
        guard first < end else { return nil }
        while !differs(end - 1) { end -= 1 }
        return (first, end - 1)
      }
    }
  }
}
