// What the recorder wrote down, as values. Its format stands at the top of
// Tests/PowerLoss/recorder.c.
import ProofKit

struct DiskEvent: Sendable {
    enum Change: Sendable {
        case opened(path: String)
        case created(path: String)
        case folderMade(path: String)
        /// The bytes stand in the record.
        case written(offset: Int, bytes: Range<Int>)
        case cut(size: Int)
        /// All that was done before the record was so long.
        case flushed(begun: Int)
        case unlinked(path: String)
        case renamed(from: String, to: String)
    }

    let inode: UInt64
    let change: Change
    /// How long the record was then, with this entry.
    let end: Int
}

struct DiskRecord: Sendable {
    let bytes: [UInt8]
    let events: [DiskEvent]

    init(bytes: [UInt8], events: [DiskEvent]) {
        self.bytes = bytes
        self.events = events
    }

    /// As the recorder wrote it. Nil when it does not end with a whole entry.
    init?(_ bytes: [UInt8]) {
        var events: [DiskEvent] = []
        var at = 0
        while at < bytes.count {
            guard at + Self.headBytes <= bytes.count else { return nil }
            let number = Self.number(bytes, at + 9)
            let body = at + Self.headBytes
            let end = body + Self.number(bytes, at + 17)
            guard end <= bytes.count else { return nil }
            let text = { (range: Range<Int>) in String(decoding: bytes[range], as: UTF8.self) }
            let change: DiskEvent.Change
            switch bytes[at] {
            case UInt8(ascii: "o"): change = .opened(path: text(body..<end))
            case UInt8(ascii: "c"): change = .created(path: text(body..<end))
            case UInt8(ascii: "d"): change = .folderMade(path: text(body..<end))
            case UInt8(ascii: "w"): change = .written(offset: number, bytes: body..<end)
            case UInt8(ascii: "t"): change = .cut(size: number)
            case UInt8(ascii: "s"): change = .flushed(begun: number)
            case UInt8(ascii: "u"): change = .unlinked(path: text(body..<end))
            case UInt8(ascii: "r"):
                change = .renamed(from: text(body..<body + number), to: text(body + number..<end))
            default: return nil
            }
            events.append(
                DiskEvent(
                    inode: UInt64(bitPattern: Int64(Self.number(bytes, at + 1))), change: change,
                    end: end))
            at = end
        }
        self.init(bytes: bytes, events: events)
    }

    private static let headBytes = 25

    private static func number(_ bytes: [UInt8], _ at: Int) -> Int {
        (0..<8).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) }
    }
}
