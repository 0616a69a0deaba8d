import Protocol
import Testing

@testable import Delivery

private let stranger = Caller.from("203.0.113.9")

@Suite struct `The standing of a name` {
    @Test func `is known when it may log in`() {
        var office = TestOffice("ann")
        let session = office.arrive()

        #expect(office.inquire(session, "ann") == [.standing(.known)])
    }

    @Test(arguments: [("bob", true), ("ann.b", true), ("ANN", false), ("Ren", true), ("é", false)])
    func `is unknown when there is none`(name: String, mayRegister: Bool) {
        var office = TestOffice("ann", "rené")
        let session = office.arrive()

        #expect(
            office.inquire(session, name) == [.standing(.unknown(mayRegister: mayRegister))])
    }

    @Test func `is that nobody may register when registration is closed`() {
        var office = TestOffice("ann", rules: .init(registrationIsOpen: false))
        let session = office.arrive()

        #expect(office.inquire(session, "bob") == [.standing(.unknown(mayRegister: false))])
        #expect(office.register(session, "bob") == [.enrolment(.impossible)])
        #expect(office.register(session, "ann") == [.enrolment(.impossible)])
        #expect(office.hashes == 0)
    }

    @Test func `is present while it is signed in`() {
        var office = TestOffice("ann")
        let ann = office.signIn("ann")
        let session = office.arrive()

        #expect(office.inquire(session, "ann") == [.standing(.present)])

        office.leave(ann)
        #expect(office.inquire(session, "ann") == [.standing(.known)])
    }

    @Test func `is blocked from one address, a started second counted`() {
        var office = TestOffice("ann")
        for _ in 1...3 { _ = office.logIn(office.arrive(), "ann", "wrong") }
        let here = office.arrive()
        let elsewhere = office.arrive(from: stranger)

        office.wait(.milliseconds(59_001))
        #expect(office.inquire(here, "ann") == [.standing(.blocked(seconds: 1))])
        #expect(office.inquire(elsewhere, "ann") == [.standing(.known)])

        office.wait(.milliseconds(999))
        #expect(office.inquire(here, "ann") == [.standing(.known)])
    }

    @Test func `is for no one who would send a password through the open`() {
        var office = TestOffice("ann")
        let session = office.arrive(
            from: Caller(address: "x", isLocal: false, mayUsePassword: false))

        #expect(office.inquire(session, "ann") == [.standing(.insecure)])
        #expect(office.inquire(session, "bob") == [.standing(.insecure)])
        #expect(office.register(session, "bob") == [.enrolment(.impossible)])
    }

    @Test func `is told twenty times a minute, from whatever connection`() {
        var office = TestOffice("ann")
        for _ in 1..<Limits.nameProbesPerMinute {
            _ = office.inquire(office.arrive(from: stranger), "bob")
        }
        let session = office.arrive(from: stranger)

        #expect(office.inquire(session, "ann") == [.standing(.known)])
        #expect(office.inquire(session, "ann") == [.standing(.busy)])
        #expect(office.register(session, "ann") == [.enrolment(.busy)])

        office.wait(.seconds(60))
        #expect(office.inquire(session, "ann") == [.standing(.known)])
    }

    @Test func `cannot be found out by registering either`() {
        var office = TestOffice("ann")
        let session = office.arrive(from: stranger)

        for _ in 1...Limits.nameProbesPerMinute {
            #expect(office.register(session, "ann") == [.enrolment(.exists)])
        }
        #expect(office.register(session, "ann") == [.enrolment(.busy)])
    }
}

@Suite struct `Hidden names` {
    private var office = TestOffice("ann", "bob", rules: .init(hidesNames: true))

    @Test(arguments: ["ann", "bob", "nobody"])
    func `all look the same`(name: String) {
        var office = office
        _ = office.signIn("bob")
        let session = office.arrive()

        #expect(office.inquire(session, name) == [.standing(.known)])
        #expect(office.logIn(session, name, "wrong") == [.verdict(.wrong)])
        #expect(office.logIn(session, name, nil) == [.verdict(.wrong)])
        #expect(office.logIn(session, name, "wrong") == [.verdict(.lockedOut(seconds: 60))])
        #expect(office.inquire(session, name) == [.standing(.blocked(seconds: 60))])
    }

