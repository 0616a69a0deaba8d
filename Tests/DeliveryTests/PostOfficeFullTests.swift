import Protocol
import Testing

@testable import Delivery

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
