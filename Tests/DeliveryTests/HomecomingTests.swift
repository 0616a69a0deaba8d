import Protocol
import Testing

@testable import Delivery

/// Ann has made a room of each lifetime, bob is inside all of them, and the server has gone down.
private struct Restart {
    var office = TestOffice("ann", "bob", "carl")
    let before: Int

    init() {
        let ann = office.enter("ann")
        let bob = office.enter("bob")
        for lifetime in Lifetime.allCases {
            office.reply(ann, to: "create #\(lifetime.rawValue) 9 \(lifetime.rawValue)")
            office.reply(bob, to: "join #\(lifetime.rawValue)")
        }
        office.commit()
        before = office.log.count
        office = office.restarted("ann", "bob", "carl")
    }

    var changes: [String] { office.changes(since: before) }

    mutating func wait(_ seconds: Int) {
        office.wait(.seconds(seconds))
        office.timePassed()
        office.commit()
    }
}

@Suite struct `After a restart` {
    private var restart = Restart()

    @Test func `all rooms are there, with all who were inside`() {
        var office = restart.office
        let bob = office.enter("bob")

        #expect(
            office.exchange(bob, "rooms") == [
                "rooms:4", "#lobby 1 3/- - forever", "#admin 2 2/9 ann admin",
                "#empty 3 2/9 ann empty", "#forever 4 2/9 ann forever",
            ])
        #expect(office.exchange(bob, "join #admin") == ["joined:#admin:2:ann:ann,bob"])
        #expect(
            office.exchange(bob, "members #empty") == ["members:2", "ann (admin) (away)", "bob"])
        #expect(restart.changes == [])
    }

    @Test func `whoever comes back within a minute has not left`() {
        var restart = restart
        let (ann, bob) = (restart.office.enter("ann"), restart.office.enter("bob"))

        restart.wait(60)

        #expect(restart.changes == [])
        #expect(restart.office.deadline == nil)
        #expect(restart.office.reply(ann, to: "send #admin hi") == "sent:")
        #expect(restart.office.fetch(bob) == ["ann #admin: hi"])
    }

    @Test func `who leads and does not come back has left`() {
        var restart = restart

        let bob = restart.office.enter("bob")
        restart.wait(59)
        #expect(restart.changes == [])
        #expect(restart.office.deadline == restart.office.now.instant + .seconds(1))

        restart.wait(1)
        #expect(
            restart.changes == [
                "left ann #admin", "left ann #empty", "closed ann #admin", "leads bob #empty",
            ])
        #expect(restart.office.deadline == nil)
        #expect(
            restart.office.exchange(bob, "rooms").prefix(4) == [
                "rooms:3", "#lobby 1 3/- - forever", "#empty 3 1/9 bob empty",
                "#forever 4 2/9 ann forever",
            ])
    }

    @Test func `who does not come back has left, and the room goes on`() {
        var restart = restart
        let ann = restart.office.enter("ann")

        restart.wait(60)

        #expect(restart.changes == ["left bob #admin", "left bob #empty"])
        #expect(
            restart.office.fetch(ann) == ["server #admin: bob left", "server #empty: bob left"])
    }

    @Test func `rooms to which nobody comes back are closed`() {
        var restart = restart

        restart.wait(60)

        let carl = restart.office.enter("carl")
        #expect(
            restart.office.exchange(carl, "rooms").dropFirst()
                == ["#lobby 1 3/- - forever", "#forever 4 2/9 ann forever"])
        #expect(restart.office.reply(carl, to: "create #admin") == "created:#admin:5")
    }

    @Test func `whoever comes back and goes has left at once`() {
        var restart = restart
        let bob = restart.office.enter("bob")

        restart.office.drop(bob)
        restart.office.commit()
        #expect(restart.changes == ["left bob #admin", "left bob #empty"])

        restart.wait(60)
        #expect(
            restart.changes.dropFirst(2) == [
                "left ann #admin", "left ann #empty", "closed ann #admin", "closed ann #empty",
            ])
    }

    @Test func `who is sent out in vain is waited for all the same`() {
        var restart = restart
        let ann = restart.office.enter("ann")

        restart.office.hand(ann, "kick #admin bob")
        restart.office.refuse()
        restart.office.commit()
        #expect(restart.changes == [])

        restart.wait(60)
        #expect(restart.changes.contains("left bob #admin"))
    }

    @Test func `the clock on the wall has nothing to say about it`() {
        var restart = restart

        restart.office = restart.office.restarted(lines("ann", "bob", "carl"), after: 86_400)
        restart.office.timePassed()
        restart.office.commit()
        #expect(restart.changes == [])

        restart.wait(60)
        #expect(restart.changes.first == "left ann #admin")
    }

    @Test func `nobody is awaited where nobody is`() {
        var office = TestOffice("ann")
        office.reply(office.enter("ann"), to: "create #tea forever")

        #expect(office.restarted("ann").deadline == nil)
    }

    @Test func `there is time again after the next one`() {
        var restart = restart

        restart.wait(59)
        restart.office = restart.office.restarted("ann", "bob", "carl")
        restart.wait(59)
        #expect(restart.changes == [])

        restart.wait(1)
        #expect(restart.changes.isEmpty == false)
    }
}

