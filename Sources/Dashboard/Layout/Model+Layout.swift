extension Model {
  /// The layout of the screen; `nil` where it is too small.
  package var layout: Layout? {
    Layout(
      size: size,
      needs: LayoutNeeds(
        deadLetters: mostDeadLetters,
        footerRows: FooterPanel.rows(model: self, columns: size.columns)
      )
    )
  }

  /// The lines of an open view that are shown at once.
  var viewRows: Int { max((layout?.view.height ?? 0) - 2, 0) }

  /// The columns for the text of an open view.
  var viewColumns: Int { max(size.columns - 2 * PanelFrame.padding, 1) }
}
