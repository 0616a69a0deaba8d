import Protocol
import Testing

@Suite struct PasswordTests {
    @Test func `1 to 1,024 bytes are a password`() {
        #expect(Password([]) == nil)
        for count in [1, 2, 72, 73, 1_023, 1_024] {
            #expect(Password([UInt8](repeating: 0x78, count: count))?.bytes.count == count)
        }
        #expect(Password([UInt8](repeating: 0x78, count: 1_025)) == nil)
    }

    @Test(arguments: ["\u{0}", "a\u{0}", "\u{0}a", "a\u{0}b"])
    func `a NUL is in no password`(_ text: String) {
        #expect(Password(wire(text)) == nil)
    }

    @Test(arguments: [
        "  two  blanks ", "\t", "CaSe", "pass:word, (x)", "\u{c3}\u{a9}", "\u{1}\u{1b}",
    ])
    func `a password is taken as it was sent`(_ text: String) {
        #expect(Password(wire(text))?.bytes == wire(text))
    }

    @Test func `passwords are the same when every byte is`() {
        #expect(Password(wire("secret")) == Password(wire("secret")))
        #expect(Password(wire("secret")) != Password(wire("Secret")))
        #expect(Password(wire("secret")) != Password(wire("secret ")))
    }

    // MARK: Secrecy

    private static let secret = "hunter2"

    /// All the ways in which a value prints itself.
    private static func prints(_ value: some Any) -> [String] {
        var dumped = ""
        dump(value, to: &dumped)
        return [
            String(describing: value), String(reflecting: value), "\(value)", dumped,
            "\(Optional(value) as Any)", "\([value])",
        ]
    }

    @Test func `a password prints as dots`() throws {
        let password = try #require(Password(wire(Self.secret)))

        #expect(password.description == "•••")
        #expect(password.debugDescription == "•••")
        #expect("\(password)" == "•••")
        #expect(String(reflecting: password) == "•••")
        #expect(Mirror(reflecting: password).children.isEmpty)
    }

    @Test func `a password prints as dots wherever it is kept`() throws {
        let name = try #require(Username("ann"))
        let password = try #require(Password(wire(Self.secret)))
        var choosing = Session.at(.choosing)
        _ = choosing.receive(.line(.text(wire(Self.secret))), at: .start)
        var logging = Session.at(.greeting)
        let inquiry = logging.receive(.line(.text(wire("login ann hunter2"))), at: .start)
        let holders: [any Sendable] = [
            password, choosing, choosing.state, logging, logging.state, inquiry,
            Line.text(wire(Self.secret)), Line.unreadable(beginning: wire(Self.secret)),
            Session.Event.line(.text(wire(Self.secret))),
            Session.Effect.prove(name, password),
            Session.Effect.register(name, password, thenEnter: true),
            Session.Intent.login(password),
        ]

        for holder in holders {
            for print in Self.prints(holder) {
                #expect(!print.contains("hunter"))
                // Its bytes in decimal, one to a line or side by side.
                #expect(!(print.contains("104") && print.contains("117")))
            }
        }
        #expect(Self.prints(choosing).allSatisfy { $0.contains("•••") })
    }
}
