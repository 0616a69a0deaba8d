import Protocol
import Testing

@testable import Delivery

/// Ann has made `#tea`, bob and carl are inside, dora is outside.
private struct Tearoom {
    var office = TestOffice("ann", "bob", "carl", "dora")
    let ann: SessionID
    let bob: SessionID
    let carl: SessionID
    /// The length of the log.
    let before: Int

    init(_ lifetime: Lifetime, limit: String = "") {
        ann = office.enter("ann")
        bob = office.enter("bob")
        carl = office.enter("carl")
        office.reply(ann, to: "create #tea \(limit) \(lifetime.rawValue)")
        office.reply(bob, to: "join #tea")
        office.reply(carl, to: "join #tea")
        for session in [ann, bob, ann, bob] { _ = office.fetch(session) }
        before = office.log.count
    }

    var changes: [String] { office.changes(since: before) }

    /// As `rooms` shows it.
    mutating func line(_ session: SessionID) -> String? {
        let rooms = office.exchange(session, "rooms")
        return rooms.first { $0.hasPrefix("#tea") }
    }
}

@Suite struct `A room that lasts as long as its admin` {
    @Test func `ends when the admin leaves`() {
        var tea = Tearoom(.admin)

        #expect(tea.office.exchange(tea.ann, "leave #tea") == ["left:#tea"])
        tea.office.commit()

        #expect(tea.changes == ["left ann #tea", "closed ann #tea"])
        let told = ["server #tea: ann left", "server #tea: the room is closed"]
        #expect(tea.office.fetch(tea.bob) == told)
        #expect(tea.office.fetch(tea.carl) == told)
        #expect(tea.line(tea.bob) == nil)
        #expect(tea.office.reply(tea.bob, to: "join #tea") == "error:room:#tea")
    }

    @Test func `ends when the admin goes`() {
        var tea = Tearoom(.admin)

        tea.office.drop(tea.ann)
        tea.office.commit()

        #expect(tea.changes == ["left ann #tea", "closed ann #tea"])
        #expect(
            tea.office.fetch(tea.bob)
                == ["server #tea: ann left", "server #tea: the room is closed"])
        #expect(tea.office.flush(tea.office.signIn("ann")) == [])
    }

    @Test func `goes on without the others, who leave by going`() {
        var tea = Tearoom(.admin)

        tea.office.leave(tea.bob)
        tea.office.reply(tea.carl, to: "leave #tea")

        #expect(tea.changes == ["left bob #tea", "left carl #tea"])
        #expect(
            tea.office.fetch(tea.ann) == ["server #tea: bob left", "server #tea: carl left"])
        #expect(tea.line(tea.ann) == "#tea 2 1/- ann admin")
    }

    @Test func `lets nobody in while it ends`() {
        var tea = Tearoom(.admin)
        let dora = tea.office.enter("dora")

        tea.office.hand(tea.ann, "leave #tea")
        tea.office.commitOne()
        #expect(tea.office.reply(dora, to: "join #tea") == "error:room:#tea")
        #expect(tea.office.reply(tea.bob, to: "send #tea hi") == "error:room:#tea")
    }

    @Test func `ends also for who was on the way in`() {
        var tea = Tearoom(.admin)
        let dora = tea.office.enter("dora")
        tea.office.hand(tea.ann, "leave #tea")
        tea.office.hand(dora, "join #tea")

        tea.office.commit()

        #expect(tea.changes == ["left ann #tea", "joined dora #tea", "closed ann #tea"])
        #expect(
            tea.office.heard(dora).first
                == .answer(
                    .joined(
                        RoomName("#tea")!, RoomNumber(2), admin: nil,  // a name that can be
                        members: ["bob", "carl", "dora"].map(username))))
        #expect(tea.office.fetch(dora) == ["server #tea: the room is closed"])
    }
}

@Suite struct `A room that lasts as long as somebody is inside` {
    @Test func `gets its oldest member as its admin, and ends with the last`() {
        var tea = Tearoom(.empty)

        tea.office.reply(tea.ann, to: "leave #tea")
        tea.office.commit()
        #expect(tea.line(tea.ann) == "#tea 2 2/- bob empty")
        #expect(
            tea.office.fetch(tea.bob)
                == ["server #tea: ann left", "server #tea: bob is its admin now"])

        tea.office.drop(tea.bob)
        tea.office.commit()
        #expect(tea.line(tea.ann) == "#tea 2 1/- carl empty")

