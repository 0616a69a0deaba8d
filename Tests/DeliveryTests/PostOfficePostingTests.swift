import Protocol
import Testing

@testable import Delivery

@Suite struct `A letter` {
    private var office: TestOffice
    private let ann: SessionID

    init() {
        office = TestOffice("ann", "bob", "carl", "dora", rules: .init(queueLimit: 3))
        ann = office.signIn("ann")
    }

    @Test func `is answered when it is on disk`() {
        var office = office

        #expect(office.post(ann, to("bob"), "hi") == [])
        #expect(office.orders.map(\.session) == [ann])

        office.commit()
        #expect(office.heard(ann) == [.answer(.sent)])
    }

    @Test func `goes to whom it names and to nobody else`() {
        var office = office

        #expect(office.send(ann, to: "bob", "dora", text: "hi") == .sent)

        #expect(office.fetch(office.signIn("bob")) == ["ann: hi"])
        #expect(office.fetch(office.signIn("dora")) == ["ann: hi"])
        #expect(office.fetch(office.signIn("carl")) == [])
        #expect(office.fetch(ann) == [])
    }

    @Test func `is kept once however many it is for`() {
        var office = office
        let before = office.store.log.count

        _ = office.send(ann, to: "bob", "carl", "dora", text: "hi")

        #expect(office.store.log.count == before + 1)
    }

    @Test func `goes once to who is named often`() {
        var office = office

        #expect(office.send(ann, to: "bob", "carl", "bob", "bob", text: "hi") == .sent)

        #expect(office.fetch(office.signIn("bob")) == ["ann: hi"])
        #expect(office.count("carl") == 1)
    }

    @Test func `goes to both of two names that look the same`() {
        let (composed, decomposed) = ("ren\u{e9}", "rene\u{301}")
        var office = TestOffice("ann", composed, decomposed)

        #expect(office.send(office.signIn("ann"), to: composed, decomposed, text: "hi") == .sent)

        #expect(office.fetch(office.signIn(composed)) == ["ann: hi"])
        #expect(office.fetch(office.signIn(decomposed)) == ["ann: hi"])
    }

    @Test func `to oneself is a letter`() {
        var office = office

        #expect(office.send(ann, to: "ann", text: "note") == .sent)

        #expect(office.fetch(ann) == ["ann: note"])
    }

    @Test func `names those who are not there, each once, and goes to the others`() {
        var office = office

        #expect(
            office.send(ann, to: "zoe", "bob", "yan", "zoe", text: "hi") == .nobody(["zoe", "yan"]))

        #expect(office.fetch(office.signIn("bob")) == ["ann: hi"])
    }

    @Test func `to nobody who is there is answered at once`() {
        var office = office

        #expect(office.post(ann, to("zoe"), "hi") == [.answer(.nobody(["zoe"]))])
        #expect(office.orders.isEmpty)
    }

    @Test func `repeats 32 characters of a name and no more`() {
        var office = office
        let long = String(repeating: "é", count: 33)

        #expect(
            office.post(ann, to(long), "hi") == [.answer(.nobody([String(long.dropLast())]))])
    }

    @Test func `repeats what nobody can be called`() {
        var office = office

        let both = Draft.Destination.named([.nobody("DONE"), .user(username("bob"))])
        _ = office.post(ann, both, "hi")
        office.commit()

        #expect(office.heard(ann) == [.answer(.nobody(["DONE"]))])
        #expect(office.count("bob") == 1)
    }

    @Test func `to a room that is not there goes to nobody`() {
        var office = office

        #expect(
            office.post(ann, to("bob", "#tea"), "hi")
                == [.answer(.noSuchRoom(RoomName("#tea")!))])  // a name of a room
        #expect(office.orders.isEmpty)
    }

    @Test func `that the store refuses is kept for nobody`() {
        var office = office
        _ = office.post(ann, to("bob", "carl"), "hi")

        office.refuse()

        #expect(office.heard(ann) == [.answer(.storage(.send))])
        #expect(office.count("bob") == 0)
        #expect(office.fetch(office.signIn("bob")) == [])
    }

    @Test func `is kept though its sender has left`() {
        var office = office
        _ = office.post(ann, to("bob"), "hi")

        office.drop(ann)
        office.commit()

        #expect(office.heard(ann) == [])
        #expect(office.fetch(office.signIn("bob")) == ["ann: hi"])
    }

    @Test func `is answered to none but its sender's session`() {
        var office = office
        _ = office.post(ann, to("bob"), "hi")
        office.drop(ann)
        let again = office.arrive()
        _ = office.prove(again, "ann")
        office.hash()
        _ = office.heard(again)

        office.commit()

        #expect(office.heard(again) == [])
    }

    @Test func `is noted with its size and not with its text`() {
        var office = office

        _ = office.send(ann, to: "bob", "carl", text: "hello")

        let number = MessageNumber(Int64(office.store.log.count))
        #expect(
            office.notes.last
                == .kept(ann, number, from: username("ann"), readers: 2, bytes: 5))
    }

    @Test func `bears the time of the wall`() {
        var office = office

        _ = office.send(ann, to: "bob", text: "hi")

        guard case .letter(let letter) = office.store.log.last else { return #expect(Bool(false)) }
        #expect(letter.at == office.now.wall)
    }
}

