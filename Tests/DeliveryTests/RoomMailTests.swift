import Protocol
import Testing

@testable import Delivery

/// Ann and bob are in `#tea`, which lasts; bob is away.
private struct Tearoom {
    var office = TestOffice("ann", "bob", "carl")
    let ann: SessionID

    init() {
        ann = office.enter("ann")
        let bob = office.enter("bob")
        office.reply(ann, to: "create #tea forever")
        office.reply(bob, to: "join #tea")
        _ = office.fetch(ann)
        _ = office.fetch(bob)
        office.drop(bob)
        office.commit()
    }

    mutating func write(_ texts: String...) {
        for text in texts { office.reply(ann, to: "send #tea \(text)") }
    }

    /// What waits for bob, who comes and goes.
    mutating func waiting() -> [String] {
        let bob = office.signIn("bob")
        defer { office.drop(bob) }
        return office.flush(bob)
    }
}

@Suite struct `What is said in a room` {
    private var tea = Tearoom()

    @Test func `is kept once and counted by each`() {
        var tea = tea
        let before = tea.office.log.count

        tea.write("hello")

        #expect(
            tea.office.log.dropFirst(before) == [
                .letter(
                    Letter(
                        from: tea.office.number("ann"),
                        to: .rooms([RoomNumber(2)], and: [], except: []), at: tea.office.now.wall,
                        text: message("hello")))
            ])
        #expect(["ann", "bob", "carl"].map { tea.office.count($0) } == [0, 1, 0])
    }

    @Test func `is mail for all who are inside, but not for who says it`() {
        var tea = tea
        let carl = tea.office.enter("carl")
        tea.office.reply(carl, to: "join #tea")

        tea.write("hello")

        #expect(tea.waiting() == ["server #tea: carl joined", "ann #tea: hello"])
        #expect(tea.office.fetch(carl) == ["ann #tea: hello"])
        #expect(tea.office.fetch(tea.ann) == ["server #tea: carl joined"])
    }

    @Test func `before one came is not told`() {
        var tea = tea
        let carl = tea.office.enter("carl")
        tea.write("before")

        tea.office.reply(carl, to: "join #tea")
        tea.write("after")

        #expect(tea.office.fetch(carl) == ["ann #tea: after"])
        #expect(tea.office.count("carl") == 1)
    }

    @Test func `while one was inside still waits when one has left`() {
        var tea = tea
        let bob = tea.office.enter("bob")
        tea.write("1", "2")
        tea.office.reply(bob, to: "leave #tea")
        tea.write("3")

        #expect(tea.office.count("bob") == 2)
        #expect(tea.office.fetch(bob) == ["ann #tea: 1", "ann #tea: 2"])
        _ = tea.office.fetch(bob)
        #expect(tea.office.count("bob") == 0)
    }

    @Test func `while one was inside still waits after being sent out, and after a restart`() {
        var tea = tea
        tea.write("1", "2")
        tea.office.reply(tea.ann, to: "kick #tea bob")
        tea.write("3")

        let told = ["ann #tea: 1", "ann #tea: 2", "server #tea: bob was removed"]
        #expect(tea.waiting() == told)
        tea.office = tea.office.restarted("ann", "bob", "carl")
        #expect(tea.office.count("bob") == 2)
        #expect(tea.waiting() == told)
    }

    @Test func `in several stays is told, and nothing between them`() {
        var tea = tea
        let bob = tea.office.enter("bob")
        for time in 1...3 {
            tea.write("inside \(time)")
            tea.office.reply(bob, to: "leave #tea")
            tea.write("outside \(time)")
            tea.office.reply(bob, to: "join #tea")
        }

        #expect(tea.office.count("bob") == 3)
        #expect(tea.office.fetch(bob) == (1...3).map { "ann #tea: inside \($0)" })
    }

    @Test func `in a room that has ended still waits`() {
        var tea = tea
        tea.write("1")
        tea.office.reply(tea.ann, to: "close #tea")
        tea.office.reply(tea.ann, to: "create #tea")

        #expect(tea.waiting() == ["ann #tea: 1", "server #tea: the room is closed"])
    }

    @Test func `stands in one order with all other mail`() {
        var tea = tea
        let carl = tea.office.enter("carl")
        tea.office.reply(tea.ann, to: "send bob 1")
        tea.write("2")
        tea.office.reply(carl, to: "broadcast 3")
        tea.write("4")
        tea.office.reply(carl, to: "send #lobby 5")
        tea.office.reply(tea.ann, to: "send (carl bob) 6")

        let told = ["ann: 1", "ann #tea: 2", "carl: 3", "ann #tea: 4", "carl #lobby: 5", "ann: 6"]
        #expect(tea.office.count("bob") == 6)
        tea.office.answers.page = 1
        #expect(tea.waiting() == told)
        tea.office.answers.page = 4
        #expect(tea.waiting() == told)
    }

    @Test func `comes again until it is read, and never after`() {
        var tea = tea
        tea.write("1")
        var bob = tea.office.signIn("bob")
        #expect(tea.office.flush(bob) == ["ann #tea: 1"])
        #expect(tea.office.flushAgain(bob, "bob") == ["ann #tea: 1"])

        bob = tea.office.enter("bob")
        tea.office.line(bob)
        #expect(tea.office.flushAgain(bob, "bob") == [])
        #expect(tea.office.count("bob") == 0)
    }

    @Test func `is not lost with a crash`() {
        var tea = tea
        tea.write("1")
        tea.office.hand(tea.ann, "send #tea 2")

        tea.office = tea.office.restarted("ann", "bob", "carl")

        #expect(tea.office.count("bob") == 1)
        #expect(tea.waiting() == ["ann #tea: 1"])
    }

    @Test func `that the store refuses is kept for nobody`() {
        var tea = tea
        tea.office.hand(tea.ann, "send #tea hi")

        tea.office.refuse()

        #expect(tea.office.heard(tea.ann) == [.answer(.storage(.send))])
        #expect(tea.office.count("bob") == 0)
        #expect(tea.waiting() == [])
    }

    @Test func `is shown as lost when it is not what was written any more`() {
        var tea = tea
        tea.write("1", "2", "3")
        let second = tea.office.log.count - 1
        tea.office.answers.damaged = [MessageNumber(Int64(second))]

        #expect(
            tea.waiting() == [
                "ann #tea: 1",
                "server: message \(second) to #tea from ann cannot be shown: what was kept of it "
                    + "is damaged", "ann #tea: 3",
            ])
    }
}

