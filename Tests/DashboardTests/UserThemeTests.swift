import Dashboard
import Testing

/// Looks that a person gives to roles.
struct UserThemeTests {
  @Test(
    arguments: [
      ("75", 75, nil, ""), ("bold 75", 75, nil, "bold"), ("bold", nil, nil, "bold"),
      ("white on 88", 7, 88, ""), ("on 236", nil, 236, ""), ("bright-red", 9, nil, ""),
      ("underline dim #5fafff on #000000", 75, 16, "underline dim"), ("#ffffff", 231, nil, ""),
      ("reverse", nil, nil, "reverse"), ("0", 0, nil, ""),
    ] as [(String, UInt8?, UInt8?, String)]
  )
  func looks(_ text: String, _ foreground: UInt8?, _ background: UInt8?, _ flags: String) throws {
    let look = try #require(Attributes(look: text))
    #expect(look.foreground == foreground && look.background == background)
    #expect(look.isBold == flags.contains("bold") && look.isDim == flags.contains("dim"))
    #expect(look.isUnderlined == flags.contains("underline"))
    #expect(look.isReverse == flags.contains("reverse"))
  }

  @Test(arguments: [
    "", " ", "blu", "256", "-1", "on", "75 on", "75 75", "#fff", "#gggggg", "75 on 88 bold",
    "on 1 2",
    "bright-pink", "Bold",
  ])
  func whatIsNoLook(_ text: String) {
    #expect(Attributes(look: text) == nil)
  }

  @Test func everyRoleHasAName() {
    let names = Role.allCases.map(\.name)
    #expect(Set(names).count == names.count && names.contains("banner_critical"))
    #expect(names.allSatisfy { $0.allSatisfy { $0.isLowercase || $0 == "_" } })
  }

  private func theme(_ looks: [Role: String], _ background: Theme.Background? = .dark) -> UserTheme
  {
    UserTheme(
      name: "mine",
      background: background,
      looks: looks.compactMapValues { Attributes(look: $0) }
    )
  }

  @Test func whatIsNotGivenIsThatOfTheBase() throws {
    let looks = theme([.key: "bold 75 on 17"]).looks
    let plain = Theme(depth: .palette256)
    let own = Theme(depth: .palette256, looks: looks)
    for role in Role.allCases where role != .key {
      #expect(own.attributes(for: Style(role)) == plain.attributes(for: Style(role)))
    }
    #expect(own.attributes(for: Style(.key)) == looks[.key])
    // What a terminal has no colour for, or a person without colours, stays as it is.
    for depth in [Theme.Depth.eight, .sixteen, .mono] {
      let own = Theme(depth: depth, looks: looks)
      #expect(own.attributes(for: Style(.key)) == Theme(depth: depth).attributes(for: Style(.key)))
    }
    let basic = Theme(depth: .eight, looks: theme([.key: "red"]).looks)
    #expect(basic.attributes(for: Style(.key)).foreground == 1)
  }

  /// The rule by which the built-in themes are held.
  @Test func coloursThatAreHardToReadAreNamed() {
    let weak = { (theme: UserTheme) in theme.weakRoles.map(\.role) }
    #expect(weak(theme([.dim: "236", .key: "75", .ok: "114", .text: "black"])) == [.dim])
    #expect(weak(theme([.dim: "236"], .light)).isEmpty)
    #expect(weak(theme([.warning: "221"], .light)) == [.warning])
    #expect(weak(theme([.warning: "221", .dim: "236"], nil)).isEmpty)
    #expect(
      weak(theme([.bannerCritical: "88 on 52", .bannerWarning: "231 on 94"])) == [.bannerCritical]
    )
  }

  @Test func theKeyGoesThroughThemToo() {
    var model = World.model(Size(columns: 80, rows: 24), World.incident)
    model.themes = [theme([.key: "75"])]
    var names: [String] = []
    for _ in 0..<6 {
      _ = update(&model, .key(.character("t")))
      names.append(model.appearance.name)
    }
    #expect(names == ["dark", "light", "contrast", "mono", "mine", "auto"])
  }
}