@Suite struct `A server that goes` {
    @Test func `takes nobody out of their rooms`() {
        var office = TestOffice("ann", "bob")
        let (ann, bob) = (office.enter("ann"), office.enter("bob"))
        office.reply(ann, to: "create #tea")
        office.hand(bob, "join #tea")
        let before = office.log.count

        office.close()
        office.drop(ann)
        office.drop(bob)
        office.wait(.seconds(3600))
        office.timePassed()
        office.commit()

        #expect(office.changes(since: before) == ["joined bob #tea"])
        office = office.restarted("ann", "bob")
        #expect(
            office.exchange(office.enter("ann"), "members #tea")
                == ["members:2", "ann (admin)", "bob (away)"])
    }
}

@Suite struct `A crash in the middle` {
    /// Ann, who leads, goes; so many entries of what follows are kept.
    private func crashed(
        _ lifetime: Lifetime, after kept: Int, _ names: String...
    ) -> (office: TestOffice, changes: [String]) {
        var office = TestOffice("ann", "bob", "carl")
        let (ann, bob, carl) = (office.enter("ann"), office.enter("bob"), office.enter("carl"))
        office.reply(ann, to: "create #tea \(lifetime.rawValue)")
        office.reply(bob, to: "join #tea")
        office.reply(carl, to: "join #tea")
        office.commit()
        let before = office.log.count
        office.hand(ann, "leave #tea")
        for _ in 0..<kept { office.commitOne() }
        office = office.restarted(lines(names), after: 0)
        return (office, office.changes(since: before))
    }

    @Test func `of leaving leaves one inside`() {
        let (office, changes) = crashed(.admin, after: 0, "ann", "bob", "carl")

        #expect(changes == [])
        #expect(office.deadline == office.now.instant + .seconds(60))
    }

    @Test func `of the end of a room is finished`() {
        var (office, changes) = crashed(.admin, after: 1, "ann", "bob", "carl")

        #expect(changes == ["left ann #tea", "closed ann #tea"])
        let bob = office.signIn("bob")
        #expect(
            office.flush(bob).suffix(2)
                == ["server #tea: ann left", "server #tea: the room is closed"])
        #expect(office.reply(bob, to: "create #tea") == "created:#tea:3")
        #expect(office.restarted("ann", "bob", "carl").changes(since: office.log.count) == [])
    }

    @Test(arguments: [Lifetime.empty, .forever])
    func `of a succession is finished`(lifetime: Lifetime) {
        var (office, changes) = crashed(lifetime, after: 1, "ann", "bob", "carl")

        #expect(changes == ["left ann #tea", "leads bob #tea"])
        #expect(
            office.exchange(office.enter("carl"), "rooms").last
                == "#tea 2 2/- bob \(lifetime.rawValue)")
    }

    @Test func `of a succession gives time to come back`() {
        var (office, _) = crashed(.empty, after: 1, "ann", "bob", "carl")
        let before = office.log.count

        office.wait(.seconds(60))
        office.timePassed()
        office.commit()

        #expect(office.changes(since: before).first == "left bob #tea")
        #expect(office.changes(since: before).last == "closed carl #tea")
    }

    @Test func `of a succession is finished with whoever is still in the file`() {
        let (_, changes) = crashed(.forever, after: 1, "ann", "carl")

        #expect(
            changes == ["left ann #tea", "left bob #tea", "leads bob #tea", "leads carl #tea"])
    }

    @Test func `finds nobody inside whose account has ended`() {
        var (office, changes) = crashed(.forever, after: 0, "bob", "carl")

        #expect(changes == ["left ann #tea", "leads bob #tea"])
        #expect(
            office.exchange(office.enter("carl"), "members #tea")
                == ["members:2", "bob (admin) (away)", "carl"])
    }

    @Test func `finds no admin in who had left before leading`() {
        var office = TestOffice("ann", "bob", "carl")
        let (ann, bob, carl) = (office.enter("ann"), office.enter("bob"), office.enter("carl"))
        office.reply(ann, to: "create #tea forever")
        office.reply(bob, to: "join #tea")
        office.reply(carl, to: "join #tea")
        office.commit()
        office.hand(ann, "leave #tea")
        office.hand(bob, "leave #tea")
        for _ in 1...3 { office.commitOne() }

        office = office.restarted("ann", "bob", "carl")

        #expect(office.changes(since: 0).suffix(2) == ["leads bob #tea", "leads carl #tea"])
        #expect(office.reply(office.enter("carl"), to: "close #tea") == "closed:#tea")
    }
}
