/// One line as it came in, without its end.
package enum Line: Hashable, Sendable {
    /// Valid UTF-8, not too long.
    case text([UInt8])
    /// Too long, or no UTF-8. Nothing of it is executed; its first word decides what it gets.
    case unreadable(beginning: [UInt8])
}

/// Prints as its length alone: it may be somebody's password.
extension Line: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String {
        switch self {
        case .text(let bytes): "text(\(bytes.count) bytes)"
        case .unreadable: "unreadable"
        }
    }

    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// Bytes in any chunks become whole lines, bounded.
///
/// A line ends at LF and nowhere else; one CR before it is dropped. However the bytes are cut, the
/// lines are the same. What is too long is swallowed up to its LF with a few bytes of memory.
package struct LineReader: Hashable, Sendable {
    private var telnet = TelnetFilter()
    private var held: [UInt8] = []
    /// Set while the rest of a line that is too long goes by.
    private var beginningOfOverlong: [UInt8]?
    private var refusals: [UInt8] = []
    private let lineBytesMax: Int

    /// A client takes longer lines than a server does: `Limits.replyBytes`.
    package init(lineBytesMax: Int = Limits.lineBytes) {
        self.lineBytesMax = lineBytesMax
    }

    /// Whether nothing of a line has come in since the last one ended.
    package var isEmpty: Bool { held.isEmpty && beginningOfOverlong == nil }

    /// The next line that ends in `bytes`, read from `start`, which moves behind it. Nil when the
    /// bytes have run out: then what they held of a line is kept for the next call.
    package mutating func next(in bytes: Span<UInt8>, from start: inout Int) -> Line? {
        while start < bytes.count {
            if telnet.isPassive, takeRun(of: bytes, from: &start) { return finish() }
            guard start < bytes.count else { return nil }

            // At an IAC, or inside a negotiation: byte by byte.
            let byte = telnet.pass(bytes[start], refusals: &refusals)
            start += 1
            guard let byte else { continue }
            if byte == UInt8(ascii: "\n") { return finish() }
            take(byte)
        }
        return nil
    }

    /// What telnet's negotiation has to be answered, each time once.
    package mutating func takeRefusals() -> [UInt8] {
        guard !refusals.isEmpty else { return [] }
        defer { refusals = [] }
        return refusals
    }

    /// Takes bytes up to the next LF or IAC. True when an LF was met, and passed.
    private mutating func takeRun(of bytes: Span<UInt8>, from start: inout Int) -> Bool {
        let end = bytes.firstLineEndOrIAC(from: start)
        let run = bytes.extracting(start..<end)
        if beginningOfOverlong == nil, held.count + run.count <= lineBytesMax {
            held.append(contentsOf: run)
        } else {
            for index in run.indices { take(run[index]) }
        }
        start = end
        guard end < bytes.count, bytes[end] == UInt8(ascii: "\n") else { return false }
        start += 1
        return true
    }

    private mutating func take(_ byte: UInt8) {
        guard beginningOfOverlong == nil else { return }
        // A CR in the place behind the last may belong to the end of the line.
        let mayBeEnd = byte == UInt8(ascii: "\r") && held.count == lineBytesMax
        if held.count < lineBytesMax || mayBeEnd {
            held.append(byte)
        } else {
            beginningOfOverlong = Self.beginning(of: held)
            held = []
        }
    }

    private mutating func finish() -> Line {
        if let beginning = beginningOfOverlong {
            beginningOfOverlong = nil
            return .unreadable(beginning: beginning)
        }
        var line = held
        // Nothing is kept of one line in the buffer of the next: sessions idle for days.
        held = []
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        guard line.isUTF8 else { return .unreadable(beginning: Self.beginning(of: line)) }
        return .text(line)
    }

    /// Enough of a line to know its first word by.
    private static func beginning(of line: [UInt8]) -> [UInt8] {
        Array(line.drop { $0.isBlank }.prefix(Limits.echoedCharacters))
    }
}

extension [UInt8] {
    package var isUTF8: Bool {
        allSatisfy { $0 < 0x80 } || String(validating: self, as: UTF8.self) != nil
    }

    fileprivate mutating func append(contentsOf span: Span<UInt8>) {
        // Only for the first: to reserve again for each chunk would copy the line each time.
        if isEmpty { reserveCapacity(span.count) }
        for index in span.indices { append(span[index]) }
    }
}

extension Span<UInt8> {
    /// Where the next LF or IAC stands, or the end.
    fileprivate func firstLineEndOrIAC(from start: Int) -> Int {
        var index = start
        while index < count, self[index] != UInt8(ascii: "\n"), self[index] != 255 { index += 1 }
        return index
    }
}
