import Protocol
import Testing

@testable import Delivery

/// Ann and bob are in `#tea`, dora is in `#milk`, which is ann's as well; three letters fill a
/// mailbox. Bob and dora are away.
private struct Tearoom {
    var office = TestOffice("ann", "bob", "carl", "dora", rules: .init(queueLimit: 3))
    let ann: SessionID

    init() {
        ann = office.enter("ann")
        for (name, room) in [("bob", "#tea"), ("dora", "#milk")] {
            let guest = office.enter(name)
            office.reply(ann, to: "create \(room) forever")
            office.reply(guest, to: "join \(room)")
            office.drop(guest)
        }
        _ = office.fetch(ann)
    }

    mutating func fill(_ name: String) {
        for text in 1...3 { office.reply(ann, to: "send \(name) \(text)") }
    }

    mutating func counts() -> [Int?] {
        ["ann", "bob", "carl", "dora"].map { office.count($0) }
    }
}

@Suite struct `A full mailbox in a room` {
    private var tea = Tearoom()

    @Test func `fills with what is said there`() {
        var tea = tea
        for text in 1...3 { #expect(tea.office.reply(tea.ann, to: "send #tea \(text)") == "sent:") }

        #expect(tea.office.reply(tea.ann, to: "send #tea 4") == "full:bob")
        #expect(tea.office.reply(tea.ann, to: "send bob 5") == "full:bob")
        #expect(tea.counts() == [0, 3, 0, 0])
        #expect(
            tea.office.flush(tea.office.signIn("bob"))
                == ["ann #tea: 1", "ann #tea: 2", "ann #tea: 3"])
    }

    @Test func `is passed by, and the others get it`() {
        var tea = tea
        let carl = tea.office.enter("carl")
        tea.office.reply(carl, to: "join #tea")
        tea.fill("bob")

        #expect(tea.office.reply(tea.ann, to: "send #tea hi") == "full:bob")

        #expect(tea.office.fetch(carl) == ["ann #tea: hi"])
        #expect(tea.counts() == [0, 3, 1, 0])
        tea.office = tea.office.restarted("ann", "bob", "carl", "dora")
        #expect(tea.counts() == [0, 3, 1, 0])
    }

    @Test func `takes all copies of a letter or none`() {
        var tea = tea
        let carl = tea.office.enter("carl")
        tea.office.reply(carl, to: "join #tea")
        tea.office.reply(carl, to: "join #milk")
        for text in 1...2 { tea.office.reply(tea.ann, to: "send (bob carl) \(text)") }

        #expect(tea.office.reply(tea.ann, to: "send (bob #tea) 3") == "full:bob")
        #expect(tea.counts() == [0, 2, 3, 0])
        #expect(tea.office.reply(tea.ann, to: "send (#lobby #tea #milk) 4") == "full:bob,carl")
        #expect(tea.counts() == [0, 2, 3, 2])
        #expect(tea.office.reply(tea.ann, to: "send #tea 5") == "full:carl")
        #expect(tea.counts() == [0, 3, 3, 2])
    }