    @Test func `show themselves to the right password alone`() {
        var office = office
        _ = office.signIn("bob")

        #expect(office.logIn(office.arrive(), "ann") == [.verdict(.welcome)])
        #expect(office.logIn(office.arrive(), "bob") == [.verdict(.present)])
        #expect(office.logIn(office.arrive(), "nobody") == [.verdict(.wrong)])
    }
}

@Suite struct `A password` {
    @Test func `that is right is welcome`() {
        var office = TestOffice("ann")
        let session = office.arrive()

        #expect(office.logIn(session, "ann") == [.verdict(.welcome)])
        #expect(office.names(session, .online) == ["ann"])
        #expect(office.notes == [.signedIn(session, username("ann"), .here)])
    }

    @Test func `that is wrong is answered when that is on disk`() {
        var office = TestOffice("ann")
        let session = office.arrive()

        _ = office.prove(session, "ann", "wrong")
        office.hash()
        #expect(office.heard(session) == [])

        office.commit()
        #expect(office.heard(session) == [.verdict(.wrong)])
        #expect(office.notes == [.refusedLogin(session, .here)])
    }

    @Test func `that is wrong is answered too when the disk cannot take it`() {
        var office = TestOffice("ann")
        let session = office.arrive()
        _ = office.prove(session, "ann", "wrong")
        office.hash()

        office.refuse()
        #expect(office.heard(session) == [.verdict(.wrong)])

        office.commit()
        #expect(office.heard(session) == [])
    }

    @Test func `that nobody can have is wrong and is not looked at`() {
        var office = TestOffice("ann")
        let session = office.arrive()

        _ = office.prove(session, "ann", nil)
        #expect(office.hashes == 0)

        office.commit()
        #expect(office.heard(session) == [.verdict(.wrong)])
    }

    @Test func `that is the third wrong one locks out, whatever connections they came from`() {
        var office = TestOffice("ann")
        let last = (office.arrive(), office.arrive(), office.arrive())

        #expect(office.logIn(last.0, "ann", "wrong") == [.verdict(.wrong)])
        office.drop(last.0)
        #expect(office.logIn(last.1, "ann", "wrong") == [.verdict(.wrong)])
        #expect(office.logIn(last.2, "ann", "wrong") == [.verdict(.lockedOut(seconds: 60))])
        #expect(office.notes.last == .lockedOut(last.2, .here, .seconds(60)))
    }

    @Test func `that is right in between begins the count anew`() {
        var office = TestOffice("ann")
        let session = office.arrive()
        for _ in 1...2 { _ = office.logIn(session, "ann", "wrong") }
        office.drop(office.signIn("ann"))
        #expect(office.recovered.refusals == [])

        for _ in 1...2 { #expect(office.logIn(session, "ann", "wrong") == [.verdict(.wrong)]) }
        #expect(
            office.restarted("ann").recovered.refusals.map(\.failures.count) == [2])
    }

    @Test func `that is right helps nobody who is blocked, and nothing is looked at`() {
        var office = TestOffice("ann")
        let session = office.arrive()
        for _ in 1...3 { _ = office.logIn(session, "ann", "wrong") }

        office.wait(.seconds(10))
        #expect(office.prove(session, "ann") == [.verdict(.blocked(seconds: 50))])
        #expect(office.prove(session, "ann", "wrong") == [.verdict(.blocked(seconds: 50))])
        #expect(office.hashes == 0)
        #expect(office.orders.isEmpty)

        office.wait(.seconds(50))
        #expect(office.logIn(session, "ann") == [.verdict(.welcome)])
    }

    @Test func `that was being looked at when the block began is blocked, right or wrong`() {
        var office = TestOffice("ann")
        let sessions = (1...5).map { _ in office.arrive() }
        for session in sessions.prefix(4) { _ = office.prove(session, "ann", "wrong") }
        _ = office.prove(sessions[4], "ann", "right")

        office.hash()
        office.commit()

        #expect(office.heard(sessions[2]) == [.verdict(.lockedOut(seconds: 60))])
        #expect(office.heard(sessions[3]) == [.verdict(.blocked(seconds: 60))])
        #expect(office.heard(sessions[4]) == [.verdict(.blocked(seconds: 60))])
    }

