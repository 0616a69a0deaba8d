import Protocol
import Testing

@testable import Delivery

@Suite struct `A disk that takes nothing` {
    private var town = Town()

    init() {
        town.office.reply(town.ann, to: "create #tea 3 forever")
        town.office.reply(town.bob, to: "join #tea")
        town.office.reply(town.ann, to: "create #milk 1")
        for session in [town.ann, town.bob, town.ann, town.bob] {
            _ = town.office.fetch(session)
        }
        town.office.commit()
    }

    @Test(arguments: [
        "create #new", "join #tea", "leave #tea", "kick #tea bob", "close #tea", "send #tea hi",
    ])
    func `is told of as such, and nothing has changed`(command: String) {
        var office = town.office
        let session = command.hasPrefix("join") ? office.enter("carl") : town.ann
        office.commit()
        let before = office.log.count
        office.hand(session, command)

        office.refuse()

        let word = CommandWord(rawValue: "\(command.prefix { $0 != " " })")!  // each is a command
        #expect(office.heard(session) == [.answer(.storage(word))])
        office.commit()
        #expect(office.log.count == before)
        #expect(
            office.exchange(town.bob, "rooms") == [
                "rooms:3", "#lobby 1 3/- - forever", "#tea 2 2/3 ann forever",
                "#milk 3 1/1 ann admin",
            ])
        #expect(office.fetch(town.bob) == [])
    }

    @Test(arguments: [
        ("create #new", "created:#new:5"), ("leave #tea", "left:#tea"),
        ("kick #tea bob", "kicked:#tea:bob"), ("close #tea", "closed:#tea"),
        ("close #milk", "closed:#milk"),
    ])
    func `keeps nobody from trying again`(command: String, reply: String) {
        var office = town.office
        office.hand(town.ann, command)
        office.refuse()
        _ = office.heard(town.ann)

        // A number that was given in vain is not given again.
        #expect(office.reply(town.ann, to: command) == reply)
    }

    @Test func `is told of to nobody who has left in the meantime`() {
        var office = town.office
        office.hand(town.ann, "create #new")
        office.drop(town.ann)

        office.refuse()
        office.commit()

        #expect(office.heard(town.ann) == [])
        #expect(office.reply(town.bob, to: "create #new") == "created:#new:5")
    }

    @Test func `delays what follows from others, and loses none of it`() {
        var office = town.office
        office.drop(town.ann)

        // The end of #milk, whose admin has gone, waits for the disk.
        office.refuse()
        #expect(office.exchange(town.bob, "rooms").count == 4)
        office.commit()

        #expect(office.exchange(town.bob, "rooms").count == 3)
    }

    @Test func `gives back the place of who could not come in, and the number of rooms`() {
        var office = TestOffice("ann", "bob", "carl", rules: .init(roomLimit: 1))
        let (ann, bob, carl) = (office.enter("ann"), office.enter("bob"), office.enter("carl"))
        office.hand(ann, "create #tea 2")
        office.refuse()
        _ = office.heard(ann)
        #expect(office.reply(ann, to: "create #tea 2") == "created:#tea:3")

        office.hand(bob, "join #tea")
        office.refuse()

        #expect(office.reply(carl, to: "join #tea") == "joined:#tea:3:ann:ann,carl")
    }
}