@Suite struct `A full mailbox` {
    private var office: TestOffice
    private let ann: SessionID

    init() {
        office = TestOffice("ann", "bob", "carl", rules: .init(queueLimit: 3))
        ann = office.signIn("ann")
    }

    @Test func `takes nothing and loses nothing`() {
        var office = office

        for text in ["1", "2", "3"] { #expect(office.send(ann, to: "bob", text: text) == .sent) }
        #expect(office.post(ann, to("bob"), "4") == [.answer(.full([username("bob")]))])

        #expect(office.fetch(office.signIn("bob")) == ["ann: 1", "ann: 2", "ann: 3"])
    }

    @Test func `is full also with what is on its way`() {
        var office = office
        _ = office.send(ann, to: "bob", text: "1")
        let carl = office.signIn("carl")

        #expect(office.post(ann, to("bob"), "2") == [])
        #expect(office.post(carl, to("bob"), "3") == [])
        #expect(office.post(ann, to("bob"), "4") == [.answer(.full([username("bob")]))])

        office.refuse()
        _ = office.heard(ann)
        #expect(office.send(ann, to: "bob", text: "5") == .sent)
        #expect(office.send(ann, to: "bob", text: "6") == .sent)
        #expect(office.count("bob") == 3)
    }

    @Test func `is named, and the others get it`() {
        var office = office
        for text in ["1", "2", "3"] { _ = office.send(ann, to: "bob", text: text) }

        #expect(
            office.send(ann, to: "bob", "carl", "bob", text: "hi") == .full([username("bob")]))
        #expect(office.count("carl") == 1)
    }