    @Test func `that is wrong counts though its session has left`() {
        var office = TestOffice("ann")
        for _ in 1...3 {
            let session = office.arrive()
            _ = office.prove(session, "ann", "wrong")
            office.drop(session)
            office.hash()
            office.commit()
            #expect(office.heard(session) == [])
        }

        #expect(office.inquire(office.arrive(), "ann") == [.standing(.blocked(seconds: 60))])
    }

    @Test func `that is right lets nobody in who has left`() {
        var office = TestOffice("ann")
        let session = office.arrive()
        _ = office.prove(session, "ann")

        office.drop(session)
        office.hash()
        office.commit()

        #expect(office.heard(session) == [])
        #expect(office.inquire(office.arrive(), "ann") == [.standing(.known)])
    }

    @Test func `that is right lets one of two in`() {
        var office = TestOffice("ann")
        let (first, second) = (office.arrive(), office.arrive())
        _ = office.prove(first, "ann")
        _ = office.prove(second, "ann")

        office.hash()

        #expect(office.heard(first) == [.verdict(.welcome)])
        #expect(office.heard(second) == [.verdict(.present)])
    }

    @Test func `for a name that there is not is not looked at`() {
        var office = TestOffice("ann")

        #expect(office.prove(office.arrive(), "bob") == [.verdict(.unknown)])
        #expect(office.hashes == 0)
    }

    @Test func `lets nobody in when the account is gone in between`() {
        var office = TestOffice("ann")
        let session = office.arrive()
        _ = office.prove(session, "ann")

        office.reread([])
        office.hash()

        #expect(office.heard(session) == [.verdict(.unknown)])
    }

    @Test func `is asked for again when it was changed in between`() {
        var office = TestOffice("ann")
        let session = office.arrive()
        _ = office.prove(session, "ann")

        office.reread(lines(["ann"], "changed"))
        office.hash()

        #expect(office.heard(session) == [.verdict(.busy)])
        #expect(office.logIn(session, "ann", "changed") == [.verdict(.welcome)])
    }

    @Test func `waits with at most 63 others`() {
        var office = TestOffice("ann", "bob")
        let early = (1..<Limits.hashesWaiting).map { _ in office.arrive() }
        for session in early { #expect(office.prove(session, "ann") == []) }
        let last = office.arrive()
        let late = office.arrive()

        #expect(office.prove(last, "bob") == [])
        #expect(office.prove(late, "bob") == [.verdict(.busy)])
        #expect(office.register(late, "carl") == [.enrolment(.busy)])
        #expect(office.notes == [.overrun(late, .here), .overrun(late, .here)])

        for session in early { office.drop(session) }
        #expect(office.prove(late, "bob") == [.verdict(.busy)])

        office.hash()
        #expect(office.prove(late, "ann") == [])
    }

    @Test func `takes nothing from those who are signed in`() {
        var office = TestOffice("ann", "bob")
        let ann = office.signIn("ann")
        for _ in 1...3 { _ = office.logIn(office.arrive(), "ann", "wrong") }

        #expect(office.send(ann, to: "bob", text: "hi") == .sent)
    }

    @Test func `is asked for as before after a restart`() {
        var office = TestOffice("ann", "bob")
        for _ in 1...3 { _ = office.logIn(office.arrive(), "ann", "wrong") }
        for _ in 1...2 { _ = office.logIn(office.arrive(), "bob", "wrong") }

        office = office.restarted("ann", "bob", after: 20)

        #expect(office.inquire(office.arrive(), "ann") == [.standing(.blocked(seconds: 40))])
        #expect(
            office.logIn(office.arrive(), "bob", "wrong")
                == [.verdict(.lockedOut(seconds: 60))])
    }

    @Test func `whose wrong guesses are over leaves nothing in the store`() {
        var office = TestOffice("ann")
        _ = office.logIn(office.arrive(), "ann", "wrong")

        #expect(office.restarted("ann", after: 60).recovered.refusals.count == 1)
        #expect(office.restarted("ann", after: 62).recovered.refusals == [])
    }
}
