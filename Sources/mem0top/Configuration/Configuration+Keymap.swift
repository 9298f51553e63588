internal import Dashboard

extension Configuration {
  /// The keys as they are bound.
  var keymap: Keymap {
    get throws(ConfigurationError) {
      do throws(KeymapConflict) {
        return try Keymap.standard.rebound(interface.keys)
      } catch {
        throw ConfigurationError(error.description)
      }
    }
  }
}
