import Protocol
import Testing

@testable import Delivery

@Suite struct `Who is here` {
    private let first = SessionID(slot: 1, generation: 1)
    private let second = SessionID(slot: 2, generation: 1)

    @Test func `is nobody at the beginning`() {
        let presence = Presence()

        #expect(presence.names == [])
        #expect(presence.session(of: username("ann")) == nil)
    }

    @Test func `is told in the order of the bytes`() {
        var presence = Presence()
        for name in ["bob", "Zoe", "ann", "bo", "émile"] { presence.enter(username(name), first) }

        #expect(presence.names.map(\.text) == ["Zoe", "ann", "bo", "bob", "émile"])
    }

    @Test func `changes when somebody comes or goes`() {
        var presence = Presence()
        presence.enter(username("ann"), first)

        presence.enter(username("bob"), second)
        #expect(presence.names.map(\.text) == ["ann", "bob"])

        presence.leave(username("ann"), first)
        #expect(presence.names.map(\.text) == ["bob"])
    }

    @Test func `is whoever came last, whatever becomes of the session before`() {
        var presence = Presence()
        presence.enter(username("ann"), first)
        presence.enter(username("ann"), second)

        presence.leave(username("ann"), first)

        #expect(presence.session(of: username("ann")) == second)
        #expect(presence.names.map(\.text) == ["ann"])
    }

    @Test func `is not who has another tenant's slot`() {
        var presence = Presence()
        presence.enter(username("ann"), first)

        presence.leave(username("ann"), SessionID(slot: 1, generation: 2))

        #expect(presence.session(of: username("ann")) == first)
    }
}
