// The screen and keyboard of a person, as far as a client needs them.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What every program is born with. They may block, and are never closed.
package enum StandardStream: Int32, Sendable {
    case input = 0
    case output = 1
    case error = 2

    package var number: Int32 { rawValue }

    package var isTerminal: Bool { isatty(number) == 1 }

    /// Reads once to the front of the buffer. Gives how many bytes; 0 at the end.
    package func read(into buffer: inout [UInt8]) throws(SystemError) -> Int {
        precondition(!buffer.isEmpty, "an empty buffer makes every reading an end")
        return try patiently(for: Int16(POLLIN)) { () throws(SystemError) in
            try systemCall("read") {
                // The array's own pointer and length, for the time of the call.
                unsafe buffer.withUnsafeMutableBytes {
                    unsafe kernelRead(number, $0.baseAddress, $0.count)
                }
            }
        }
    }

    /// Writes all of it.
    package func write(_ bytes: Span<UInt8>) throws(SystemError) {
        var written = 0
        while written < bytes.count {
            let rest = bytes.extracting(written...)
            written += try patiently(for: Int16(POLLOUT)) { () throws(SystemError) in
                try systemCall("write") {
                    // The span's own pointer and length, for the time of the call.
                    unsafe rest.withUnsafeBytes {
                        unsafe kernelWrite(number, $0.baseAddress, $0.count)
                    }
                }
            }
        }
    }

    /// Another program may have made the terminal we share with it non-blocking.
    private func patiently(
        for events: Int16, _ call: () throws(SystemError) -> Int
    ) throws(SystemError) -> Int {
        while true {
            do throws(SystemError) {
                return try call()
            } catch  where error.code == EAGAIN {
                var question = pollfd(fd: number, events: events, revents: 0)
                // One pollfd is passed, and its count.
                _ = try systemCall("poll") { unsafe poll(&question, 1, -1) }
            }
        }
    }
}

/// A keyboard whose letters can be kept off the screen, while a password is typed.
package struct Keyboard: Sendable {
    private let number: Int32
    private let asFound: termios

    /// Nil when there is no person at the other end.
    package init?(_ stream: StandardStream = .input) {
        var settings = termios()
        // A value of our own.
        guard unsafe tcgetattr(stream.number, &settings) == 0 else { return nil }
        number = stream.number
        asFound = settings
    }

    /// What is typed is not shown, but for the end of the line.
    package func hideTyping() {
        var settings = asFound
        settings.c_lflag &= ~tcflag_t(ECHO)
        settings.c_lflag |= tcflag_t(ECHONL)
        apply(settings)
    }

    /// As it was before. To be called on every way out of the program.
    package func showTyping() {
        apply(asFound)
    }

    private func apply(_ settings: termios) {
        var settings = settings
        // What was typed ahead is kept. A terminal that is gone needs no settings.
        _ = try? systemCall("tcsetattr") { unsafe tcsetattr(number, TCSADRAIN, &settings) }
    }
}

/// The kernel's own, which inside `StandardStream` hide behind the methods of these names.
private func kernelRead(_ number: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    unsafe read(number, bytes, count)
}

private func kernelWrite(_ number: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    unsafe write(number, bytes, count)
}
