/// What matters of the file system that a lock lies on.
package struct FileSystemFacts: Hashable, Sendable {
  /// Its kind, where other machines may use it too; `nil` for a local one.
  package var networkName: String?
  /// Its files have other device numbers than the kernel's table of locks prints.
  package var hasAnonymousDevices = false

  package init() {}
}