@Suite struct `A message to a room and to somebody in it` {
    private var tea = Tearoom()

    @Test func `is told twice, once in each conversation`() {
        var tea = tea

        #expect(tea.office.reply(tea.ann, to: "send (bob #tea carl) hi") == "sent:")

        #expect(["ann", "bob", "carl"].map { tea.office.count($0) } == [0, 2, 1])
        #expect(tea.waiting() == ["ann: hi", "ann #tea: hi"])
        tea.office.answers.page = 1
        #expect(tea.waiting() == ["ann: hi", "ann #tea: hi"])
    }

    @Test func `is told once for each room`() {
        var tea = tea
        tea.office.reply(tea.ann, to: "send (#tea #lobby #tea) hi")

        #expect(["ann", "bob", "carl"].map { tea.office.count($0) } == [0, 2, 1])
        #expect(tea.waiting() == ["ann #lobby: hi", "ann #tea: hi"])
        tea.office = tea.office.restarted("ann", "bob", "carl")
        #expect(["ann", "bob", "carl"].map { tea.office.count($0) } == [0, 2, 1])
    }

    @Test func `to oneself as well is told once, as ordinary mail`() {
        var tea = tea

        tea.office.reply(tea.ann, to: "send (#tea ann) hi")

        #expect(tea.office.count("ann") == 1)
        #expect(tea.office.fetch(tea.ann) == ["ann: hi"])
    }

