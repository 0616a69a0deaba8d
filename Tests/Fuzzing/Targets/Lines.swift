// Bytes in any pieces become the same lines, bounded.
import Protocol

func tryLines(_ bytes: [UInt8]) throws(Broken) {
    let whole = try Reading(bytes, .nowhere)
    for cut in [Cut.everywhere, .somewhere] {
        let pieces = try Reading(bytes, cut)
        try hold(pieces == whole, "cut \(cut) it reads \(pieces), not \(whole)")
    }
    try whole.holdRules()
    try whole.holdBounds()
    if !bytes.contains(255) { try whole.holdSplit(bytes) }
}

/// Short, so that what only happens at the end of a long line happens here all the time.
private let lineBytesMax = 40

private struct Reading {
    private var lines: [Line] = []
    private var refusals: [UInt8] = []
    private var reader = LineReader(lineBytesMax: lineBytesMax)

    init(_ bytes: [UInt8], _ cut: Cut) throws(Broken) {
        for piece in cut.pieces(of: bytes) {
            var start = 0
            while let line = reader.next(in: piece.span, from: &start) { lines.append(line) }
            try hold(start == piece.count, "\(piece.count - start) bytes were not looked at")
            refusals += reader.takeRefusals()
        }
    }

    static func == (one: Reading, other: Reading) -> Bool {
        (one.lines, one.refusals) == (other.lines, other.refusals)
    }

    /// Whatever has come in, no more is held than the longest line with its CR.
    func holdBounds() throws(Broken) {
        guard let held = Mirror(reflecting: reader).descendant("held") as? [UInt8] else {
            throw Broken("nothing shows what the reader holds")
        }
        try hold(held.count <= lineBytesMax + 1, "\(held.count) bytes are held")
    }

    func holdRules() throws(Broken) {
        for line in lines {
            switch line {
            case .text(let bytes):
                try hold(bytes.count <= lineBytesMax, "a line of \(bytes.count) bytes")
                try hold(!bytes.contains(UInt8(ascii: "\n")), "a line with its end in it")
                try hold(
                    String(validating: bytes, as: UTF8.self) != nil, "a line that is no UTF-8")
            case .unreadable(let beginning):
                try hold(beginning.count <= 32, "\(beginning.count) bytes are kept of a long line")
            }
        }
        var seen: Set<[UInt8]> = []
        for start in stride(from: 0, to: refusals.count, by: 3) {
            let refusal = Array(refusals[start...].prefix(3))
            try hold(
                refusal.count == 3 && refusal[0] == 255 && [252, 254].contains(refusal[1]),
                "\(refusal) refuses nothing")
            try hold(seen.insert(refusal).inserted, "\(refusal) is said twice")
        }
    }

    /// The lines of the protocol, when there is no telnet among them.
    func holdSplit(_ bytes: [UInt8]) throws(Broken) {
        let expected = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .dropLast()
        try hold(lines.count == expected.count, "\(lines.count) lines, not \(expected.count)")
        for (line, bytes) in zip(lines, expected) {
            let text = Array(bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes)
            let isReadable =
                text.count <= lineBytesMax && String(validating: text, as: UTF8.self) != nil
            switch line {
            case .text(let read):
                try hold(isReadable && read == text, "it reads \(read), not \(text)")
            case .unreadable(let beginning):
                try hold(!isReadable, "it cannot read \(text)")
                // Of what is too long no more is seen than has been held.
                let word = bytes.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
                let seen = min(32, min(text.count, lineBytesMax) - (bytes.count - word.count))
                try hold(
                    word.starts(with: beginning) && beginning.count >= seen,
                    "it takes \(beginning) for the beginning of \(text)")
            }
        }
    }
}
