import Protocol
import Testing

@testable import Delivery

@Suite struct `The inbox` {
    private var office = TestOffice("ann", "bob", "carl")
    private let ann: SessionID
    private let carl: SessionID

    init() {
        ann = office.enter("ann")
        carl = office.enter("carl")
        let bob = office.enter("bob")
        office.reply(ann, to: "create #tea forever")
        office.reply(bob, to: "join #tea")
        _ = office.exchange(bob, "who")
        office.drop(bob)
        office.commit()
    }

    @Test func `tells how much waits, by conversation, the newest last`() {
        var office = office
        for command in ["send bob 1", "broadcast 2", "send (bob #tea) 3", "send #lobby 4"] {
            office.wait(.seconds(60))
            office.reply(ann, to: command)
        }
        office.wait(.seconds(60))
        office.reply(carl, to: "send bob 5")
        office.wait(.seconds(60))
        office.reply(carl, to: "send #lobby 6")

        #expect(
            office.exchange(office.signIn("bob"), "inbox").prefix(5) == [
                "inbox:4", "ann 3 01-15-27T08:03:00", "#tea 1 01-15-27T08:03:00",
                "carl 1 01-15-27T08:05:00", "#lobby 2 01-15-27T08:06:00",
            ])
    }

    @Test func `is empty when nothing waits`() {
        var office = office

        #expect(office.exchange(office.enter("bob"), "inbox") == ["inbox:0"])
    }

    @Test func `does not count comings and goings, nor what one says oneself`() {
        var office = office
        office.reply(carl, to: "join #tea")
        office.reply(carl, to: "send #tea 1")
        office.reply(carl, to: "broadcast 2")

        #expect(office.exchange(carl, "inbox") == ["inbox:0"])
        let bob = office.signIn("bob")
        #expect(
            office.exchange(bob, "inbox") == [
                "inbox:2", "#tea 1 01-15-27T08:00:00", "carl 1 01-15-27T08:00:00",
                "server #tea: carl joined", "carl #tea: 1", "carl: 2",
            ])
    }

    @Test func `reads nothing, so that it tells the same until mail is read`() {
        var office = office
        office.reply(ann, to: "send bob 1")
        let bob = office.signIn("bob")

        #expect(office.reply(bob, to: "inbox") == "inbox:1")
        #expect(office.flush(bob, inputWaiting: true).last == "ann: 1")
        #expect(office.exchange(bob, "inbox") == ["inbox:1", "ann 1 01-15-27T08:00:00"])
        #expect(office.exchange(bob, "inbox") == ["inbox:0"])
    }

    @Test func `leaves out what was read ahead, and keeps what waits from where one was`() {
        var office = office
        office.reply(ann, to: "send bob 1")
        office.reply(ann, to: "send #tea 2")
        office.reply(carl, to: "send bob 3")
        let bob = office.signIn("bob")
        _ = office.exchange(bob, "talk ann")
        office.reply(bob, to: "leave #tea")

        #expect(
            office.exchange(bob, "inbox") == [
                "inbox:2", "#tea 1 01-15-27T08:00:00", "carl 1 01-15-27T08:00:00",
            ])
    }

    @Test func `says so when it cannot be read`() {
        var office = office
        office.reply(ann, to: "send bob 1")
        let bob = office.signIn("bob")
        office.hand(bob, "inbox")

        office.loseMail()

        #expect(office.heard(bob) == [.answer(.storage(.inbox))])
        #expect(office.notes.last == .unreadable(bob, username("bob")))
        #expect(office.flush(bob) == ["ann: 1"])
    }
}
