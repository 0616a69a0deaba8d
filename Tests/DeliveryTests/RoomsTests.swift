import Protocol
import Testing

@testable import Delivery

@Suite struct `Making a room` {
    private var town = Town()

    @Test func `gives it a number, an admin and a member`() {
        var office = town.office

        #expect(office.exchange(town.ann, "create #tea") == ["created:#tea:2"])

        #expect(
            office.exchange(town.bob, "rooms") == [
                "rooms:2", "#lobby 1 3/- - forever", "#tea 2 1/- ann admin",
            ])
        #expect(office.exchange(town.ann, "members #tea") == ["members:1", "ann (admin)"])
    }

    @Test func `is done when it is on disk`() {
        var office = town.office

        office.hand(town.ann, "create #tea")
        #expect(office.heard(town.ann) == [])
        #expect(office.reply(town.bob, to: "join #tea") == "error:room:#tea")
        #expect(office.exchange(town.bob, "rooms").count == 2)

        office.commit()
        #expect(office.heard(town.ann) == [.answer(.created(.tea, RoomNumber(2)))])
    }

    @Test(arguments: Lifetime.allCases, [nil, 1, 2, 1_000_000])
    func `gives it the limit and the lifetime that are asked for`(
        lifetime: Lifetime, limit: Int?
    ) {
        var office = town.office

        office.reply(
            town.ann, to: "create #tea \(limit.map { "\($0)" } ?? "") \(lifetime.rawValue)")

        #expect(
            office.exchange(town.ann, "rooms").last
                == "#tea 2 1/\(limit.map { "\($0)" } ?? "-") ann \(lifetime.rawValue)")
    }

    @Test(arguments: ["#tea", "#TEA", "#Tea", "#lobby", "#LOBBY"])
    func `is refused under a name that is there, in any letter case`(name: String) {
        var office = town.office
        office.reply(town.ann, to: "create #tea")

        #expect(office.exchange(town.bob, "create \(name)") == ["exists:\(name)"])
        #expect(office.changesNothing)
    }

    @Test func `is refused under a name that is on its way`() {
        var office = town.office
        office.hand(town.ann, "create #tea")

        #expect(office.reply(town.bob, to: "create #Tea") == "exists:#Tea")
    }

    @Test func `can be done again under the name of a room that has ended`() {
        var office = town.office
        office.reply(town.ann, to: "create #tea")
        office.reply(town.ann, to: "close #tea")

        #expect(office.reply(town.bob, to: "create #TEA") == "created:#TEA:3")
        #expect(office.reply(town.ann, to: "join #tea") == "error:room:#tea")
        #expect(office.reply(town.ann, to: "join 2") == "error:room:2")
    }

    @Test func `is not done under the name of a room whose end is on its way`() {
        var office = town.office
        office.reply(town.ann, to: "create #tea")
        office.hand(town.ann, "close #tea")

        #expect(office.reply(town.bob, to: "create #tea") == "exists:#tea")
    }

    @Test func `gives no number a second time`() {
        var office = town.office
        office.reply(town.ann, to: "create #a")
        office.reply(town.ann, to: "close #a")
        #expect(office.reply(town.ann, to: "create #b forever") == "created:#b:3")

        office = office.restarted("ann", "bob", "carl")

        let ann = office.enter("ann")
        #expect(office.reply(ann, to: "create #c") == "created:#c:4")
    }
}

@Suite struct `Of rooms one person` {
    @Test func `may have so many`() {
        var office = TestOffice("ann", "bob", rules: .init(roomLimit: 2))
        let (ann, bob) = (office.enter("ann"), office.enter("bob"))

        #expect(office.reply(ann, to: "create #a") == "created:#a:2")
        #expect(office.reply(ann, to: "create #b forever") == "created:#b:3")
        #expect(office.exchange(ann, "create #c") == ["error:limit:create"])
        #expect(office.changesNothing)
        #expect(office.reply(bob, to: "create #c") == "created:#c:4")
    }

    @Test func `has those on their way as well`() {
        var office = TestOffice("ann", rules: .init(roomLimit: 1))
        let ann = office.enter("ann")
        office.hand(ann, "create #a")

        office.hand(ann, "create #b")
        #expect(office.heard(ann) == [.answer(.tooManyRooms)])
    }

