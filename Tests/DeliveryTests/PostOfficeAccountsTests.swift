import Protocol
import Testing

@testable import Delivery

@Suite struct `Opening the office` {
    @Test func `begins accounts that are in the file alone`() {
        let office = TestOffice("ann", "bob")

        #expect(
            office.log == [
                .opened(AccountNumber(1), username("ann")),
                .opened(AccountNumber(2), username("bob")),
            ])
    }

    @Test func `goes on with those it knows`() {
        var office = TestOffice("ann", "bob")
        _ = office.send(office.signIn("ann"), to: "bob", text: "hi")

        office = office.restarted("bob", "carl", "ann")

        #expect(office.fetch(office.signIn("bob")) == ["ann: hi"])
        #expect(["ann", "bob", "carl"].map { office.number($0).value } == [1, 2, 3])
    }

    @Test func `ends those that have left the file`() {
        var office = TestOffice("ann", "bob")
        _ = office.send(office.signIn("ann"), to: "bob", text: "hi")

        office = office.restarted("ann")

        #expect(office.log.last == .ended(AccountNumber(2)))
        #expect(
            office.inquire(office.arrive(), "bob") == [.standing(.unknown(mayRegister: true))])
        #expect(office.send(office.signIn("ann"), to: "bob", text: "hi") == .nobody(["bob"]))
    }

    @Test func `gives a name that comes back a new number and no mail`() {
        var office = TestOffice("ann", "bob")
        _ = office.send(office.signIn("ann"), to: "bob", text: "hi")
        _ = office.broadcast(office.signIn("bob"), "hello")

        office = office.restarted("ann").restarted("ann", "bob")

        #expect(office.number("bob") == AccountNumber(3))
        #expect(office.count("bob") == 0)
        #expect(office.fetch(office.signIn("bob")) == [])
        #expect(office.fetch(office.signIn("ann")) == ["bob: hello"])
    }

    @Test func `writes nothing down when nothing has changed`() {
        let office = TestOffice("ann", "bob")

        #expect(office.restarted("ann", "bob").log == office.log)
    }

    @Test func `takes the secrets of the file`() {
        var office = TestOffice("ann").restarted(lines(["ann"], "changed"))

        #expect(office.logIn(office.arrive(), "ann", "right") == [.verdict(.wrong)])
        #expect(office.logIn(office.arrive(), "ann", "changed") == [.verdict(.welcome)])
    }

    @Test func `reserves the names of the file in any letter case`() {
        var office = TestOffice("Ann").restarted("Ann")

        #expect(office.register(office.arrive(), "ANN") == [.enrolment(.impossible)])
        #expect(
            office.inquire(office.arrive(), "ann") == [.standing(.unknown(mayRegister: false))])
    }

    @Test func `counts what waits as before`() {
        var office = TestOffice("ann", "bob", "carl")
        let ann = office.signIn("ann")
        _ = office.send(ann, to: "bob", text: "1")
        let bob = office.signIn("bob")
        _ = office.fetch(bob)
        _ = office.fetch(bob)
        _ = office.send(ann, to: "bob", "carl", text: "2")
        _ = office.broadcast(bob, "3")

        #expect(["ann", "bob", "carl"].map { office.count($0) } == [1, 1, 2])
        office = office.restarted("ann", "bob", "carl")
        #expect(["ann", "bob", "carl"].map { office.count($0) } == [1, 1, 2])
    }
}

@Suite struct `Reading the account file again` {
    private var office = TestOffice("ann", "bob")