        tea.office.reply(tea.carl, to: "leave #tea")
        tea.office.commit()
        #expect(tea.line(tea.ann) == nil)
        #expect(
            tea.changes == [
                "left ann #tea", "leads bob #tea", "left bob #tea", "leads carl #tea",
                "left carl #tea", "closed carl #tea",
            ])
    }

    @Test func `keeps its admin when others leave`() {
        var tea = Tearoom(.empty)

        tea.office.drop(tea.bob)
        tea.office.reply(tea.ann, to: "kick #tea carl")

        #expect(tea.line(tea.ann) == "#tea 2 1/- ann empty")
        #expect(tea.changes == ["left bob #tea", "kicked carl #tea"])
    }

    @Test func `gets the next one when the oldest leaves before leading it`() {
        var tea = Tearoom(.empty)

        tea.office.hand(tea.ann, "leave #tea")
        tea.office.hand(tea.bob, "leave #tea")
        tea.office.commit()

        #expect(
            tea.changes == [
                "left ann #tea", "left bob #tea", "leads bob #tea", "leads carl #tea",
            ])
        #expect(tea.line(tea.carl) == "#tea 2 1/- carl empty")
        #expect(tea.office.reply(tea.carl, to: "close #tea") == "closed:#tea")
    }

    @Test func `ends when all leave at once`() {
        var tea = Tearoom(.empty)

        for session in [tea.ann, tea.bob, tea.carl] { tea.office.hand(session, "leave #tea") }
        tea.office.commit()

        #expect(tea.line(tea.ann) == nil)
        #expect(tea.changes.last == "closed carl #tea")
    }

    @Test func `puts nobody in charge twice`() {
        var tea = Tearoom(.empty)
        let dora = tea.office.enter("dora")
        tea.office.hand(tea.ann, "leave #tea")
        tea.office.hand(tea.bob, "leave #tea")
        tea.office.hand(tea.carl, "leave #tea")
        tea.office.hand(dora, "join #tea")
        // The last one is gone while somebody is at the door: that is its end.
        tea.office.commit()

        #expect(tea.changes.filter { $0 == "leads dora #tea" } == [])
        #expect(tea.changes.last == "closed carl #tea")
    }
}

@Suite struct `A room that lasts for ever` {
    @Test func `keeps those who go, and their mail`() {
        var tea = Tearoom(.forever)

        tea.office.drop(tea.bob)
        tea.office.leave(tea.carl)
        tea.office.reply(tea.ann, to: "send #tea hello")

        #expect(tea.changes == [])
        #expect(
            tea.office.exchange(tea.ann, "members #tea")
                == ["members:3", "ann (admin)", "bob (away)", "carl (away)"])
        #expect(tea.office.flush(tea.office.signIn("bob")) == ["ann #tea: hello"])
        #expect(tea.office.count("carl") == 1)
    }

    @Test func `has another admin when its admin leaves, and none when nobody is left`() {
        var tea = Tearoom(.forever)

        tea.office.reply(tea.ann, to: "leave #tea")
        tea.office.commit()
        #expect(tea.line(tea.ann) == "#tea 2 2/- bob forever")

        tea.office.reply(tea.bob, to: "kick #tea carl")
        tea.office.reply(tea.bob, to: "leave #tea")
        tea.office.commit()
        #expect(tea.line(tea.ann) == "#tea 2 0/- - forever")
        #expect(tea.changes.count == 4)
    }

    @Test func `has whoever comes first as its admin when nobody was left`() {
        var tea = Tearoom(.forever)
        for session in [tea.ann, tea.bob, tea.carl] { tea.office.hand(session, "leave #tea") }
        tea.office.commit()
        let dora = tea.office.enter("dora")

        tea.office.hand(tea.carl, "join #tea")
        tea.office.hand(dora, "join #tea")
        tea.office.commit()

        #expect(tea.line(tea.ann) == "#tea 2 2/- carl forever")
        #expect(
            tea.changes.suffix(3) == ["joined carl #tea", "joined dora #tea", "leads carl #tea"])
    }

    @Test func `is not made one's own by coming back`() {
        var tea = Tearoom(.forever)

        tea.office.reply(tea.ann, to: "leave #tea")
        tea.office.reply(tea.ann, to: "join #tea")

        #expect(tea.line(tea.ann) == "#tea 2 3/- bob forever")
        #expect(tea.office.exchange(tea.ann, "close #tea").first == "error:denied:close")
    }
}

@Suite struct `Who goes with something under way` {
    @Test(arguments: [Lifetime.admin, .empty])
    func `does not stay in the room they were about to enter`(lifetime: Lifetime) {
        var tea = Tearoom(lifetime)
        let dora = tea.office.enter("dora")

        tea.office.hand(dora, "join #tea")
        tea.office.drop(dora)
        tea.office.commit()

        #expect(tea.changes == ["joined dora #tea", "left dora #tea"])
        #expect(tea.line(tea.ann) == "#tea 2 3/- ann \(lifetime.rawValue)")
    }

    @Test func `stays in one that lasts for ever`() {
        var tea = Tearoom(.forever)
        let dora = tea.office.enter("dora")

        tea.office.hand(dora, "join #tea")
        tea.office.drop(dora)
        tea.office.commit()

        #expect(tea.changes == ["joined dora #tea"])
    }

    @Test func `stays when somebody else of that name is there by then`() {
        var tea = Tearoom(.admin)
        let dora = tea.office.enter("dora")

        tea.office.hand(dora, "join #tea")
        tea.office.drop(dora)
        _ = tea.office.signIn("dora")
        tea.office.commit()

        #expect(tea.changes == ["joined dora #tea"])
    }

