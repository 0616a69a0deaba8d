import Protocol
import Testing

@testable import Delivery

private let ann = AccountNumber(1)

private func number(_ value: Int64) -> MessageNumber { MessageNumber(value) }

private func mailbox(cursor: Int64 = 10, own: Int = 0) -> Mailbox {
    Mailbox(cursor: number(cursor), own: own)
}

@Suite struct `A mailbox counts` {
    @Test func `its own letters, and those on their way`() {
        var mailbox = mailbox(own: 1)
        mailbox.letterHandedIn(from: ann)
        mailbox.letterHandedIn(from: ann)
        #expect(mailbox.ownInAll == 3)

        mailbox.letterKept(from: ann, number(11))
        #expect(mailbox.ownInAll == 3)
        #expect(mailbox.own == 2)

        mailbox.letterRefused(from: ann)
        #expect(mailbox.ownInAll == 2)
    }

    @Test func `what is shared and not for it`() {
        var mailbox = mailbox(cursor: 10)
        for shared in [9, 11, 11, 20] as [Int64] { mailbox.leftOut(of: number(shared)) }

        #expect(mailbox.notForIt(after: number(10)) == 3)
        #expect(mailbox.notForIt(after: number(11)) == 1)
    }

    @Test func `what is shared and not for it also when it comes late`() {
        var mailbox = mailbox(cursor: 10)
        for shared in [20, 9, 15] as [Int64] { mailbox.leftOutLate(of: number(shared)) }

        #expect(mailbox.notForIt(after: number(10)) == 2)
        #expect(mailbox.notForIt(after: number(15)) == 1)
    }

    @Test func `what passes it by on the way`() {
        var mailbox = mailbox()
        mailbox.passingHandedIn()
        mailbox.passingHandedIn()
        mailbox.passingDecided()

        #expect(mailbox.passing == 1)
    }

    @Test func `nothing that was read`() {
        var mailbox = mailbox(cursor: 10, own: 3)
        mailbox.leftOut(of: number(12))
        mailbox.leftOut(of: number(22))

        mailbox.read(through: number(20), own: 2)

        #expect(mailbox.cursor == number(20))
        #expect(mailbox.own == 1)
        #expect(mailbox.notForIt(after: .zero) == 1)
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
    }
}

@Suite struct `What was read apart` {
    private let conversation = Conversation.person(AccountNumber(7))

    @Test func `is not for it any more`() {
        var mailbox = mailbox(cursor: 10, own: 3)

        mailbox.readApart(
            conversation, through: number(20), own: 2, shared: [number(15), number(9)])

        #expect(mailbox.own == 1)
        #expect(mailbox.notForIt(after: number(10)) == 1)
        #expect(mailbox.apart == [conversation: number(20)])
        #expect(mailbox.cursor == number(10))
    }

    @Test func `is forgotten when the rest has been read so far`() {
        var mailbox = mailbox(cursor: 10, own: 3)
        mailbox.readApart(conversation, through: number(20), own: 1, shared: [])

        mailbox.read(through: number(19), own: 1)
        #expect(mailbox.apart == [conversation: number(20)])

        mailbox.read(through: number(20), own: 0)
        #expect(mailbox.apart == [:])
        #expect(mailbox.own == 1)
    }
}

@Suite struct `Ascending numbers` {
    @Test func `are counted after any point`() {
        let numbers = AscendingNumbers([2, 4, 6].map(number))

        #expect((1...7).map { numbers.count(after: number($0)) } == [3, 2, 2, 1, 1, 0, 0])
        #expect(AscendingNumbers().count(after: .zero) == 0)
    }

    @Test func `are counted between any two points, each as often as it is there`() {
        let numbers = AscendingNumbers([2, 4, 4, 6].map(number))

        #expect(numbers.count(after: number(2), through: number(4)) == 2)
        #expect(numbers.count(after: number(3), through: number(9)) == 3)
        #expect(numbers.count(after: number(4), through: number(3)) == 0)
        #expect(numbers.count(after: number(1), through: nil) == 4)
    }

    @Test(arguments: [(1, 3), (2, 2), (3, 2), (6, 0), (7, 0)])
    func `are removed up to any point`(last: Int64, left: Int) {
        var numbers = AscendingNumbers([2, 4, 6].map(number))

        numbers.removeAll(through: number(last))

        #expect(numbers.count == left)
        #expect(numbers.count(after: number(last)) == left)
    }
}
