import Protocol
import Testing

@testable import Delivery

@Suite struct `Going out of a room` {
    private var town = Town()

    init() {
        town.office.reply(town.ann, to: "create #tea forever")
        town.office.reply(town.bob, to: "join #tea")
        _ = town.office.fetch(town.ann)
    }

    @Test func `is told to those who stay`() {
        var office = town.office

        #expect(office.exchange(town.bob, "leave #tea") == ["left:#tea"])

        #expect(office.fetch(town.ann) == ["server #tea: bob left"])
        #expect(office.fetch(town.bob) == [])
        #expect(office.exchange(town.ann, "members #tea") == ["members:1", "ann (admin)"])
    }

    @Test func `is refused to who is outside`() {
        var office = town.office
        office.reply(town.bob, to: "leave #tea")

        for command in ["leave #tea", "members #tea", "send #tea hi", "history #tea", "talk #tea"] {
            let word = command.prefix { $0 != " " }
            #expect(office.exchange(town.bob, command) == ["error:denied:\(word)"])
        }
        #expect(office.changesNothing)
    }

    @Test(arguments: [
        "leave #milk", "members #milk", "send #milk hi", "history #milk", "talk #milk",
        "kick #milk ann", "close #milk", "leave #TEA",
    ])
    func `is refused where there is none, as is all else`(command: String) {
        var office = town.office

        let name = command.contains("#TEA") ? "#TEA" : "#milk"
        #expect(office.exchange(town.bob, command) == ["error:room:\(name)"])
        #expect(office.changesNothing)
    }

    @Test func `lets one come back`() {
        var office = town.office
        office.reply(town.bob, to: "leave #tea")

        #expect(office.reply(town.bob, to: "join #tea") == "joined:#tea:2:ann:ann,bob")
    }

    @Test func `is on its way once`() {
        var office = town.office
        let before = office.log.count
        office.hand(town.bob, "leave #tea")
        office.hand(town.ann, "kick #tea bob")
        #expect(office.heard(town.ann) == [.answer(.badArguments(.kick))])

        office.commit()
        #expect(office.changes(since: before) == ["left bob #tea"])
    }
}

@Suite struct `Sending somebody out` {
    private var town = Town()

    init() {
        town.office.reply(town.ann, to: "create #tea 2 forever")
        town.office.reply(town.bob, to: "join #tea")
        _ = town.office.fetch(town.ann)
    }

    @Test func `is told to all, also to who is sent out`() {
        var office = town.office

        #expect(office.exchange(town.ann, "kick #tea bob").first == "kicked:#tea:bob")

        #expect(office.fetch(town.bob) == ["server #tea: bob was removed"])
        #expect(office.exchange(town.ann, "members #tea") == ["members:1", "ann (admin)"])
        #expect(office.reply(town.bob, to: "send #tea hi") == "error:denied:send")
    }

    @Test func `is told to the admin as well`() {
        var office = town.office

        #expect(
            office.exchange(town.ann, "kick #tea bob")
                == ["kicked:#tea:bob", "server #tea: bob was removed"])
    }

    @Test func `is for its admin alone`() {
        var office = town.office
        let carl = office.enter("carl")

        #expect(office.exchange(town.bob, "kick #tea ann") == ["error:denied:kick"])
        #expect(office.exchange(carl, "kick #tea ann") == ["error:denied:kick"])
        #expect(office.exchange(town.ann, "kick #lobby bob") == ["error:denied:kick"])
        #expect(office.changesNothing)
    }

    @Test(arguments: ["ann", "carl", "zoe", "#tea", "a:b"])
    func `cannot be oneself, nobody, or who is outside`(whom: String) {
        var office = town.office

        #expect(office.exchange(town.ann, "kick #tea \(whom)") == ["error:args:kick"])
        #expect(office.changesNothing)
    }

    @Test func `may be somebody who is away`() {
        var office = town.office
        office.drop(town.bob)
        office.commit()

        #expect(office.reply(town.ann, to: "kick #tea bob") == "kicked:#tea:bob")
        #expect(office.flush(office.signIn("bob")) == ["server #tea: bob was removed"])
    }

    @Test func `makes room, and keeps nobody from coming back`() {
        var office = town.office
        office.reply(town.ann, to: "kick #tea bob")

        #expect(office.reply(town.bob, to: "join #tea") == "joined:#tea:2:ann:ann,bob")
    }

    @Test func `is on its way once`() {
        var office = town.office
        let before = office.log.count
        office.hand(town.ann, "kick #tea bob")
        office.hand(town.bob, "leave #tea")
        #expect(office.heard(town.bob) == [.answer(.denied(.leave))])

        office.commit()
        #expect(office.changes(since: before) == ["kicked bob #tea"])
    }
}