    @Test func `is named rather than who is not there`() {
        var office = office
        for text in ["1", "2", "3"] { _ = office.send(ann, to: "bob", text: text) }

        #expect(
            office.send(ann, to: "zoe", "bob", "carl", text: "hi") == .full([username("bob")]))
        #expect(
            office.post(ann, to("zoe", "bob"), "hi") == [.answer(.full([username("bob")]))])
    }

    @Test func `has room again when its mail is read`() {
        var office = office
        for text in ["1", "2", "3"] { _ = office.send(ann, to: "bob", text: text) }
        let bob = office.signIn("bob")

        _ = office.flush(bob)
        #expect(office.post(ann, to("bob"), "4") == [.answer(.full([username("bob")]))])

        office.line(bob)
        #expect(office.send(ann, to: "bob", text: "5") == .sent)
    }

    @Test func `is still full after a restart`() {
        var office = office
        _ = office.send(ann, to: "bob", text: "1")
        _ = office.broadcast(ann, "2")
        _ = office.send(ann, to: "bob", "carl", text: "3")

        office = office.restarted("ann", "bob", "carl")

        let ann = office.signIn("ann")
        #expect(office.send(ann, to: "bob", "carl", text: "4") == .full([username("bob")]))
        #expect(office.send(ann, to: "carl", text: "5") == .full([username("carl")]))
    }

    @Test func `is passed by broadcasts`() {
        var office = office
        for text in ["1", "2", "3"] { _ = office.send(ann, to: "bob", text: text) }

        #expect(office.broadcast(ann, "hello") == .full([username("bob")]))

        #expect(office.fetch(office.signIn("bob")) == ["ann: 1", "ann: 2", "ann: 3"])
        #expect(office.fetch(office.signIn("carl")) == ["ann: hello"])
    }

    @Test func `fills with broadcasts`() {
        var office = office

        for text in ["1", "2", "3"] { #expect(office.broadcast(ann, text) == .sent) }

        #expect(office.broadcast(ann, "4") == .full([username("bob"), username("carl")]))
        #expect(office.post(ann, to("carl"), "5") == [.answer(.full([username("carl")]))])
    }

    @Test func `does not fill with one's own broadcasts`() {
        var office = office
        let bob = office.signIn("bob")
        for text in ["1", "2", "3"] { _ = office.broadcast(ann, text) }
        _ = office.post(ann, .everyone, "4")

        for text in ["5", "6", "7"] { #expect(office.send(bob, to: "ann", text: text) == .sent) }
        #expect(office.post(bob, to("ann"), "8") == [.answer(.full([username("ann")]))])
    }

    @Test func `is not full with a broadcast on its way that passes it by`() {
        var office = office
        let bob = office.signIn("bob")
        for text in ["1", "2"] { _ = office.send(bob, to: "ann", text: text) }

        _ = office.post(ann, .everyone, "hello")

        #expect(office.post(bob, to("ann"), "3") == [])
    }
}

@Suite struct `A broadcast` {
    private var office: TestOffice
    private let ann: SessionID

    init() {
        office = TestOffice("ann", "bob", "carl")
        ann = office.signIn("ann")
    }

    @Test func `goes to everybody but its sender, here or not`() {
        var office = office
        let bob = office.signIn("bob")

        #expect(office.broadcast(ann, "hello") == .sent)

        #expect(office.fetch(bob) == ["ann: hello"])
        #expect(office.fetch(office.signIn("carl")) == ["ann: hello"])
        #expect(office.fetch(ann) == [])
    }

    @Test func `is kept once`() {
        var office = office
        let before = office.store.log.count

        _ = office.broadcast(ann, "hello")

        #expect(office.store.log.count == before + 1)
    }

    @Test func `goes to nobody who came later`() {
        var office = office
        _ = office.broadcast(ann, "hello")

        office.reread(lines("ann", "bob", "carl", "dora"))
        office.commit()

        #expect(office.fetch(office.signIn("dora")) == [])
        #expect(office.count("dora") == 0)
    }

    @Test func `goes to nobody who came while it was on its way`() {
        var office = office
        _ = office.post(ann, .everyone, "hello")

        office.reread(lines("ann", "bob", "carl", "dora"))
        office.commit()

        #expect(office.count("dora") == 0)
        #expect(office.count("bob") == 1)
        #expect(office.fetch(office.signIn("dora")) == [])
    }

    @Test func `goes to who came just before it`() {
        var office = office
        office.reread(lines("ann", "bob", "carl", "dora"))

        _ = office.post(ann, .everyone, "hello")
        office.commit()

        #expect(office.count("dora") == 1)
        #expect(office.fetch(office.signIn("dora")) == ["ann: hello"])
    }

    @Test func `stands among other letters in the order of their numbers`() {
        var office = office
        let carl = office.signIn("carl")

        _ = office.send(ann, to: "bob", text: "1")
        _ = office.broadcast(carl, "2")
        _ = office.send(ann, to: "bob", "carl", text: "3")

        #expect(office.fetch(office.signIn("bob")) == ["ann: 1", "carl: 2", "ann: 3"])
    }

    @Test func `that the store refuses is kept for nobody`() {
        var office = office
        _ = office.post(ann, .everyone, "hello")

        office.refuse()

        #expect(office.heard(ann) == [.answer(.storage(.broadcast))])
        #expect(office.count("bob") == 0)
        #expect(office.notes.last == .notKept(ann, from: username("ann"), readers: 2, bytes: 5))
    }

    @Test func `waits after a restart, for those who have not read it`() {
        var office = office
        _ = office.broadcast(ann, "hello")
        _ = office.fetch(office.signIn("bob"))

        office = office.restarted("ann", "bob", "carl")

        #expect(["ann", "bob", "carl"].map { office.count($0) } == [0, 1, 1])
        #expect(office.fetch(office.signIn("ann")) == [])
        #expect(office.fetch(office.signIn("carl")) == ["ann: hello"])
    }
}
