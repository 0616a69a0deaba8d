// A place to listen at, as it is written down: `tcp://127.0.0.1:4119`, `tcp://[::1]:4119`.
import Protocol
import Sockets

package struct Listen: Hashable, Sendable {
    /// A name, or an address without brackets.
    package let host: String
    /// 0 for any that is free.
    package let port: UInt16

    package init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// Nobody but programs on this machine.
    package static let standardHost = "127.0.0.1"

    /// Why a place cannot be listened at: what would be right.
    struct Fault: Error {
        let expected: String
    }

    init(_ text: Substring) throws(Fault) {
        if text.hasPrefix("tls://") {
            throw Fault(expected: "tcp://host:port; there is no TLS in this version")
        }
        guard text.hasPrefix("tcp://"), let colon = text.lastIndex(of: ":") else {
            throw Fault(expected: "tcp://host:port")
        }
        guard let port = wholeNumber(text[text.index(after: colon)...], in: 0...65_535) else {
            throw Fault(expected: "a port from 0 to 65535 after the last colon")
        }
        let host = text[..<colon].dropFirst("tcp://".count)
        if host.first == "[", host.last == "]" {
            let address = host.dropFirst().dropLast()
            guard address.contains(":"), SocketAddress(host: address, port: 0) != nil else {
                throw Fault(expected: "an IPv6 address between the brackets")
            }
            self.init(host: String(address), port: UInt16(port))
        } else {
            guard Self.isNameOrIPv4(host) else {
                throw Fault(expected: "an IPv4 address, an IPv6 address in brackets, or a name")
            }
            self.init(host: String(host), port: UInt16(port))
        }
    }

    /// Several places, between which there are commas or blanks.
    static func places(_ text: String) throws(Fault) -> [Listen] {
        var places: [Listen] = []
        for word in text.split(whereSeparator: { $0 == "," || $0 == " " }) {
            let place = try Listen(word)
            guard place.port == 0 || !places.contains(place) else {
                throw Fault(expected: "each address once")
            }
            places.append(place)
        }
        guard (1...placesMax).contains(places.count) else {
            throw Fault(expected: "tcp://host:port, up to \(placesMax) of them")
        }
        return places
    }

    /// More than any machine has addresses that are worth telling apart.
    private static let placesMax = 16

    private static func isNameOrIPv4(_ host: Substring) -> Bool {
        if SocketAddress(host: host, port: 0) != nil { return !host.contains(":") }
        // What ends with a digit and is no address was meant to be one.
        guard (1...253).contains(host.utf8.count), let last = host.utf8.last,
            !(0x30...0x39).contains(last)
        else { return false }
        return host.utf8.allSatisfy {
            $0.isLetterOrDigit || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
        }
    }
}

extension Listen: CustomStringConvertible {
    package var description: String {
        host.contains(":") ? "tcp://[\(host)]:\(port)" : "tcp://\(host):\(port)"
    }
}
