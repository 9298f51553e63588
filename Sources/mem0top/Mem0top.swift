internal import ArgumentParser
internal import TOMLKit

@main struct Mem0top: AsyncParsableCommand { func run() async { print("hi") } }
