/// A secret as it was sent: not trimmed, case kept. Prints as dots wherever it goes.
package struct Password: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    package let bytes: [UInt8]

    /// Nil when it is empty, longer than 1,024 bytes, or holds a NUL, which C would stop at.
    package init?(_ bytes: [UInt8]) {
        guard (1...Limits.passwordBytes).contains(bytes.count), !bytes.contains(0) else {
            return nil
        }
        self.bytes = bytes
    }

    package var description: String { "•••" }
    package var debugDescription: String { "•••" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
