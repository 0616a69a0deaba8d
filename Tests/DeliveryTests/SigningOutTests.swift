import Protocol
import Testing

@testable import Delivery

@Suite struct `Who signs out and stays` {
    private var office = TestOffice("ann", "bob")
    private let ann: SessionID

    init() {
        ann = office.enter("ann")
    }

    @Test func `is away, and their name is free`() {
        var office = office
        let bob = office.enter("bob")

        office.signOut(ann)

        #expect(office.exchange(bob, "who") == ["bob"])
        #expect(office.notes.contains(.signedOut(ann, username("ann"))))
        #expect(office.logIn(office.arrive(), "ann") == [.verdict(.welcome)])
    }

    @Test func `signs in again as whoever they like`() {
        var office = office
        office.signOut(ann)

        #expect(office.inquire(ann, "bob") == [.standing(.known)])
        #expect(office.logIn(ann, "bob", "wrong") == [.verdict(.wrong)])
        #expect(office.logIn(ann, "bob") == [.verdict(.welcome)])

        #expect(office.exchange(ann, "who") == ["bob"])
        office.drop(ann)
        #expect(office.names(office.enter("ann"), .online) == ["ann"])
    }

    @Test func `can register`() {
        var office = office
        office.signOut(ann)

        _ = office.register(ann, "dora", thenEnter: true)
        office.hash()

        #expect(office.heard(ann) == [.enrolment(.registered), .verdict(.welcome)])
    }

    @Test func `comes from where they came from`() {
        var office = office
        let far = office.signIn("bob", from: .from("10.0.0.1"))

        office.signOut(far)
        for _ in 1...3 { _ = office.logIn(far, "bob", "wrong") }

        #expect(
            office.logIn(office.arrive(from: .from("10.0.0.1")), "bob")
                == [.verdict(.blocked(seconds: 60))])
        #expect(office.logIn(office.arrive(), "bob") == [.verdict(.welcome)])
    }

    @Test func `is shown as another nothing of what was theirs`() {
        var office = office
        office.reply(ann, to: "send (ann bob) hi")
        office.live(ann)
        office.signOut(ann)
        _ = office.logIn(ann, "bob")

        #expect(office.flush(ann) == ["ann: hi"])
        #expect(office.count("ann") == 1)
        office.line(ann)
        #expect(office.count("bob") == 0)
        #expect(office.count("ann") == 1)

        office.reply(ann, to: "broadcast hello")
        #expect(office.push(ann) == nil)
    }

    @Test func `has read what was shown before`() {
        var office = office
        office.reply(ann, to: "send ann hi")
        _ = office.flush(ann)

        office.line(ann)
        office.signOut(ann)

        #expect(office.count("ann") == 0)
    }

    @Test func `leaves the rooms that one leaves by going`() {
        var office = office
        let bob = office.enter("bob")
        for lifetime in Lifetime.allCases {
            office.reply(bob, to: "create #\(lifetime.rawValue) \(lifetime.rawValue)")
            office.reply(ann, to: "join #\(lifetime.rawValue)")
        }
        let before = office.log.count

        office.signOut(ann)
        office.commit()

        #expect(office.changes(since: before) == ["left ann #admin", "left ann #empty"])
    }
}