    @Test func `names who is not there, and goes to the room`() {
        var tea = tea

        #expect(tea.office.reply(tea.ann, to: "send (zoe #tea) hi") == "send:zoe")
        #expect(tea.waiting() == ["ann #tea: hi"])
    }

    @Test(arguments: [
        ("(bob #milk)", "error:room:#milk"), ("(#tea #away)", "error:denied:send"),
        ("(#away #milk)", "error:denied:send"), ("(#milk #away)", "error:room:#milk"),
    ])
    func `goes to nobody when one of the rooms is not there, or not one's own`(
        to: String, reply: String
    ) {
        var tea = tea
        tea.office.reply(tea.office.enter("carl"), to: "create #away")

        #expect(tea.office.reply(tea.ann, to: "send \(to) hi") == reply)
        #expect(tea.office.changesNothing)
        #expect(tea.office.count("bob") == 0)
    }

    @Test func `to a room with nobody else inside is kept`() {
        var tea = tea
        tea.office.reply(tea.ann, to: "kick #tea bob")
        let before = tea.office.log.count

        #expect(tea.office.reply(tea.ann, to: "send #tea hi") == "sent:")
        #expect(tea.office.log.count == before + 1)
    }
}

@Suite struct `Comings and goings` {
    private var tea = Tearoom()

    @Test func `are told to those inside, who are away as well, in their place`() {
        var tea = tea
        let carl = tea.office.enter("carl")

        tea.write("1")
        tea.office.reply(carl, to: "join #tea")
        tea.write("2")
        tea.office.reply(carl, to: "leave #tea")
        tea.write("3")

        #expect(
            tea.waiting() == [
                "ann #tea: 1", "server #tea: carl joined", "ann #tea: 2", "server #tea: carl left",
                "ann #tea: 3",
            ])
        tea.office.answers.page = 2
        #expect(tea.waiting().count == 5)
    }

    @Test func `do not count, yet are told`() {
        var tea = tea
        let carl = tea.office.enter("carl")

        tea.office.reply(carl, to: "join #tea")

        #expect(tea.office.count("bob") == 0)
        #expect(tea.waiting() == ["server #tea: carl joined"])
        #expect(tea.office.fetch(tea.ann) == ["server #tea: carl joined"])
    }

    @Test func `come again until they are read`() {
        var tea = tea
        tea.office.reply(tea.office.enter("carl"), to: "join #tea")

        #expect(tea.waiting() == ["server #tea: carl joined"])
        tea.office = tea.office.restarted("ann", "bob", "carl")
        let bob = tea.office.signIn("bob")
        #expect(tea.office.flush(bob) == ["server #tea: carl joined"])
        tea.office.line(bob)
        #expect(tea.office.flushAgain(bob, "bob") == [])
    }

    @Test func `are not told to who was not inside`() {
        var tea = tea
        let carl = tea.office.enter("carl")
        tea.office.reply(tea.ann, to: "kick #tea bob")

        tea.office.reply(carl, to: "join #tea")

        #expect(tea.waiting() == ["server #tea: bob was removed"])
        #expect(tea.office.fetch(carl) == [])
    }

    @Test func `are told to the one who leads from then on`() {
        var tea = tea

        tea.office.reply(tea.ann, to: "leave #tea")
        tea.office.commit()

        #expect(tea.waiting() == ["server #tea: ann left", "server #tea: bob is its admin now"])
    }

    @Test func `however often, leave nothing behind when they are read`() {
        var tea = tea
        let carl = tea.office.enter("carl")

        for _ in 0..<5 {
            tea.office.reply(carl, to: "join #tea")
            _ = tea.office.exchange(carl, "leave #tea")
        }
        _ = tea.office.fetch(carl)

        #expect(tea.office.pastSpans("carl") == [])
        #expect(tea.office.restarted("ann", "bob", "carl").pastSpans("carl") == [])
    }
}

@Suite struct `The lobby` {
    private var office = TestOffice("ann", "bob", "carl")

