/// A room as it is written: `#` and 1 to 50 bytes of the letters of a user name.
package struct RoomName: Hashable, Sendable {
    /// With its `#`.
    package let text: String

    package init?(_ text: some StringProtocol) {
        guard text.utf8.first == UInt8(ascii: "#") else { return nil }
        let rest = text.utf8.dropFirst()
        guard (1...Limits.roomNameBytes).contains(rest.count), rest.allSatisfy(\.isNameByte)
        else { return nil }
        self.text = String(text)
    }

    private init(known text: String) {
        self.text = text
    }

    /// The one room that is always there.
    package static let lobby = RoomName(known: "#lobby")

    /// The same for all names that differ in letter case alone.
    package var folded: String {
        text.lowercased()
    }
}

extension RoomName: Comparable {
    package static func < (left: RoomName, right: RoomName) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }
}