    @Test func `begins, ends and changes accounts, and says how many`() {
        var office = office

        office.reread(
            lines("bob", "dora", "carl").map {
                $0.name == username("bob") ? lines(["bob"], "changed")[0] : $0
            })

        #expect(office.notes == [.reread(added: 2, removed: 1, changed: 1)])
        #expect(
            office.orders.map(\.entry) == [
                .ended(AccountNumber(1)), .opened(AccountNumber(3), username("dora")),
                .opened(AccountNumber(4), username("carl")),
            ])
        #expect(office.logIn(office.arrive(), "bob", "changed") == [.verdict(.welcome)])
        #expect(office.logIn(office.arrive(), "carl") == [.verdict(.welcome)])
        #expect(office.prove(office.arrive(), "ann") == [.verdict(.unknown)])
    }

    @Test func `does nothing when nothing has changed`() {
        var office = office
        let ann = office.signIn("ann")

        office.reread(lines("bob", "ann"))

        #expect(office.orders.isEmpty)
        #expect(office.heard(ann) == [])
        #expect(office.notes.last == .reread(added: 0, removed: 0, changed: 0))
    }

    @Test func `ends the session of who is no more, and of nobody else`() {
        var office = office
        let (ann, bob) = (office.signIn("ann"), office.signIn("bob"))

        office.reread(lines("ann"))
        #expect(office.heard(bob) == [.evicted])
        #expect(office.heard(ann) == [])

        office.leave(bob)
        #expect(office.names(ann, .online) == ["ann"])
        #expect(office.names(ann, .active(minutes: 5)) == ["ann"])
    }

    @Test func `leaves a session alone whose password was changed`() {
        var office = office
        let ann = office.signIn("ann")

        office.reread(lines(["ann", "bob"], "changed"))

        #expect(office.heard(ann) == [])
    }

    @Test func `lets a name come back in another case, at once`() {
        var office = office

        office.reread(lines("ANN", "bob"))

        #expect(office.logIn(office.arrive(), "ANN") == [.verdict(.welcome)])
        #expect(office.prove(office.arrive(), "ann") == [.verdict(.unknown)])
        #expect(office.register(office.arrive(), "ann") == [.enrolment(.impossible)])
    }

    @Test func `gives a name that comes back a new number and no mail`() {
        var office = office
        let bob = office.signIn("bob")
        _ = office.send(bob, to: "ann", text: "1")
        _ = office.post(bob, to("ann"), "2")

        office.reread(lines("bob"))
        office.reread(lines("ann", "bob"))
        office.commit()

        #expect(office.number("ann") == AccountNumber(3))
        #expect(office.fetch(office.signIn("ann")) == [])
        #expect(office.send(bob, to: "ann", text: "3") == .sent)
        #expect(office.restarted("ann", "bob").count("ann") == 1)
    }

    @Test func `frees a name for registration`() {
        var office = office

        office.reread(lines("bob"))
        #expect(
            office.inquire(office.arrive(), "Ann") == [.standing(.unknown(mayRegister: true))])
    }

    @Test func `lets what was shown to somebody who is no more be`() {
        var office = office
        let (ann, bob) = (office.signIn("ann"), office.signIn("bob"))
        _ = office.send(bob, to: "ann", text: "hi")
        _ = office.flush(ann)
        _ = office.post(ann, to("bob"), "last words")

        office.reread(lines("bob"))
        office.leave(ann)
        office.drop(ann)
        office.commit()

        #expect(office.fetch(bob) == ["ann: last words"])
    }
}

@Suite struct `Who is asked for` {
    private var office = TestOffice("dora", "carl", "bob", "ann")

    @Test func `is told in order`() {
        var office = office
        let sessions = ["carl", "ann", "dora"].map { office.signIn($0) }

        #expect(office.names(sessions[0], .online) == ["ann", "carl", "dora"])
        #expect(office.names(sessions[0], .active(minutes: 0)) == ["ann", "carl", "dora"])
        #expect(office.names(sessions[0], .active(minutes: 1)) == ["ann", "carl", "dora"])
    }

    @Test func `as active was there so many minutes ago, and no longer`() {
        var office = office
        let (ann, bob) = (office.signIn("ann"), office.signIn("bob"))
        office.leave(bob)

        office.wait(.seconds(120))
        #expect(office.names(ann, .active(minutes: 2)) == ["ann", "bob"])
        #expect(office.names(ann, .active(minutes: 1)) == ["ann"])

        office.wait(.seconds(1))
        #expect(office.names(ann, .active(minutes: 2)) == ["ann"])
        #expect(office.names(ann, .active(minutes: 999_999_999)) == ["ann", "bob"])
    }

    @Test func `as active is here, however long silent`() {
        var office = office
        let (ann, bob) = (office.signIn("ann"), office.signIn("bob"))

        office.wait(.seconds(1_000_000))
        office.line(ann)

        #expect(office.names(ann, .active(minutes: 1)) == ["ann", "bob"])
        office.drop(bob)
        office.wait(.seconds(61))
        #expect(office.names(ann, .active(minutes: 1)) == ["ann"])
    }

    @Test func `as active is known after a restart`() {
        var office = office
        office.drop(office.signIn("ann"))
        let bob = office.signIn("bob")
        office.wait(.seconds(180))
        office.drop(bob)
        office.commit()

        office = office.restarted("ann", "bob", "carl", "dora", after: 60)

        let carl = office.signIn("carl")
        #expect(office.names(carl, .active(minutes: 1)) == ["bob", "carl"])
        #expect(office.names(carl, .active(minutes: 5)) == ["ann", "bob", "carl"])
    }

    @Test func `is written down by the minute`() {
        var office = office
        let ann = office.signIn("ann")

        office.wait(.seconds(59))
        office.line(ann)
        #expect(office.orders.isEmpty)

        office.wait(.seconds(1))
        office.line(ann)
        office.line(ann)
        #expect(
            office.orders.map(\.entry) == [.active(office.number("ann"), at: office.now.wall)])
    }

    @Test func `leaves once`() {
        var office = office
        let (ann, bob) = (office.signIn("ann"), office.signIn("bob"))

        office.leave(bob)
        #expect(office.names(ann, .online) == ["ann"])
        #expect(office.notes.last == .signedOut(bob, username("bob")))

        let again = office.signIn("bob")
        office.leave(bob)
        office.drop(bob)
        #expect(office.names(ann, .online) == ["ann", "bob"])
        #expect(office.notes.last == .signedIn(again, username("bob"), .here))
        #expect(office.orders.isEmpty)
    }
}
