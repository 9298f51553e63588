import Dashboard

/// Sends a message and returns the effects and the names of all fields that it changed.
func changes(in model: inout Model, by message: Message) -> (fields: Set<String>, effects: [Effect])
{
  let before = fields(of: model)
  let effects = update(&model, message)
  let after = fields(of: model)
  return (Set(after.filter { before[$0.key] != $0.value }.keys), effects)
}

/// Each field of the model with all that it holds.
private func fields(of model: Model) -> [String: String] {
  var result: [String: String] = [:]
  for child in Mirror(reflecting: model).children {
    var text = ""
    dump(child.value, to: &text)
    result[child.label ?? "?"] = text
  }
  return result
}
