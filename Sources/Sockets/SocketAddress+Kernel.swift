// Addresses as the kernel wants them, and as its library writes and reads them.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension SocketAddress {
    var family: Int32 {
        switch host {
        case .v4: AF_INET
        case .v6: AF_INET6
        }
    }

    /// Lends the address in the kernel's form.
    func withKernelForm<Result>(
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        switch host {
        case .v4(let bits):
            var form = sockaddr_in()
            #if canImport(Darwin)
                form.sin_len = UInt8(MemoryLayout<sockaddr_in>.size)
            #endif
            form.sin_family = sa_family_t(AF_INET)
            form.sin_port = port.bigEndian
            form.sin_addr.s_addr = bits.bigEndian
            return unsafe Self.lend(form, body)
        case .v6(let bits, let scope):
            var form = sockaddr_in6()
            #if canImport(Darwin)
                form.sin6_len = UInt8(MemoryLayout<sockaddr_in6>.size)
            #endif
            form.sin6_family = sa_family_t(AF_INET6)
            form.sin6_port = port.bigEndian
            form.sin6_scope_id = scope
            // Both are sixteen bytes.
            unsafe form.sin6_addr = unsafeBitCast(bits.bigEndian, to: in6_addr.self)
            return unsafe Self.lend(form, body)
        }
    }

    /// The address that a call such as `accept` fills in.
    static func filled(
        _ name: String,
        by call: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
    ) throws(SystemError) -> SocketAddress {
        var form = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        _ = try systemCall(name) {
            // A sockaddr_storage is made to hold every kind of sockaddr; its true size is passed.
            unsafe withUnsafeMutablePointer(to: &form) {
                unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe call($0, &length)
                }
            }
        }
        let address = unsafe withUnsafePointer(to: form) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe SocketAddress(reading: $0)
            }
        }
        // Darwin gives an empty one for a peer that was gone before it was accepted.
        guard let address else { throw SystemError(call: name, code: ECONNABORTED) }
        return address
    }

    /// Nil for families other than the two of the internet. The pointer must stand for as many
    /// bytes as its family has.
    @unsafe
    init?(reading form: UnsafePointer<sockaddr>) {
        switch unsafe Int32(form.pointee.sa_family) {
        case AF_INET:
            let form = unsafe UnsafeRawPointer(form).loadUnaligned(as: sockaddr_in.self)
            self.init(
                host: .v4(UInt32(bigEndian: form.sin_addr.s_addr)),
                port: UInt16(bigEndian: form.sin_port))
        case AF_INET6:
            let form = unsafe UnsafeRawPointer(form).loadUnaligned(as: sockaddr_in6.self)
            // Both are sixteen bytes.
            let bits = unsafe unsafeBitCast(form.sin6_addr, to: UInt128.self)
            self.init(
                host: .v6(UInt128(bigEndian: bits), scope: form.sin6_scope_id),
                port: UInt16(bigEndian: form.sin6_port))
        default:
            return nil
        }
    }

    private static func lend<Form, Result>(
        _ form: Form, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        // Every sockaddr_… begins as a sockaddr does, and its true size goes with it.
        unsafe withUnsafePointer(to: form) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(MemoryLayout<Form>.size))
            }
        }
    }
}

extension SocketAddress.Host: CustomStringConvertible {
    /// Only digits, no brackets, no scope.
    package init?(_ text: some StringProtocol) {
        let text = String(text)
        guard !text.utf8.contains(0) else { return nil }  // C would stop there and read the rest
        var v4 = in_addr()
        var v6 = in6_addr()
        // The text ends with a NUL, and each form is the one that its family's reader fills.
        if unsafe inet_pton(AF_INET, text, &v4) == 1 {
            self = .v4(UInt32(bigEndian: v4.s_addr))
        } else if unsafe inet_pton(AF_INET6, text, &v6) == 1 {
            // Both are sixteen bytes.
            self = .v6(UInt128(bigEndian: unsafe unsafeBitCast(v6, to: UInt128.self)), scope: 0)
        } else {
            return nil
        }
    }

    package var description: String {
        switch self {
        case .v4(let bits):
            return "\(bits >> 24).\(bits >> 16 & 255).\(bits >> 8 & 255).\(bits & 255)"
        case .v6(let bits, _):
            var form = bits.bigEndian
            var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
            // Sixteen bytes in, and room for the longest text there is, whose size is passed.
            let written = unsafe inet_ntop(AF_INET6, &form, &text, socklen_t(text.count))
            precondition(unsafe written != nil, "every sixteen bytes are an address")
            return String(
                decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        }
    }
}
