/// Who somebody is. A value that exists may stand in a line of the protocol.
///
/// Names are compared byte by byte: two spellings of one accented letter are two names here, in
/// the account file and in the database alike.
package struct Username: Sendable {
    package let text: String

    /// A name as it can be registered: 1 to 32 bytes of `A–Z a–z 0–9 . _ -`, a letter or a digit
    /// first, and no word of the protocol.
    package init?(_ text: some StringProtocol) {
        let bytes = text.utf8
        guard (1...Limits.usernameBytes).contains(bytes.count), let first = bytes.first,
            first.isLetterOrDigit, bytes.allSatisfy(\.isNameByte)
        else { return nil }
        self.init(unreserved: String(text))
    }

    /// A name as an account file may hold it from older days: anything that cannot be mistaken for
    /// something else in a line. Where a name should be and nobody is, stands `-`.
    package init?(older text: some StringProtocol) {
        guard text != Self.nobody else { return nil }
        self.init(kept: text)
    }

    private static let nobody = "-"

    /// A name as the log may hold it: an account may have been called like nobody, as long as that
    /// had no meaning.
    package init?(kept text: some StringProtocol) {
        let bytes = text.utf8
        guard (1...Limits.olderUsernameBytes).contains(bytes.count),
            text.unicodeScalars.allSatisfy(Self.mayStandInAnOlderName)
        else { return nil }
        self.init(unreserved: String(text))
    }

    /// Who speaks when the server itself has something to say among the messages. No account can
    /// be called so.
    package static let server = Username(reserved: "server")

    private init(reserved text: String) {
        self.text = text
    }

    private init?(unreserved text: String) {
        guard !Self.reserved.contains(text.lowercased()) else { return nil }
        self.text = text
    }

    /// The same for all names that differ in letter case alone.
    package var folded: String {
        text.lowercased()
    }

    /// Words that a reader of the protocol would take for the server's own.
    private static let reserved: Set<String> = [
        "done", "password", "username", "register", "registered", "connected", "blocked",
        "timeout", "welcome", "goodbye", "server", "admin", "all", "everyone", "new", "login",
    ]

    private static func mayStandInAnOlderName(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case " ", ",", ":", "(", ")", "#": false
        default: !scalar.properties.isWhitespace && !MessageText.isHarmful(scalar)
        }
    }
}

extension Username: Hashable {
    package static func == (left: Username, right: Username) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }
}

extension Username: Comparable {
    package static func < (left: Username, right: Username) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }
}

extension UInt8 {
    package var isLetterOrDigit: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    package var isNameByte: Bool {
        isLetterOrDigit || self == UInt8(ascii: ".") || self == UInt8(ascii: "_")
            || self == UInt8(ascii: "-")
    }

    package var isBlank: Bool {
        self == UInt8(ascii: " ") || self == UInt8(ascii: "\t")
    }
}
