import Protocol
import Testing

@testable import Delivery

@Suite struct `Changing one's password` {
    private var office = TestOffice("ann", "bob")
    private let ann: SessionID

    init() {
        ann = office.enter("ann")
    }

    /// What a session is told in the end.
    private func change(
        _ office: inout TestOffice, _ session: SessionID, old: String?, canEnroll: Bool = true
    ) -> [Session.Event] {
        var events = office.change(session, old: old, new: "better")
        office.hash(canEnroll: canEnroll)
        office.commit()
        events += office.heard(session)
        return events
    }

    @Test func `is done when the account file has it`() {
        var office = office

        #expect(office.change(ann, old: "right", new: "better") == [])
        office.hash()

        #expect(office.heard(ann) == [.answer(.changed)])
        #expect(office.notes.last == .changedPassword(ann, username("ann")))
        office.drop(ann)
        #expect(office.logIn(office.arrive(), "ann", "right") == [.verdict(.wrong)])
        #expect(office.logIn(office.arrive(), "ann", "better") == [.verdict(.welcome)])
    }

    @Test(arguments: ["wrong", nil])
    func `is denied when the old one is wrong, and the old one stays`(old: String?) {
        var office = office

        #expect(change(&office, ann, old: old) == [.answer(.denied(.passwd))])

        #expect(office.notes.last == .refusedLogin(ann, .here))
        office.drop(ann)
        #expect(office.logIn(office.arrive(), "ann", "right") == [.verdict(.welcome)])
    }

    @Test(arguments: ["wrong", nil])
    func `is denied when that is written down`(old: String?) {
        var office = office

        #expect(office.change(ann, old: old, new: "better") == [])
        office.hash()
        #expect(office.heard(ann) == [])

        office.commit()
        #expect(office.heard(ann) == [.answer(.denied(.passwd))])
        #expect(office.recovered.refusals.map(\.failures.count) == [1])
    }

    @Test func `is denied also when it cannot be written down`() {
        var office = office
        _ = office.change(ann, old: nil, new: "better")

        office.refuse()

        #expect(office.heard(ann) == [.answer(.denied(.passwd))])
        office.commit()
        #expect(office.heard(ann) == [])
        #expect(office.recovered.refusals.map(\.failures.count) == [1])
    }

    @Test func `counts as a login that failed`() {
        var office = office
        for _ in 1...2 { _ = office.logIn(office.arrive(), "ann", "wrong") }

        #expect(change(&office, ann, old: "wrong") == [.answer(.denied(.passwd))])

        #expect(office.notes.last == .lockedOut(ann, .here, .seconds(60)))
        #expect(office.logIn(office.arrive(), "ann") == [.verdict(.blocked(seconds: 60))])
    }

    @Test func `is not looked at while blocked, and extends no block`() {
        var office = office
        for _ in 1...3 { _ = change(&office, ann, old: "wrong") }
        office.wait(.seconds(59))

        #expect(office.change(ann, old: "right", new: "better") == [.answer(.denied(.passwd))])
        #expect(office.hashes == 0)
        #expect(office.orders.isEmpty)

        office.wait(.seconds(1))
        #expect(change(&office, ann, old: "right") == [.answer(.changed)])
    }

    @Test func `is not blocked from one address by failures from another`() {
        var office = office
        for _ in 1...3 { _ = office.logIn(office.arrive(from: .from("10.0.0.1")), "ann", "wrong") }

        #expect(change(&office, ann, old: "right") == [.answer(.changed)])
    }

    @Test func `leaves the session where it is`() {
        var office = office
        for _ in 1...3 { _ = change(&office, ann, old: "wrong") }

        #expect(office.exchange(ann, "who") == ["ann"])
    }

    @Test func `waits when too many are waiting`() {
        var office = office
        for _ in 0..<Limits.hashesWaiting { _ = office.prove(office.arrive(), "bob") }

        #expect(office.change(ann, old: "right", new: "better") == [.answer(.busy)])
        #expect(office.notes.last == .overrun(ann, .here))

        office.hash()
        office.commit()
        #expect(change(&office, ann, old: "right") == [.answer(.changed)])
    }

    @Test func `is not done when the account file cannot take it`() {
        var office = office

        #expect(
            change(&office, ann, old: "right", canEnroll: false) == [.answer(.storage(.passwd))])

        office.drop(ann)
        #expect(office.logIn(office.arrive(), "ann", "right") == [.verdict(.welcome)])
    }

    @Test func `is told to nobody who has left in the meantime, and holds`() {
        var office = office
        _ = office.change(ann, old: "right", new: "better")
        office.drop(ann)

        office.hash()

        #expect(office.heard(ann) == [])
        #expect(office.logIn(office.arrive(), "ann", "better") == [.verdict(.welcome)])
    }

    @Test func `counts also when its session is over in the meantime`() {
        var office = office
        _ = office.change(ann, old: "wrong", new: "better")
        office.drop(ann)

        office.hash()
        office.commit()

        #expect(office.heard(ann) == [])
        #expect(office.recovered.refusals.map(\.failures.count) == [1])
    }

    @Test func `comes to nothing when the account has ended in the meantime`() {
        var office = office
        _ = office.change(ann, old: "right", new: "better")
        office.reread(lines("bob"))
        #expect(office.heard(ann) == [.evicted])
        office.drop(ann)

        office.hash()

        #expect(office.heard(ann) == [])
        #expect(office.prove(office.arrive(), "ann") == [.verdict(.unknown)])
    }

    @Test func `holds when the account file is read again`() {
        var office = office
        _ = change(&office, ann, old: "right")

        office.reread(lines(["ann"], "better") + lines("bob"))

        #expect(office.notes.last == .reread(added: 0, removed: 0, changed: 0))
    }
}
