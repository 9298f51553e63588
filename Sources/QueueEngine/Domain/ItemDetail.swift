/// One dead letter whole, as the item view shows it.
public struct ItemDetail: Codable, Sendable, Hashable {
  /// One member of the item's JSON object.
  public struct Field: Codable, Sendable, Hashable {
    /// The key, scrubbed.
    public var name: String
    /// The value as it stands in the file, scrubbed; texts decoded.
    public var value: String

    /// Makes a field.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The item's key.
  public var key: ItemKey
  /// Every member but `content`, in the order of the file.
  public var fields: [Field]
  /// The content in lines, decoded and scrubbed.
  public var content: [String]
  /// The JSON as it stands in the file, in lines, scrubbed.
  public var rawLines: [String]
  /// Why the item could not be read, as one sentence.
  public var problem: String?

  /// Makes a detail.
  public init(
    key: ItemKey,
    fields: [Field] = [],
    content: [String] = [],
    rawLines: [String] = [],
    problem: String? = nil
  ) {
    self.key = key
    self.fields = fields
    self.content = content
    self.rawLines = rawLines
    self.problem = problem
  }
}
