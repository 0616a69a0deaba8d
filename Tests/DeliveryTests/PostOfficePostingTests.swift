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
        let before = office.log.count

        _ = office.send(ann, to: "bob", "carl", "dora", text: "hi")

        #expect(office.log.count == before + 1)
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
            office.post(ann, to("bob", "#tea"), "hi") == [.answer(.noSuchRoom("#tea"))])
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

    @Test func `is not answered to who has said goodbye`() {
        var office = office
        _ = office.post(ann, to("bob"), "hi")

        office.leave(ann)
        office.commit()

        #expect(office.heard(ann) == [])
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

        let number = MessageNumber(Int64(office.log.count))
        #expect(
            office.notes.last
                == .kept(ann, number, from: username("ann"), readers: 2, bytes: 5))
    }

    @Test func `bears the time of the wall`() {
        var office = office

        _ = office.send(ann, to: "bob", text: "hi")

        let times = office.log.compactMap { entry in
            if case .letter(let letter) = entry { letter.at } else { nil }
        }
        #expect(times == [office.now.wall])
    }
}
