// Where a socket's end is: what is listened on, and who calls.

/// An address of the internet and a port. Prints as `127.0.0.1:6789` or `[::1]:6789`.
package struct SocketAddress: Hashable, Sendable, CustomStringConvertible {
    package enum Host: Hashable, Sendable {
        case v4(UInt32)
        /// The scope tells links apart that share the addresses `fe80::…`; elsewhere it is 0.
        case v6(UInt128, scope: UInt32)
    }

    package let host: Host
    package let port: UInt16

    package init(host: Host, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// An address written in digits. Nil for anything else, names included.
    package init?(host text: some StringProtocol, port: UInt16) {
        guard let host = Host(text) else { return nil }
        self.init(host: host, port: port)
    }

    /// `a.b.c.d:port` or `[v6]:port`. Nil for anything else, names included.
    package init?(_ text: some StringProtocol) {
        guard let place = HostAndPort(text) else { return nil }
        self.init(host: place.host, port: place.port)
    }

    package var description: String {
        switch host {
        case .v4: "\(host):\(port)"
        case .v6: "[\(host)]:\(port)"
        }
    }

    /// Whether only this machine can be at the other end.
    package var isLoopback: Bool {
        switch host {
        case .v4(let address): address >> 24 == 127
        case .v6(let address, _): address == 1 || (host.mapped.map { $0 >> 24 == 127 } ?? false)
        }
    }

    /// Under what one household is counted: an IPv4 address, as it is or within IPv6, or the 64
    /// bits of an IPv6 address that a provider gives out, since the other 64 are the caller's to
    /// choose.
    package var household: String {
        switch host {
        case .v4: return "\(host)"
        case .v6(let address, _):
            if let mapped = host.mapped { return "\(Host.v4(mapped))" }
            return "\(Host.v6((address >> 64) << 64, scope: 0))/64"
        }
    }
}

extension SocketAddress.Host {
    /// The IPv4 address within `::ffff:a.b.c.d`.
    var mapped: UInt32? {
        guard case .v6(let address, _) = self, address >> 32 == 0xffff else { return nil }
        return UInt32(truncatingIfNeeded: address)
    }
}

/// `host:port` or `[host]:port`, whatever the host is. An IPv6 address needs its brackets: nobody
/// could tell its last group from a port.
struct HostAndPort {
    let host: String
    let port: UInt16

    init?(_ text: some StringProtocol) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        var host = text[..<colon]
        let digits = text[text.index(after: colon)...]
        // Checked here because UInt16 would take a sign as well.
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(digits)
        else { return nil }
        if host.first == "[", host.last == "]", host.count > 2 {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty, !host.contains(where: { $0 == "[" || $0 == "]" || $0 == "\0" })
        else { return nil }
        self.host = String(host)
        self.port = port
    }
}
