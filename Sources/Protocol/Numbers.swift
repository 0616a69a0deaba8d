// The numbers things are known by where a name would be too long or could come back.

/// A message's place in the one order of all messages. Given when it is written to disk.
package struct MessageNumber: Comparable, Hashable, Sendable {
    package let value: Int64

    package init(_ value: Int64) {
        self.value = value
    }

    /// Before all messages.
    package static let zero = MessageNumber(0)

    package static func < (left: MessageNumber, right: MessageNumber) -> Bool {
        left.value < right.value
    }
}

/// An account for as long as it exists. Never given again, so that a name which comes back does not
/// inherit mail. Starts at 1.
package struct AccountNumber: Comparable, Hashable, Sendable {
    package let value: UInt32

    package init(_ value: UInt32) {
        self.value = value
    }

    package static func < (left: AccountNumber, right: AccountNumber) -> Bool {
        left.value < right.value
    }
}

/// One connection. The slot is used again; the generation tells its tenants apart, so that an
/// answer for somebody who has left never reaches the next one.
package struct SessionID: Hashable, Sendable {
    package let slot: Int32
    package let generation: UInt32

    package init(slot: Int32, generation: UInt32) {
        self.slot = slot
        self.generation = generation
    }
}
