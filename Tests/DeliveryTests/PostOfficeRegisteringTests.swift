import Protocol
import Testing

@testable import Delivery

@Suite struct `Registering` {
    @Test func `makes an account that others can write to`() {
        var office = TestOffice("ann")
        let session = office.arrive()

        _ = office.register(session, "bob")
        office.hash()
        #expect(office.heard(session) == [.enrolment(.registered)])
        #expect(office.notes == [.registered(session, username("bob"), .here)])

        let ann = office.signIn("ann")
        #expect(office.send(ann, to: "bob", text: "hi") == .sent)
        #expect(office.fetch(office.signIn("bob")) == ["ann: hi"])
    }

    @Test func `may go on to the welcome`() {
        var office = TestOffice("ann")
        let session = office.arrive()

        _ = office.register(session, "bob", thenEnter: true)
        office.hash()

        #expect(office.heard(session) == [.enrolment(.registered), .verdict(.welcome)])
        #expect(office.names(session, .online) == ["bob"])
    }

    @Test func `has one winner`() {
        var office = TestOffice()
        let sessions = (1...50).map { _ in office.arrive() }

        var events = sessions.flatMap { office.register($0, "bob", thenEnter: true) }
        office.hash()
        events += sessions.flatMap { office.heard($0) }

        #expect(events.count { $0 == .enrolment(.registered) } == 1)
        #expect(events.count { $0 == .enrolment(.impossible) } == 49)
        #expect(office.register(sessions[1], "bob") == [.enrolment(.exists)])
    }

    @Test(arguments: ["Bob", "BOB"])
    func `takes no name that differs from another in letter case`(name: String) {
        var office = TestOffice("bob")
        let session = office.arrive()

        #expect(office.register(session, name) == [.enrolment(.impossible)])
        #expect(office.register(session, "bob") == [.enrolment(.exists)])
    }

    @Test func `takes no name that differs from one on its way`() {
        var office = TestOffice()
        _ = office.register(office.arrive(), "bob")

        #expect(office.register(office.arrive(), "BOB") == [.enrolment(.impossible)])
        #expect(
            office.inquire(office.arrive(), "Bob") == [.standing(.unknown(mayRegister: false))])
    }

    @Test(arguments: ["rené", "a&b", ".ann"])
    func `takes no name from before the rule for new ones`(name: String) {
        var office = TestOffice()

        #expect(office.register(office.arrive(), name) == [.enrolment(.impossible)])
    }

    @Test func `that failed can be tried again`() {
        var office = TestOffice()
        let session = office.arrive()

        _ = office.register(session, "bob")
        office.hash(canEnroll: false)
        #expect(office.heard(session) == [.enrolment(.unable)])
        #expect(office.inquire(session, "bob") == [.standing(.unknown(mayRegister: true))])

        _ = office.register(session, "BOB")
        office.hash()
        #expect(office.heard(session) == [.enrolment(.registered)])
    }

    @Test func `finds a name taken that somebody has put into the file by hand`() {
        var office = TestOffice()
        let session = office.arrive()
        _ = office.register(session, "bob")

        office.hash(isTaken: true)

        #expect(office.heard(session) == [.enrolment(.exists)])
        #expect(office.hashes == 0)
    }

    @Test func `that failed frees no name that somebody else has got`() {
        var office = TestOffice()
        _ = office.register(office.arrive(), "bob")

        office.reread(lines("Bob"))
        office.hash(canEnroll: false)

        #expect(office.register(office.arrive(), "bob") == [.enrolment(.impossible)])
    }

    @Test func `makes the account though its session has left`() {
        var office = TestOffice()
        let session = office.arrive()
        _ = office.register(session, "bob", thenEnter: true)

        office.drop(session)
        office.hash()

        #expect(office.heard(session) == [])
        #expect(office.inquire(office.arrive(), "bob") == [.standing(.known)])
    }

    @Test func `makes one account though the file was read again in between`() {
        var office = TestOffice()
        let session = office.arrive()
        _ = office.register(session, "bob", thenEnter: true)

        office.reread(lines("bob"))
        office.hash()

        #expect(office.heard(session) == [.enrolment(.registered), .verdict(.welcome)])
        #expect(office.orders.count { if case .opened = $0.entry { true } else { false } } == 1)
    }

    @Test func `gives no mail from before`() {
        var office = TestOffice("ann")
        _ = office.broadcast(office.signIn("ann"), "before")
        let bob = office.arrive()
        _ = office.register(bob, "bob", thenEnter: true)

        office.hash()
        #expect(office.flush(bob) == [])

        office.commit()
        #expect(office.fetch(bob) == [])
        #expect(office.count("bob") == 0)
    }
}
