import Protocol
import Testing

@testable import Delivery

private let ann = AccountNumber(1)
private let bob = AccountNumber(2)

private func letter(_ text: String, to reader: AccountNumber = bob) -> Entry {
    .letter(
        Letter(from: ann, to: .one(reader), at: WallTime(seconds: 1), text: message(text)))
}

private func query(after: Int64, through: Int64 = .max) -> MailQuery {
    MailQuery(
        reader: bob, after: MessageNumber(after), through: MessageNumber(through))
}

@Suite struct `The newest mail` {
    private func numbers(_ findings: [Finding]?) -> [Int64]? {
        findings?.map {
            switch $0 {
            case .letter(let stored): stored.number.value
            case .news(let stored): stored.number.value
            case .lost: 0
            }
        }
    }

    /// Every second entry is a letter to bob.
    private func recent(_ count: Int64) -> RecentMail {
        var recent = RecentMail(after: MessageNumber(10))
        for number in 11..<(11 + count) {
            recent.append(
                letter("\(number)", to: number % 2 == 0 ? bob : ann), MessageNumber(number))
        }
        return recent
    }

    @Test func `is what was asked for, in order`() {
        let recent = recent(10)

        #expect(numbers(recent.findings(query(after: 10))) == [12, 14, 16, 18, 20])
        #expect(numbers(recent.findings(query(after: 14, through: 18))) == [16, 18])
        #expect(numbers(recent.findings(query(after: 20))) == [])
    }

    @Test func `begins where the server did`() {
        #expect(recent(10).findings(query(after: 9)) == nil)
        #expect(recent(0).findings(query(after: 10)) == [])
    }

    @Test func `is not kept for ever`() {
        let recent = recent(300)

        #expect(recent.findings(query(after: 10)) == nil)
        #expect(numbers(recent.findings(query(after: 298)))?.first == 300)
        #expect(recent.findings(query(after: recent.after.value))?.isEmpty == false)
    }

    @Test func `is at most a page`() {
        var recent = RecentMail(after: .zero)
        let long = String(repeating: "x", count: Limits.lineBytes)
        let count = Int64(Limits.mailPageBytes / Limits.lineBytes)
        for number in 1...count + 1 { recent.append(letter(long), MessageNumber(number)) }

        #expect(recent.findings(query(after: 1))?.count == Int(count))
        #expect(recent.findings(query(after: 0)) == nil)
    }

    @Test func `is told without the store to who wants it at once, and to nobody else`() {
        var office = TestOffice("ann", "bob", "carl")
        let (ann, bob, carl) = (office.enter("ann"), office.enter("bob"), office.enter("carl"))
        _ = office.exchange(bob, "live")

        office.reply(ann, to: "send (bob carl) hi")

        #expect(office.collect(bob).count == 1)
        #expect(!office.hasReads)
        #expect(office.collect(carl) == [])
        #expect(office.isReading(carl))
    }

    @Test func `is nothing from before one's account began`() {
        var office = TestOffice("ann")
        let ann = office.enter("ann")
        let bob = office.arrive()
        office.hand(ann, "broadcast 1")
        _ = office.register(bob, "bob", thenEnter: true)
        office.hash()
        _ = office.heard(bob)
        office.hand(ann, "broadcast 2")

        office.commitOne()
        #expect(office.exchange(bob, "live") == ["live:on"])
        office.commit()

        #expect((office.push(bob) ?? []) == ["ann: 2"])
    }
}
