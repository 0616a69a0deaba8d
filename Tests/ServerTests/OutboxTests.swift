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
}