@Suite struct `Closing a room` {
    private var town = Town()

    init() {
        town.office.reply(town.ann, to: "create #tea forever")
        town.office.reply(town.bob, to: "join #tea")
        _ = town.office.fetch(town.ann)
    }

    @Test func `ends it for all, and is told to all but who does it`() {
        var office = town.office

        #expect(office.exchange(town.ann, "close #tea") == ["closed:#tea"])

        #expect(office.fetch(town.bob) == ["server #tea: the room is closed"])
        #expect(office.exchange(town.bob, "rooms") == ["rooms:1", "#lobby 1 3/- - forever"])
        for command in ["send #tea hi", "members #tea", "leave #tea", "join #tea", "join 2"] {
            let name = command == "join 2" ? "2" : "#tea"
            #expect(office.exchange(town.bob, command) == ["error:room:\(name)"])
        }
    }

    @Test func `is for its admin alone`() {
        var office = town.office
        let carl = office.enter("carl")

        #expect(office.exchange(town.bob, "close #tea") == ["error:denied:close"])
        #expect(office.exchange(carl, "close #tea") == ["error:denied:close"])
        #expect(office.exchange(town.ann, "close #lobby") == ["error:denied:close"])
        #expect(office.changesNothing)
    }

    @Test func `leaves what was said before to those who were inside`() {
        var office = town.office
        office.drop(town.bob)
        office.reply(town.ann, to: "send #tea last words")

        office.reply(town.ann, to: "close #tea")

        #expect(
            office.flush(office.signIn("bob"))
                == ["ann #tea: last words", "server #tea: the room is closed"])
    }

    @Test func `is on its way once`() {
        var office = town.office
        let before = office.log.count
        office.hand(town.ann, "close #tea")
        for command in ["close #tea", "leave #tea", "kick #tea bob"] {
            office.hand(town.ann, command)
            #expect(office.heard(town.ann) == [.answer(.noSuchRoom("#tea"))])
        }

        office.commit()
        #expect(office.changes(since: before) == ["closed ann #tea"])
    }
}

@Suite struct `Lists of rooms and members` {
    @Test func `are in order, and say who is away`() {
        var town = Town()
        for name in ["#c", "#a", "#b"] { town.office.reply(town.bob, to: "create \(name) forever") }
        town.office.reply(town.ann, to: "join #a")
        town.office.drop(town.bob)

        #expect(
            town.office.exchange(town.ann, "rooms").dropFirst().map { $0.prefix { $0 != " " } }
                == ["#lobby", "#c", "#a", "#b"])
        #expect(
            town.office.exchange(town.ann, "members #a")
                == ["members:2", "ann", "bob (admin) (away)"])
        #expect(
            town.office.exchange(town.ann, "members #lobby")
                == ["members:3", "ann", "bob (away)", "carl (away)"])
    }

    @Test func `are told a page at a time`() {
        var office = TestOffice("ann", rules: .init(roomLimit: 1_000))
        let ann = office.enter("ann")
        let count = 2 * Limits.listedPerPage + 1
        for number in 2...count { office.reply(ann, to: "create #r\(number)") }

        #expect(office.reply(ann, to: "rooms") == "rooms:\(count)")
        let pages = (1...3).map { _ in
            office.collect(ann).map { if case .lines(let lines) = $0 { lines.count } else { 0 } }
        }
        #expect(pages == [[Limits.listedPerPage], [Limits.listedPerPage], [1]])
        #expect(office.collect(ann) == [.mail([], isLast: true)])
    }
}
