// Names of machines become addresses here. It may take seconds, so only at start and in the client.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What is wrong with a place that somebody wrote down.
package enum AddressFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// Neither `host:port` nor `[host]:port`.
    case malformed(String)
    case unknownHost(String, reason: String)

    package var description: String {
        switch self {
        case .malformed(let text): "\(text) is not host:port or [host]:port"
        case .unknownHost(let host, let reason): "\(host): \(reason)"
        }
    }
}

extension SocketAddress {
    /// All addresses of `host:port`, in the order in which they should be tried. At least one.
    package static func resolve(_ text: some StringProtocol) throws(AddressFault) -> [SocketAddress]
    {
        guard let place = HostAndPort(text) else { throw .malformed(String(text)) }
        return try resolve(host: place.host, port: place.port)
    }

    /// All addresses of a host by name or digits, in the order in which they should be tried.
    package static func resolve(
        host: String, port: UInt16
    ) throws(AddressFault) -> [SocketAddress] {
        if let address = SocketAddress(host: host, port: port) { return [address] }

        var wanted = unsafe addrinfo()
        unsafe wanted.ai_family = AF_UNSPEC
        unsafe wanted.ai_socktype = streamKind
        var first: UnsafeMutablePointer<addrinfo>?
        // Texts that end with a NUL; what comes back is freed below.
        let code = unsafe getaddrinfo(host, "\(port)", &wanted, &first)
        guard code == 0 else {
            // A table of constant texts.
            throw .unknownHost(host, reason: unsafe String(cString: gai_strerror(code)))
        }
        defer { unsafe freeaddrinfo(first) }

        var addresses: [SocketAddress] = []
        var next = unsafe first
        while let entry = unsafe next {
            // The list and its addresses live until they are freed above.
            if let form = unsafe entry.pointee.ai_addr,
                let address = unsafe SocketAddress(reading: form), !addresses.contains(address)
            {
                addresses.append(address)
            }
            unsafe next = entry.pointee.ai_next
        }
        guard !addresses.isEmpty else {
            throw .unknownHost(host, reason: "No address of the internet")
        }
        return addresses
    }
}
