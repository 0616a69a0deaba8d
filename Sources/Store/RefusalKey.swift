import Protocol

/// Which failed logins belong together: those under one name from one address.
///
/// Compared byte by byte, as the database does; two `String`s can be equal with different bytes.
struct RefusalKey: Hashable, Comparable, Sendable {
    let name: [UInt8]
    let address: [UInt8]

    init(_ refusals: Refusals) {
        name = Array(refusals.name.utf8)
        address = Array(refusals.address.utf8)
    }

    static func < (left: RefusalKey, right: RefusalKey) -> Bool {
        left.name == right.name
            ? left.address.lexicographicallyPrecedes(right.address)
            : left.name.lexicographicallyPrecedes(right.name)
    }
}