    @Test func `has no longer what has ended`() {
        var office = TestOffice("ann", rules: .init(roomLimit: 1))
        let ann = office.enter("ann")
        office.reply(ann, to: "create #a")

        office.hand(ann, "close #a")
        office.hand(ann, "create #b")
        #expect(office.heard(ann) == [.answer(.tooManyRooms)])

        office.commit()
        #expect(office.heard(ann) == [.answer(.closed(RoomName("#a")!))])  // a name
        #expect(office.reply(ann, to: "create #b") == "created:#b:3")
    }

    @Test func `has what goes on without them`() {
        var office = TestOffice("ann", rules: .init(roomLimit: 1))
        let ann = office.enter("ann")
        office.reply(ann, to: "create #a forever")
        office.reply(ann, to: "leave #a")

        #expect(office.reply(ann, to: "create #b") == "error:limit:create")

        office = office.restarted("ann")
        let again = office.enter("ann")
        #expect(office.reply(again, to: "create #b") == "error:limit:create")
    }
}

@Suite struct `Going into a room` {
    private var town = Town()

    init() {
        town.office.reply(town.ann, to: "create #tea 2 forever")
    }

    @Test(arguments: ["#tea", "2", "0002"])
    func `is done by its name or its number`(reference: String) {
        var office = town.office

        #expect(
            office.exchange(town.bob, "join \(reference)") == ["joined:#tea:2:ann:ann,bob"])
        #expect(
            office.exchange(town.bob, "members #tea") == ["members:2", "ann (admin)", "bob"])
        #expect(office.exchange(town.bob, "rooms").last == "#tea 2 2/2 ann forever")
    }

    @Test func `is told to those inside`() {
        var office = town.office

        office.reply(town.bob, to: "join #tea")

        #expect(office.fetch(town.ann) == ["server #tea: bob joined"])
        #expect(office.fetch(town.bob) == [])
    }

    @Test func `a second time changes nothing`() {
        var office = town.office
        office.reply(town.bob, to: "join #tea")
        let before = office.log.count

        #expect(office.exchange(town.bob, "join #tea") == ["joined:#tea:2:ann:ann,bob"])
        #expect(office.changes(since: before) == [])
    }

    @Test(arguments: ["#milk", "#Tea", "3", "0", "4294967296", "99999999999999999999"])
    func `is refused where there is none`(reference: String) {
        var office = town.office

        #expect(office.exchange(town.bob, "join \(reference)") == ["error:room:\(reference)"])
        #expect(office.changesNothing)
    }

    @Test func `is refused where it is full`() {
        var office = town.office
        let carl = office.enter("carl")
        office.reply(town.bob, to: "join #tea")

        #expect(office.exchange(carl, "join 2") == ["full:#tea"])
        #expect(office.exchange(town.bob, "join 2") == ["joined:#tea:2:ann:ann,bob"])

        office.reply(town.bob, to: "leave #tea")
        #expect(office.reply(carl, to: "join #tea") == "joined:#tea:2:ann:ann,carl")
    }

    @Test func `is refused where it is full with those on their way`() {
        var office = town.office
        let carl = office.enter("carl")
        office.hand(town.bob, "join #tea")

        office.hand(carl, "join #tea")
        #expect(office.heard(carl) == [.answer(.roomIsFull(.tea))])

        office.refuse()
        #expect(office.heard(town.bob) == [.answer(.storage(.join))])
        #expect(office.reply(carl, to: "join #tea") == "joined:#tea:2:ann:ann,carl")
    }

    @Test func `is refused where only the maker may be`() {
        var office = town.office
        office.reply(town.ann, to: "create #cell 1")

        #expect(office.reply(town.bob, to: "join #cell") == "full:#cell")
    }

    @Test func `is refused when its end is on its way`() {
        var office = town.office
        office.hand(town.ann, "close #tea")

        #expect(office.reply(town.bob, to: "join #tea") == "error:room:#tea")
    }

    @Test func `that was under way when it ended is to have been inside`() {
        var office = town.office
        office.hand(town.bob, "join #tea")
        office.hand(town.ann, "close #tea")

        office.commit()
        #expect(
            office.heard(town.bob) == [
                .answer(.joined(.tea, RoomNumber(2), admin: .ann, members: [.ann, .bob]))
            ])
        #expect(office.fetch(town.bob) == ["server #tea: the room is closed"])
    }
}

extension RoomName {
    static let tea = RoomName("#tea")!  // a name that can be
}

extension Username {
    static let ann = username("ann")
    static let bob = username("bob")
}
