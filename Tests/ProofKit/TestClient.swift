import Sockets

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One end of a connection to a server, as a test types and reads it.
package final class TestClient {
    private let socket: Socket
    private var isOpen = true
    private var received: [UInt8] = []
    /// So many of them were given out.
    private var taken = 0
    private var hasEnded = false

    /// From an address of this machine. With a small buffer of its own it is soon full.
    package init(port: UInt16, from: String = "127.0.0.1", receiveBuffer: Int32? = nil) throws {
        #if canImport(Darwin)
            let number = Darwin.socket(AF_INET, SOCK_STREAM, 0)
        #else
            // Hidden from children from the start: one that kept it open would keep it connected.
            let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
            let number = Glibc.socket(AF_INET, kind, 0)
        #endif
        guard number >= 0 else { throw Missing("no socket: errno \(errno)") }
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
        socket = Socket(number: number)
        if var size = receiveBuffer {
            // The kernel reads a value of our own, with its size.
            unsafe setsockopt(
                number, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        if from != "127.0.0.1" {
            guard unsafe Self.call(bind, number, from, 0) == 0 else {
                throw Missing("\(from) is not ours")
            }
        }
        guard unsafe Self.call(connect, number, "127.0.0.1", port) == 0 else {
            let reason = errno
            socket.close()
            isOpen = false
            throw SystemError(call: "connect", code: reason)
        }
        _ = fcntl(number, F_SETFL, O_NONBLOCK)
    }

    deinit {
        close()
    }

    private static func call(
        _ function: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32, _ number: Int32,
        _ host: String, _ port: UInt16
    ) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = unsafe inet_addr(host)
        // The kernel's form of the address, with its size.
        return unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe function(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    // MARK: Typing

    /// A line, or several.
    package func say(_ line: String) throws {
        try send(Array("\(line)\n".utf8))
    }

    package func send(_ bytes: [UInt8]) throws {
        let deadline = ContinuousClock.now + patience
        var rest = bytes[...]
        while !rest.isEmpty {
            switch socket.send(rest.span) {
            case .sent(let count):
                rest = rest.dropFirst(count)
            case .wouldBlock:
                guard isReady(socket.number, for: POLLOUT, until: deadline) else {
                    throw Missing("the server takes no more")
                }
            case .failed(let error):
                throw error
            }
        }
    }

    // MARK: Reading

    /// The next line, without its LF. Nil at the end.
    package func line() throws -> String? {
        try bytes().map { String(decoding: $0, as: UTF8.self) }
    }

    /// The bytes of the next line. What stands behind the last one is a line as well.
    package func bytes() throws -> [UInt8]? {
        let deadline = ContinuousClock.now + patience
        var searched = taken
        while true {
            if let end = received[searched...].firstIndex(of: 0x0a) {
                defer { taken = end + 1 }
                return Array(received[taken..<end])
            }
            received.removeSubrange(..<taken)
            taken = 0
            searched = received.count
            guard !hasEnded else {
                defer { received = [] }
                return received.isEmpty ? nil : received
            }
            guard try receive(until: deadline) else {
                throw Missing("the server says nothing; before: \(received.count) bytes")
            }
        }
    }

    package func lines(_ count: Int) throws -> [String] {
        try (0..<count).compactMap { _ in try line() }
    }

    /// All lines up to this one, or to the end.
    package func lines(through last: String) throws -> [String] {
        var lines: [String] = []
        while lines.last != last, let line = try line() { lines.append(line) }
        return lines
    }

    /// All lines to the end.
    package func rest() throws -> [String] {
        var lines: [String] = []
        while let line = try line() { lines.append(line) }
        return lines
    }

    /// Says a line, and gives all up to `DONE` that comes back.
    package func ask(_ line: String) throws -> [String] {
        try say(line)
        return try lines(through: "DONE")
    }

    /// Whether anything can be read, or has ended, before the deadline.
    package func hears(within limit: Duration) throws -> Bool {
        if taken < received.count || hasEnded { return true }
        return try receive(until: .now + limit)
    }

    /// False when nothing came.
    private func receive(until deadline: ContinuousClock.Instant) throws -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            switch socket.receive(into: &buffer) {
            case .bytes(let count):
                received += buffer.prefix(count)
                return true
            case .endOfStream:
                hasEnded = true
                return true
            case .failed(let error):
                throw error
            case .wouldBlock:
                guard isReady(socket.number, for: POLLIN, until: deadline) else { return false }
            }
        }
    }

    // MARK: Leaving

    /// Says that it will send no more; reads on.
    package func stopSending() {
        socket.shutdownWriting()
    }

    /// In good order, if nothing waits unread.
    package func close() {
        if isOpen { socket.close() }
        isOpen = false
    }

    /// As a machine that crashes and comes back.
    package func reset() {
        if isOpen { socket.abort() }
        isOpen = false
    }
}
