"""The one table: a figure of mem0top, the same of a peer in the same run, their ratio, the budget."""

COLUMNS = f"{'what':46}{'mem0top':>12}  {'unit':8}{'beside it':26}{'measured':>12}{'ratio':>11}   budget"


def begin():
    print(COLUMNS, "─" * (len(COLUMNS) + 8), sep="\n", flush=True)


def row(what, figure, unit, peer="", beside=None, budget="", isMet=None):
    """Prints a row; `isMet` says whether the budget was kept, where there is one."""
    ratio = f"{figure / beside:.2f} ×" if beside else ""
    measured = f"{beside:.2f}" if beside is not None else ""
    verdict = {True: "  ✓", False: "  ✗ MISSED", None: ""}[isMet]
    print(f"{what:46}{figure:>12.2f}  {unit:8}{peer:26}{measured:>12}{ratio:>11}   {budget}{verdict}", flush=True)
