import Protocol
import Testing

@testable import Delivery

@Suite struct `One sender's share of a mailbox` {
    private var office: TestOffice
    private let ann: SessionID
    private let carl: SessionID
    private let full = Reply.full([username("bob")])

    init() {
        office = TestOffice(
            "ann", "bob", "carl", rules: .init(queueLimit: 6, senderLimit: 2))
        ann = office.signIn("ann")
        carl = office.signIn("carl")
    }

    @Test func `is full for that sender alone`() {
        var office = office

        for text in ["1", "2"] { #expect(office.send(ann, to: "bob", text: text) == .sent) }
        #expect(office.post(ann, to("bob"), "3") == [.answer(full)])
        #expect(office.send(carl, to: "bob", text: "4") == .sent)
        #expect(office.send(ann, to: "bob", "carl", text: "5") == full)

        #expect(office.fetch(office.signIn("bob")) == ["ann: 1", "ann: 2", "carl: 4"])
        #expect(office.count("carl") == 1)
    }

    @Test func `counts what is on its way, and no more when that is refused`() {
        var office = office
        #expect(office.post(ann, to("bob"), "1") == [])
        #expect(office.post(office.signIn("bob"), to("bob"), "mine") == [])
        let second = office.post(carl, to("bob"), "2")
        #expect(second == [])
        office.commit()
        _ = office.heard(ann)
        _ = office.heard(carl)

        #expect(office.post(ann, to("bob"), "3") == [])
        office.refuse()
        _ = office.heard(ann)
        #expect(office.send(ann, to: "bob", text: "4") == .sent)
        #expect(office.post(ann, to("bob"), "5") == [.answer(full)])
    }

    @Test func `does not count what is shared`() {
        var office = office
        for text in ["1", "2"] { _ = office.send(ann, to: "bob", text: text) }

        #expect(office.broadcast(ann, "3") == .sent)
        #expect(office.reply(ann, to: "send #lobby 4") == "sent:")
        #expect(office.reply(ann, to: "send (#lobby bob) 5") == "full:bob")
        #expect(office.count("bob") == 5)
    }

    @Test func `has room again when it is read, and not before`() {
        var office = office
        for text in ["1", "2"] { _ = office.send(ann, to: "bob", text: text) }
        let bob = office.signIn("bob")

        _ = office.flush(bob)
        #expect(office.post(ann, to("bob"), "3") == [.answer(full)])

        office.line(bob)
        #expect(office.send(ann, to: "bob", text: "4") == .sent)
        #expect(office.send(ann, to: "bob", text: "5") == .sent)
        #expect(office.post(ann, to("bob"), "6") == [.answer(full)])
    }

    @Test func `has room again when it is read ahead of other mail`() {
        var office = office
        for text in ["1", "2"] {
            _ = office.send(ann, to: "bob", text: text)
            _ = office.send(carl, to: "bob", text: text)
        }
        let bob = office.signIn("bob")

        _ = office.exchange(bob, "talk ann")
        _ = office.exchange(bob, "")

        #expect(office.send(ann, to: "bob", text: "3") == .sent)
        #expect(office.post(carl, to("bob"), "3") == [.answer(full)])
    }

    @Test func `is the same after a restart`() {
        var office = office
        for text in ["1", "2"] { _ = office.send(ann, to: "bob", text: text) }
        _ = office.send(carl, to: "bob", text: "3")
        _ = office.broadcast(carl, "4")

        office = office.restarted("ann", "bob", "carl")

        let (ann, carl) = (office.signIn("ann"), office.signIn("carl"))
        #expect(office.post(ann, to("bob"), "5") == [.answer(full)])
        #expect(office.send(carl, to: "bob", text: "6") == .sent)
        #expect(office.post(carl, to("bob"), "7") == [.answer(full)])
    }

    @Test func `is the whole mailbox unless somebody says so`() {
        var office = TestOffice("ann", "bob", rules: .init(queueLimit: 3))
        let ann = office.signIn("ann")

        for text in ["1", "2", "3"] { #expect(office.send(ann, to: "bob", text: text) == .sent) }
        #expect(office.post(ann, to("bob"), "4") == [.answer(full)])
    }
}
