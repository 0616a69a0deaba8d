// Where the log and complaints go.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

enum StandardError {
    /// Blocks as long as whoever reads it wants to. After an error nobody ever will again, and what
    /// is left is dropped.
    static func write(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            // The rest of the array, for the time of the call.
            let count = unsafe rest.withUnsafeBytes {
                unsafe systemWrite(2, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    static func write(line: String) {
        write(Array("\(line)\n".utf8))
    }
}

private func systemWrite(_ number: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    unsafe write(number, bytes, count)
}
