enum StubLosslessJSON {}