    @Test func `has everybody in it from the beginning`() {
        var office = office
        let ann = office.enter("ann")

        #expect(
            office.exchange(ann, "members #lobby")
                == ["members:3", "ann", "bob (away)", "carl (away)"])
        #expect(office.reply(ann, to: "join 1") == "joined:#lobby:1:-:ann,bob,carl")
        #expect(office.reply(ann, to: "send #lobby hi") == "sent:")
        #expect(["ann", "bob", "carl"].map { office.count($0) } == [0, 1, 1])
        #expect(office.flush(office.signIn("bob")) == ["ann #lobby: hi"])
    }

    @Test func `takes in whoever registers, without a word`() {
        var office = office
        let ann = office.enter("ann")
        let dora = office.arrive()
        _ = office.register(dora, "dora", thenEnter: true)
        office.hash()
        office.commit()

        #expect(office.fetch(ann) == [])
        #expect(office.exchange(ann, "rooms").last == "#lobby 1 4/- - forever")
        office.reply(ann, to: "send #lobby hi")
        #expect(office.fetch(dora) == ["ann #lobby: hi"])
    }

    @Test func `gives nobody what was said before they were there`() {
        var office = office
        office.reply(office.enter("ann"), to: "send #lobby hi")
        office.reread(lines("ann", "bob", "carl", "dora"))
        office.commit()

        #expect(office.count("dora") == 0)
        #expect(office.flush(office.signIn("dora")) == [])
    }

    @Test func `can be left and joined again`() {
        var office = office
        let (ann, bob) = (office.enter("ann"), office.enter("bob"))
        office.reply(ann, to: "send #lobby 1")

        #expect(office.exchange(bob, "leave #lobby") == ["left:#lobby", "ann #lobby: 1"])
        #expect(office.reply(bob, to: "send #lobby hi") == "error:denied:send")
        #expect(office.reply(bob, to: "leave #lobby") == "error:denied:leave")
        office.reply(ann, to: "send #lobby 2")
        #expect(office.reply(bob, to: "join #lobby") == "joined:#lobby:1:-:ann,bob,carl")
        office.reply(ann, to: "send #lobby 3")

        #expect(office.fetch(bob) == ["ann #lobby: 3"])
    }

    @Test func `remembers who has left it`() {
        var office = office
        office.reply(office.enter("bob"), to: "leave #lobby")
        office = office.restarted("ann", "bob", "carl")
        let (ann, bob) = (office.enter("ann"), office.enter("bob"))

        office.reply(ann, to: "send #lobby hi")

        #expect(office.count("bob") == 0)
        #expect(office.exchange(ann, "members #lobby") == ["members:2", "ann", "carl (away)"])
        #expect(office.exchange(ann, "rooms").last == "#lobby 1 2/- - forever")
        office.reply(bob, to: "join #lobby")
        office = office.restarted("ann", "bob", "carl")
        #expect(office.exchange(office.enter("ann"), "rooms").last == "#lobby 1 3/- - forever")
    }

    @Test func `is not left by going`() {
        var office = office
        let ann = office.enter("ann")
        let before = office.log.count

        office.drop(ann)
        office.commit()

        #expect(office.changes(since: before) == [])
    }

    @Test func `tells of comings and goings those alone who are here`() {
        var office = office
        let (ann, bob) = (office.enter("ann"), office.enter("bob"))

        office.reply(bob, to: "leave #lobby")

        #expect(office.fetch(ann) == ["server #lobby: bob left"])
        #expect(office.flush(office.signIn("carl")) == [])

        office.reply(bob, to: "join #lobby")
        office.drop(ann)
        #expect(office.flush(office.signIn("ann")) == [])
    }

    @Test func `has no part in whoever has ended`() {
        var office = office
        office.reply(office.enter("bob"), to: "leave #lobby")

        office.reread(lines("ann"))
        office.commit()

        let ann = office.enter("ann")
        #expect(office.exchange(ann, "rooms") == ["rooms:1", "#lobby 1 1/- - forever"])
        #expect(office.exchange(ann, "members #lobby") == ["members:1", "ann"])
    }
}