    @Test func `leaves no room behind that they were about to make`() {
        var tea = Tearoom(.admin)

        tea.office.hand(tea.bob, "create #new")
        tea.office.drop(tea.bob)
        tea.office.commit()

        #expect(tea.changes == ["left bob #tea", "left bob #new", "closed bob #new"])
        #expect(tea.office.reply(tea.ann, to: "create #new") == "created:#new:4")
    }

    @Test func `leaves once`() {
        var tea = Tearoom(.admin)

        tea.office.hand(tea.bob, "leave #tea")
        tea.office.drop(tea.bob)
        tea.office.hand(tea.ann, "kick #tea carl")
        tea.office.drop(tea.carl)
        tea.office.commit()

        #expect(tea.changes == ["left bob #tea", "kicked carl #tea"])
    }

    @Test func `leaves also when the store could not take it before`() {
        var tea = Tearoom(.admin)

        tea.office.hand(tea.bob, "leave #tea")
        tea.office.drop(tea.bob)
        tea.office.refuse()
        tea.office.commit()

        #expect(tea.changes == ["left bob #tea"])
    }

    @Test func `leaves also when the admin could not send them out`() {
        var tea = Tearoom(.admin)

        tea.office.hand(tea.ann, "kick #tea bob")
        tea.office.drop(tea.bob)
        tea.office.refuse()
        tea.office.commit()

        #expect(tea.changes == ["left bob #tea"])
    }

    @Test func `ends the room also when they could not close it`() {
        var tea = Tearoom(.admin)

        tea.office.hand(tea.ann, "close #tea")
        tea.office.drop(tea.ann)
        tea.office.refuse()
        tea.office.commit()

        #expect(tea.changes == ["left ann #tea", "closed ann #tea"])
        #expect(tea.line(tea.bob) == nil)
    }
}

@Suite struct `Who is back before they have gone` {
    @Test func `has left all the same`() {
        var tea = Tearoom(.admin)

        tea.office.drop(tea.ann)
        let ann = tea.office.signIn("ann")

        #expect(tea.changes == ["left ann #tea", "closed ann #tea"])
        #expect(tea.office.reply(ann, to: "join #tea") == "error:room:#tea")
    }

    @Test func `leaves no room behind that they could not close`() {
        var tea = Tearoom(.admin)
        tea.office.drop(tea.ann)
        let ann = tea.office.arrive()
        _ = tea.office.prove(ann, "ann")
        tea.office.hash()

        tea.office.hand(ann, "close #tea")
        while tea.office.orders.first?.session == nil { tea.office.commitOne() }
        tea.office.refuse()
        tea.office.commit()

        #expect(tea.changes == ["left ann #tea", "closed ann #tea"])
    }
}

@Suite struct `An account that ends` {
    @Test(arguments: Lifetime.allCases)
    func `leaves all its rooms`(lifetime: Lifetime) {
        var tea = Tearoom(lifetime)

        tea.office.reread(lines("ann", "carl", "dora"))
        tea.office.drop(tea.bob)
        tea.office.commit()

        #expect(tea.changes == ["left bob #tea"])
        #expect(tea.office.fetch(tea.ann) == ["server #tea: bob left"])
        #expect(tea.line(tea.ann) == "#tea 2 2/- ann \(lifetime.rawValue)")
    }

    @Test(arguments: [
        (Lifetime.admin, nil), (.empty, "#tea 2 2/- bob empty"),
        (.forever, "#tea 2 2/- bob forever"),
    ])
    func `hands over what it led`(lifetime: Lifetime, line: String?) {
        var tea = Tearoom(lifetime)

        tea.office.reread(lines("bob", "carl", "dora"))
        tea.office.drop(tea.ann)
        tea.office.commit()

        #expect(tea.line(tea.bob) == line)
    }

    @Test func `does not stay in the room it was about to enter`() {
        var tea = Tearoom(.forever)
        let dora = tea.office.enter("dora")

        tea.office.hand(dora, "join #tea")
        tea.office.reread(lines("ann", "bob", "carl"))
        tea.office.drop(dora)
        tea.office.commit()

        #expect(tea.line(tea.ann) == "#tea 2 3/- ann forever")
        #expect(
            tea.office.exchange(tea.ann, "members #tea").prefix(4)
                == ["members:3", "ann (admin)", "bob", "carl"])
    }

    @Test func `does not lead the room it was about to make`() {
        var tea = Tearoom(.forever)
        let dora = tea.office.enter("dora")

        tea.office.hand(dora, "create #new forever")
        tea.office.reread(lines("ann", "bob", "carl"))
        tea.office.drop(dora)
        tea.office.commit()

        #expect(tea.changes == ["left dora #new"])
        #expect(tea.office.reply(tea.ann, to: "join #new") == "joined:#new:3:-:ann")
    }

    @Test func `is no member any more when its name comes back`() {
        var tea = Tearoom(.forever)

        tea.office.reread(lines("ann", "carl", "dora"))
        tea.office.drop(tea.bob)
        tea.office.reread(lines("ann", "bob", "carl", "dora"))
        let bob = tea.office.enter("bob")

        #expect(tea.office.exchange(bob, "members #tea") == ["error:denied:members"])
        #expect(tea.office.exchange(bob, "members #lobby").count == 5)
    }
}
