// What the world did to us: the call that failed, and why.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A call to the kernel that failed. Prints as `bind: Address already in use`.
package struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    package let call: String
    /// The errno it left.
    package let code: Int32

    package init(call: String, code: Int32) {
        self.call = call
        self.code = code
    }

    /// The kernel's words for it.
    package var text: String {
        var bytes = [CChar](repeating: 0, count: 256)
        // The buffer is alive for the call, which is told one byte less than it holds.
        let failed = unsafe strerror_r(code, &bytes, bytes.count - 1)
        guard failed == 0 else { return "error \(code)" }
        return String(
            decoding: bytes.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    package var description: String { "\(call): \(text)" }

    /// The port is somebody else's, or this server's own older process.
    package var isAddressInUse: Bool { code == EADDRINUSE }
    /// There is no free descriptor, here or in the whole system.
    package var isOutOfDescriptors: Bool { code == EMFILE || code == ENFILE }
}
