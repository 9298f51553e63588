// swift-tools-version: 6.2
import PackageDescription

/// Settings of every Swift target of ours: strict, and no warning passes.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .treatAllWarnings(as: .error),
]

/// The light build of `make quick`: only what needs no outside package.
let isLight = Context.environment["MEM0TOP_LIGHT"] == "1"

/// The commit that `--version` tells, where the build names one (`make build` does).
let commit: [CSetting] =
  Context.environment["MEM0TOP_COMMIT"].map {
    [.define("MEM0TOP_COMMIT", to: "\"\($0)\"")]
  } ?? []

/// The outside packages, each chosen in `docs/architecture.md`.
let outside: [Package.Dependency] = [
  .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
  .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
  .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.36.0"),
  .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
  .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
  .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
]

/// What needs no outside package: engine, worker, screen, and their tests.
let ownTargets: [Target] = [
  .target(
    name: "Terminal",
    dependencies: ["CLibrary", "Dashboard", "QueueEngine", "CNcurses"],
    swiftSettings: strict
  ),
  .target(
    name: "Fleet",
    dependencies: ["CLibrary", "QueueEngine", "LosslessJSON"],
    swiftSettings: strict
  ),
  .target(name: "Dashboard", dependencies: ["QueueEngine"], swiftSettings: strict),
  .target(name: "SyncWorker", dependencies: ["QueueEngine"], swiftSettings: strict),
  .target(
    name: "QueueEngine",
    dependencies: ["CLibrary", "LosslessJSON", "CPlatform"],
    swiftSettings: strict
  ),
  .target(name: "LosslessJSON", swiftSettings: strict),
  .target(name: "CLibrary", swiftSettings: strict),
  .systemLibrary(name: "CNcurses"),
  .target(name: "CPlatform", cSettings: commit),
  .executableTarget(
    name: "Verdict",
    dependencies: ["CLibrary", "QueueEngine"],
    path: "docs/Examples/Verdict",
    swiftSettings: strict
  ),
  .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
  .testTarget(
    name: "DashboardTests",
    dependencies: ["Dashboard", "Fleet", "QueueEngine", "TestSupport"],
    exclude: ["Goldens"],
    swiftSettings: strict
  ),
  .testTarget(
    name: "QueueEngineTests",
    dependencies: ["CLibrary", "QueueEngine", "LosslessJSON", "TestSupport"],
    swiftSettings: strict
  ),
  .testTarget(
    name: "TerminalTests",
    dependencies: ["Terminal", "Dashboard", "TestSupport"],
    swiftSettings: strict
  ),
  .testTarget(
    name: "SyncWorkerTests",
    dependencies: ["SyncWorker", "QueueEngine", "TestSupport"],
    swiftSettings: strict
  ),
  .testTarget(
    name: "FleetTests",
    dependencies: ["Fleet", "Dashboard", "QueueEngine", "TestSupport"],
    swiftSettings: strict
  ),
  .testTarget(name: "ArchitectureTests", swiftSettings: strict),
  .testTarget(
    name: "LosslessJSONTests",
    dependencies: ["LosslessJSON", "TestSupport"],
    swiftSettings: strict
  ),
]

/// What needs the outside packages: the program, HTTP, the demonstration, and their tests.
let fullTargets: [Target] = [
  .executableTarget(
    name: "mem0top",
    dependencies: [
      "CLibrary", "Terminal", "Fleet", "DemoWorld", "Dashboard", "SyncWorker", "Mem0Client",
      "QueueEngine",
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
      .product(name: "Subprocess", package: "swift-subprocess"),
      .product(name: "SystemPackage", package: "swift-system"),
      .product(name: "TOMLKit", package: "TOMLKit"),
    ],
    swiftSettings: strict
  ),
  .target(
    name: "DemoWorld",
    dependencies: [
      "CLibrary", "QueueEngine", .product(name: "NIOHTTP1", package: "swift-nio"),
      .product(name: "NIOPosix", package: "swift-nio"),
      .product(name: "NIOCore", package: "swift-nio"),
      .product(name: "Subprocess", package: "swift-subprocess"),
      .product(name: "SystemPackage", package: "swift-system"),
    ],
    swiftSettings: strict
  ),
  .target(
    name: "Mem0Client",
    dependencies: [
      "CLibrary", "QueueEngine", .product(name: "AsyncHTTPClient", package: "async-http-client"),
      .product(name: "NIOCore", package: "swift-nio"),
      .product(name: "NIOHTTP1", package: "swift-nio"),
      .product(name: "NIOPosix", package: "swift-nio"),
      .product(name: "NIOSSL", package: "swift-nio-ssl"),
    ],
    swiftSettings: strict
  ),
  .testTarget(
    name: "mem0topTests",
    dependencies: [
      "CLibrary", "mem0top", "DemoWorld", "Mem0Client", "QueueEngine", "TestSupport",
      .product(name: "Subprocess", package: "swift-subprocess"),
    ],
    swiftSettings: strict
  ),
  .testTarget(
    name: "Mem0ClientTests",
    dependencies: ["Mem0Client", "DemoWorld", "QueueEngine", "TestSupport"],
    swiftSettings: strict
  ),
  .testTarget(
    name: "DeliveryTests",
    dependencies: ["SyncWorker", "DemoWorld", "Mem0Client", "QueueEngine", "TestSupport"],
    swiftSettings: strict
  ),
]

let package = Package(
  name: "mem0top",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "QueueEngine", targets: ["QueueEngine"])
  ] + (isLight ? [] : [.executable(name: "mem0top", targets: ["mem0top"])]),
  dependencies: isLight ? [] : outside,
  targets: isLight ? ownTargets : ownTargets + fullTargets
)