    @Test func `is named once, before who is in the room`() {
        var tea = tea
        for name in ["bob", "carl", "dora"] { tea.fill(name) }

        #expect(
            tea.office.reply(tea.ann, to: "send (dora #tea bob zoe #milk) hi") == "full:dora,bob")
        #expect(
            tea.office.reply(tea.ann, to: "send (#milk carl #tea) hi") == "full:carl,bob,dora")
    }

    @Test func `does not fill with comings and goings`() {
        var tea = tea
        let carl = tea.office.enter("carl")
        for _ in 1...5 {
            tea.office.reply(carl, to: "join #tea")
            tea.office.reply(carl, to: "leave #tea")
        }

        #expect(tea.office.reply(tea.ann, to: "send #tea hi") == "sent:")
        #expect(tea.office.flush(tea.office.signIn("bob")).count == 11)
    }

    @Test func `does not fill with what one says oneself`() {
        var tea = tea
        let bob = tea.office.enter("bob")
        for text in 1...5 { tea.office.reply(tea.ann, to: "send (#tea #milk) \(text)") }

        for text in 6...8 { #expect(tea.office.reply(bob, to: "send ann \(text)") == "sent:") }
        #expect(tea.office.reply(bob, to: "send ann 9") == "full:ann")
    }

    @Test func `is full with what is on its way`() {
        var tea = tea
        let carl = tea.office.enter("carl")
        tea.office.reply(carl, to: "join #tea")
        for text in 1...2 { tea.office.reply(tea.ann, to: "send bob \(text)") }

        tea.office.hand(tea.ann, "send #tea 3")
        tea.office.hand(carl, "send #tea 4")
        tea.office.commit()
        #expect(tea.office.heard(carl) == [.answer(.full([username("bob")]))])
        #expect(tea.counts() == [1, 3, 1, 0])
    }

    @Test func `has room again when what is on its way comes to nothing`() {
        var tea = tea
        for text in 1...2 { tea.office.reply(tea.ann, to: "send bob \(text)") }
        tea.office.hand(tea.ann, "send #tea 3")

        tea.office.refuse()

        #expect(tea.office.reply(tea.ann, to: "send #tea 4") == "sent:")
        #expect(tea.office.reply(tea.ann, to: "send #tea 5") == "full:bob")
    }

    @Test func `has room again when its mail is read`() {
        var tea = tea
        tea.fill("#tea")
        let bob = tea.office.enter("bob")
        #expect(tea.office.reply(tea.ann, to: "send #tea 4") == "full:bob")

        tea.office.line(bob)

        #expect(tea.office.reply(tea.ann, to: "send #tea 5") == "sent:")
        #expect(tea.office.flush(bob) == ["ann #tea: 5"])
    }

    @Test func `is full with what waits from a room one has left`() {
        var tea = tea
        tea.fill("#tea")

        tea.office.reply(tea.ann, to: "kick #tea bob")

        #expect(tea.office.reply(tea.ann, to: "send bob hi") == "full:bob")
        tea.office = tea.office.restarted("ann", "bob", "carl", "dora")
        #expect(tea.office.reply(tea.office.enter("ann"), to: "send bob hi") == "full:bob")
    }

    @Test func `is passed by as soon as its owner comes in`() {
        var tea = tea
        tea.fill("carl")
        // All who are inside were looked at.
        tea.office.reply(tea.ann, to: "send #tea 1")
        let carl = tea.office.enter("carl")

        tea.office.reply(carl, to: "join #tea")

        #expect(tea.office.reply(tea.ann, to: "send #tea 2") == "full:carl")
        #expect(tea.counts() == [0, 2, 3, 0])
    }

    @Test func `is passed by in the lobby and by broadcasts as well`() {
        var tea = tea
        tea.fill("bob")

        #expect(tea.office.reply(tea.ann, to: "send #lobby hi") == "full:bob")
        #expect(tea.office.reply(tea.ann, to: "broadcast hi") == "full:bob")
        #expect(tea.counts() == [0, 3, 2, 2])
        #expect(
            tea.office.flush(tea.office.signIn("bob")) == ["ann: 1", "ann: 2", "ann: 3"])
    }

    @Test func `is named no longer when its owner is no more`() {
        var tea = tea
        tea.fill("bob")
        for to in ["send #lobby", "send #tea"] {
            #expect(tea.office.reply(tea.ann, to: "\(to) hi") == "full:bob")
        }

        tea.office.reread(lines("ann", "carl", "dora"))

        for to in ["send #lobby", "send #tea", "broadcast"] {
            #expect(tea.office.reply(tea.ann, to: "\(to) hi") == "sent:")
        }
    }

    @Test func `counts a room for as long as one is inside`() {
        var tea = tea
        let carl = tea.office.enter("carl")
        tea.office.reply(carl, to: "join #tea")
        tea.office.reply(tea.ann, to: "send #tea 1")
        tea.office.reply(carl, to: "leave #tea")
        tea.office.reply(tea.ann, to: "send #tea 2")

        #expect(tea.counts() == [0, 2, 1, 0])
        for text in 3...4 { #expect(tea.office.reply(tea.ann, to: "send carl \(text)") == "sent:") }
        #expect(tea.office.reply(tea.ann, to: "send carl 5") == "full:carl")
    }

    @Test func `is known of who came in while it was filled`() {
        var tea = tea
        // So much is said elsewhere that it is worth while to count exactly.
        tea.fill("#milk")
        let (carl, dora) = (tea.office.enter("carl"), tea.office.enter("dora"))
        tea.office.line(dora)
        tea.office.reply(tea.ann, to: "send carl 1")

        tea.office.hand(carl, "join #tea")
        tea.office.hand(tea.ann, "send #tea 2")
        // Everybody is looked at, and carl is not yet inside.
        tea.office.hand(dora, "broadcast 3")
        tea.office.commit()

        #expect(tea.counts() == [1, 2, 3, 0])
        #expect(tea.office.reply(dora, to: "broadcast 4") == "full:carl")
    }
}

@Suite struct `Who may have a full mailbox` {
    private let ann = AccountNumber(1)
    private let bob = AccountNumber(2)

    @Test func `is looked for at first`() {
        #expect(FullWatch().isDue(handedIn: 0))
    }

    @Test func `is looked for again when the next one may be full`() {
        var watch = FullWatch()

        watch.looked(atHandedIn: 10, full: [ann], leastRoom: 5)

        #expect(watch.full == [ann])
        #expect(!watch.isDue(handedIn: 14))
        #expect(watch.isDue(handedIn: 15))
    }

    @Test func `is looked for with the next letter at the soonest`() {
        var watch = FullWatch()

        watch.looked(atHandedIn: 10, full: [], leastRoom: 0)

        #expect(!watch.isDue(handedIn: 10))
        #expect(watch.isDue(handedIn: 11))
    }

    @Test func `is also who comes with little room`() {
        var watch = FullWatch()
        watch.looked(atHandedIn: 10, full: [], leastRoom: 100)

        watch.came(bob, room: 3, handedIn: 20)
        #expect(!watch.isDue(handedIn: 22))
        #expect(watch.isDue(handedIn: 23))

        watch.came(ann, room: 50, handedIn: 20)
        #expect(watch.isDue(handedIn: 23))
    }

    @Test func `is also who comes with none, however often`() {
        var watch = FullWatch()
        watch.looked(atHandedIn: 10, full: [ann], leastRoom: 100)

        watch.came(bob, room: 0, handedIn: 20)
        watch.came(bob, room: -1, handedIn: 20)

        #expect(watch.full == [ann, bob])
        #expect(!watch.isDue(handedIn: 20))
    }
}
