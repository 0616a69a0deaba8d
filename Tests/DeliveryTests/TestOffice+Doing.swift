import Protocol

@testable import Delivery

// What is done in the name of a session, and what that session was told.

extension TestOffice {
    // MARK: Exchanges

    mutating func post(
        _ session: SessionID, _ destination: Draft.Destination, _ text: String
    ) -> [Session.Event] {
        perform(for: session) { office, now in
            office.post(session, Draft(to: destination, text: message(text)), at: now)
        }
    }

    mutating func ask(_ session: SessionID, _ question: Session.Question) -> [Session.Event] {
        perform(for: session) { office, now in office.ask(session, question, at: now) }
    }

    mutating func act(_ session: SessionID, _ action: Session.Action) -> [Session.Event] {
        perform(for: session) { office, now in office.act(session, action, at: now) }
    }

    mutating func change(
        _ session: SessionID, old: String?, new: String
    ) -> [Session.Event] {
        perform(for: session) { office, now in
            office.change(session, old: old.map(password), new: password(new), at: now)
        }
    }

    mutating func live(_ session: SessionID, _ isOn: Bool = true) {
        perform { office, _ in
            office.live(session, isOn)
            return []
        }
    }

    mutating func endTalk(_ session: SessionID) {
        perform { office, _ in
            office.endTalk(session)
            return []
        }
    }

    mutating func signOut(_ session: SessionID) {
        perform { office, now in office.signedOut(session, at: now) }
    }

    // MARK: The server's own

    var isRinging: Bool { office.isRinging }

    /// All slices of the walk past those who listen.
    mutating func ring() {
        while isRinging { ringOn() }
    }

    mutating func ringOn() {
        perform { office, _ in office.ringOn() }
    }

    mutating func timePassed() {
        perform { office, now in office.timePassed(at: now) }
    }

    /// The server is told to go.
    mutating func close() {
        perform { office, _ in
            office.close()
            return []
        }
    }

    // MARK: Mail

    mutating func collect(_ session: SessionID) -> [Session.Event] {
        perform(for: session) { office, _ in office.collect(session) }
    }

    mutating func doneWritten(_ session: SessionID, inputWaiting: Bool = false) {
        perform { office, _ in
            office.doneWritten(session, inputWaiting: inputWaiting)
            return []
        }
    }

    mutating func goodbyeWritten(_ session: SessionID, peerHadClosed: Bool = false) {
        perform { office, _ in
            office.goodbyeWritten(session, peerHadClosed: peerHadClosed)
            return []
        }
    }

    mutating func line(_ session: SessionID, acknowledged: Bool = true) {
        perform { office, now in
            office.lineArrived(session, allAcknowledged: acknowledged, at: now)
        }
    }

    func awaitsProof(_ session: SessionID) -> Bool { office.awaitsProof(session) }

    mutating func closeOrderly(_ session: SessionID, acknowledged: Bool = true) {
        perform { office, _ in office.closedOrderly(session, allAcknowledged: acknowledged) }
    }
}
