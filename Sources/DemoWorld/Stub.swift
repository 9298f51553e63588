enum StubDemoWorld {}
