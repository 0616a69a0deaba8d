// What a connection still has to say, byte by byte.
import Protocol
import Testing

@testable import Server

struct OutboxTests {
    private var outbox = Outbox()

    @Test mutating func `DONE counts as written when its last byte is`() {
        outbox.append(.sent)
        outbox.append(.done)
        let bytes = outbox.count

        let beforeIt = outbox.wrote(bytes - 5)
        let begun = outbox.wrote(2)
        let nearly = outbox.wrote(2)
        let whole = outbox.wrote(1)

        #expect([beforeIt, begun, nearly, whole] == [false, false, false, true])
    }

    @Test mutating func `DONE is written once`() {
        outbox.append(.done)
        let first = outbox.wrote(outbox.count)
        outbox.append(.sent)
        let second = outbox.wrote(outbox.count)

        #expect([first, second] == [true, false])
    }

    @Test mutating func `mail that is told at once ends with its last byte`() {
        outbox.append(.sent)
        outbox.endPush()
        let isMarked = outbox.isAboutToWriteDone

        let nearly = outbox.wrote(outbox.count - 1)
        let whole = outbox.wrote(1)

        #expect([isMarked, nearly, whole] == [true, false, true])
    }

    @Test mutating func `what is written already proves nothing when it ends`() {
        outbox.append(.sent)
        _ = outbox.wrote(outbox.count)
        outbox.endPush()

        let isMarked = outbox.isAboutToWriteDone
        outbox.append(.sent)
        let counts = outbox.wrote(outbox.count)

        #expect([isMarked, counts] == [false, false])
    }

    @Test(arguments: [1, 7, 4_096, 65_535, 65_536, 65_537, 300_000])
    mutating func `whatever the kernel takes, it is given every byte once`(_ most: Int) {
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 ^ ($0 >> 8)) }
        var written: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 100_000) {
            outbox.append(Array(bytes[start..<start + 100_000]))
            written += takeNext(most)
        }
        while !outbox.isEmpty { written += takeNext(most) }

        #expect(written == bytes)
    }

    private mutating func takeNext(_ most: Int) -> [UInt8] {
        let part = outbox.withNext { bytes in
            (0..<min(bytes.count, most)).map { bytes[$0] }
        }
        _ = outbox.wrote(part.count)
        return part
    }
}
