import Protocol
import Testing

@testable import Delivery

private func number(_ value: Int64) -> MessageNumber { MessageNumber(value) }

private func broadcasts(_ numbers: Int64...) -> Broadcasts { Broadcasts(numbers.map(number)) }

private func mailbox(cursor: Int64 = 10, own: Int = 0) -> Mailbox {
    Mailbox(cursor: number(cursor), own: own)
}

@Suite struct `A mailbox counts` {
    @Test func `its own letters and the broadcasts after its cursor`() {
        let mailbox = mailbox(cursor: 10, own: 3)

        #expect(mailbox.count(broadcasts(9, 10, 11, 20)) == 5)
    }

    @Test func `no broadcast that is not for it`() {
        var mailbox = mailbox()
        mailbox.leftOut(of: number(9))
        mailbox.leftOut(of: number(11))

        #expect(mailbox.count(broadcasts(9, 11, 12)) == 1)
    }

    @Test func `what a session has not been shown`() {
        var mailbox = mailbox(cursor: 10, own: 3)
        mailbox.leftOut(of: number(12))
        mailbox.leftOut(of: number(22))
        let all = broadcasts(11, 12, 21, 22, 23)

        #expect(mailbox.count(all, after: number(20), ownShown: 2) == 1 + 2)
        #expect(mailbox.count(all, after: number(10), ownShown: 0) == mailbox.count(all))
    }

    @Test func `nothing that was read`() {
        var mailbox = mailbox(cursor: 10, own: 3)
        mailbox.leftOut(of: number(12))
        mailbox.leftOut(of: number(22))

        mailbox.read(through: number(20), own: 2)

        #expect(mailbox.cursor == number(20))
        #expect(mailbox.count(broadcasts(11, 12, 21, 22)) == 1 + 1)
    }

    @Test func `nothing twice as read`() {
        var mailbox = mailbox(cursor: 10, own: 3)

        mailbox.read(through: number(20), own: 2)
        mailbox.read(through: number(20), own: 1)
        mailbox.read(through: number(15), own: 1)

        #expect(mailbox.cursor == number(20))
        #expect(mailbox.own == 1)
    }

    @Test func `from where its account begins`() {
        var mailbox = mailbox(cursor: 10)

        mailbox.begins(after: number(12))
        mailbox.begins(after: number(11))

        #expect(mailbox.cursor == number(12))
        #expect(mailbox.count(broadcasts(11, 12, 13)) == 1)
    }
}

@Suite struct `A mailbox is full` {
    @Test(arguments: [(2, false), (3, true), (4, true)])
    func `at its limit`(own: Int, isFull: Bool) {
        #expect(mailbox(own: own).isFull(limit: 3, broadcasts()) == isFull)
    }

    @Test func `with letters that are still on their way`() {
        var mailbox = mailbox(own: 1)
        mailbox.letterHandedIn()
        mailbox.letterHandedIn()
        #expect(mailbox.isFull(limit: 3, broadcasts()))

        mailbox.letterKept()
        #expect(mailbox.isFull(limit: 3, broadcasts()))

        mailbox.letterRefused()
        #expect(!mailbox.isFull(limit: 3, broadcasts()))
        #expect(mailbox.own == 2)
    }

    @Test func `with broadcasts, and those on their way`() {
        var all = broadcasts(5, 11)
        all.arriving = 1

        #expect(mailbox(own: 1).isFull(limit: 3, all))
        #expect(!mailbox(own: 0).isFull(limit: 3, all))
    }

    @Test func `without those that are not for it`() {
        var all = broadcasts()
        all.arriving = 1
        var mailbox = mailbox(own: 2)

        mailbox.leftOutHandedIn()
        #expect(!mailbox.isFull(limit: 3, all))

        all.arriving = 0
        all.append(number(11))
        mailbox.leftOutKept(number(11))
        #expect(!mailbox.isFull(limit: 3, all))

        all.append(number(12))
        #expect(mailbox.isFull(limit: 3, all))
    }

    @Test func `again when a broadcast that was not for it came to nothing`() {
        var all = broadcasts()
        all.arriving = 2
        var mailbox = mailbox(own: 2)
        mailbox.leftOutHandedIn()

        mailbox.leftOutRefused()
        all.arriving = 1

        #expect(mailbox.isFull(limit: 3, all))
    }
}

@Suite struct `Ascending numbers` {
    @Test func `are counted after any point`() {
        let numbers = AscendingNumbers([2, 4, 6].map(number))

        #expect((1...7).map { numbers.count(after: number($0)) } == [3, 2, 2, 1, 1, 0, 0])
        #expect(AscendingNumbers().count(after: .zero) == 0)
    }

    @Test(arguments: [(1, 3), (2, 2), (3, 2), (6, 0), (7, 0)])
    func `are removed up to any point`(last: Int64, left: Int) {
        var numbers = AscendingNumbers([2, 4, 6].map(number))

        numbers.removeAll(through: number(last))

        #expect(numbers.count == left)
        #expect(numbers.count(after: number(last)) == left)
    }
}
