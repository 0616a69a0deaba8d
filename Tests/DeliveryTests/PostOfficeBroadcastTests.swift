import Protocol
import Testing

@testable import Delivery

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
        let before = office.log.count

        _ = office.broadcast(ann, "hello")

        #expect(office.log.count == before + 1)
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

    @Test func `is refused to who has written too many from another machine, for a while`() {
        var office = TestOffice("ann", "bob")
        let ann = office.signIn("ann", from: .from("10.0.0.1"))
        for _ in 0..<Limits.broadcastsPerMinute { _ = office.broadcast(ann, "hello") }

        #expect(office.post(ann, .everyone, "hello") == [.answer(.tooManyBroadcasts)])
        #expect(office.count("bob") == Limits.broadcastsPerMinute)

        office.wait(.seconds(60))
        _ = office.broadcast(ann, "hello")
        #expect(office.count("bob") == Limits.broadcastsPerMinute + 1)
    }

    @Test func `is never refused to who is on this machine`() {
        var office = TestOffice("ann", "bob")
        let ann = office.signIn("ann")

        for _ in 0...Limits.broadcastsPerMinute { _ = office.broadcast(ann, "hello") }

        #expect(office.count("bob") == Limits.broadcastsPerMinute + 1)
    }
}
