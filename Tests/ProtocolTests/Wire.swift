// How the tests write down bytes, and what became of them.

import Protocol

/// One byte for each scalar up to U+00FF: "\u{ff}\u{f1}" is IAC NOP.
func wire(_ text: String) -> [UInt8] {
    text.unicodeScalars.map { UInt8($0.value) }
}

/// What a reader made of some bytes.
struct Reading: Hashable {
    /// The text of each line; `✗` and the beginning of one that is unreadable.
    var lines: [String] = []
    var refusals: [UInt8] = []
}

extension LineReader {
    /// Reads everything, as one connection would.
    mutating func read(_ chunks: [[UInt8]]) -> Reading {
        var reading = Reading()
        for chunk in chunks {
            var start = 0
            while let line = next(in: chunk.span, from: &start) { reading.lines.append(line.shown) }
            reading.refusals += takeRefusals()
        }
        return reading
    }

    static func reading(_ chunks: [[UInt8]]) -> Reading {
        var reader = LineReader()
        return reader.read(chunks)
    }

    static func reading(_ bytes: [UInt8]) -> Reading {
        reading([bytes])
    }

    static func readingByteByByte(_ bytes: [UInt8]) -> Reading {
        reading(bytes.map { [$0] })
    }
}

extension Line {
    var shown: String {
        switch self {
        case .text(let bytes): String(decoding: bytes, as: UTF8.self)
        case .unreadable(let beginning): "✗" + String(decoding: beginning, as: UTF8.self)
        }
    }
}

extension Reply {
    /// As it goes out.
    var shown: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension String {
    /// Whether a terminal may be given this: LF is the only control in it.
    var isHarmlessOutput: Bool {
        unicodeScalars.allSatisfy { $0 == "\n" || !MessageText.isHarmful($0) }
            && utf8.allSatisfy { $0 == 0x0a || ($0 >= 0x20 && $0 != 0x7f) }
    }
}
