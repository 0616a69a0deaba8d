import Protocol
import Testing

@testable import Delivery

@Suite struct `All mail comes again` {
    private var waiting = WaitingMail()

    /// What bob is shown at his next login, after a session in which he was shown all.
    private func next(after end: (inout TestOffice, SessionID) -> Void) -> [String] {
        var office = waiting.office
        let bob = office.signIn("bob")
        precondition(office.flush(bob) == WaitingMail.lines)
        end(&office, bob)
        office.commit()
        return office.flushAgain(bob, "bob")
    }

    @Test func `when the session ends without a line`() {
        #expect(next { _, _ in } == WaitingMail.lines)
        #expect(next { $0.leave($1) } == WaitingMail.lines)
    }

    @Test func `when the peer closes without a goodbye`() {
        #expect(next { $0.closeOrderly($1) } == WaitingMail.lines)
    }

    @Test func `when input was waiting before DONE`() {
        #expect(
            next {
                $0.doneWritten($1, inputWaiting: true)
                $0.line($1)
            } == WaitingMail.lines)
    }

    @Test func `when not all was acknowledged`() {
        #expect(next { $0.line($1, acknowledged: false) } == WaitingMail.lines)
        #expect(
            next {
                $0.line($1, acknowledged: false)
                $0.line($1)
            } == WaitingMail.lines)
    }

    @Test func `when the peer had closed before the goodbye`() {
        #expect(
            next {
                $0.leave($1)
                $0.goodbyeWritten($1, peerHadClosed: true)
                $0.closeOrderly($1)
            } == WaitingMail.lines)
    }

    @Test func `when the close after the goodbye leaves something unacknowledged`() {
        #expect(
            next {
                $0.leave($1)
                $0.goodbyeWritten($1)
                $0.closeOrderly($1, acknowledged: false)
            } == WaitingMail.lines)
    }

    @Test func `unless it closes after the goodbye`() {
        #expect(
            next {
                $0.leave($1)
                $0.goodbyeWritten($1)
                $0.closeOrderly($1)
            } == [])
    }

    @Test func `unless a line came`() {
        #expect(next { $0.line($1) } == [])
    }

    @Test func `unless a line came after a later DONE`() {
        #expect(
            next {
                $0.line($1, acknowledged: false)
                precondition($0.flush($1) == [])
                $0.line($1)
            } == [])
    }

    @Test func `together with what came later`() {
        #expect(
            next { office, _ in
                _ = office.send(office.signIn("carl"), to: "bob", text: "hi")
            } == WaitingMail.lines + ["carl: hi"])
    }
}

@Suite struct `A proof` {
    @Test func `covers what was shown and nothing else`() {
        var waiting = WaitingMail()
        let bob = waiting.office.signIn("bob")
        _ = waiting.office.flush(bob)

        waiting.write("4")
        waiting.office.line(bob)

        #expect(waiting.office.flushAgain(bob, "bob") == ["ann: 4"])
    }

    @Test func `is no line that comes while more is shown`() {
        var waiting = WaitingMail()
        let bob = waiting.office.signIn("bob")
        _ = waiting.office.flush(bob)
        waiting.write("4")
        _ = waiting.office.collect(bob)
        waiting.office.giveMail()

        waiting.office.line(bob)

        #expect(waiting.office.count("bob") == 4)
    }

    @Test func `covers the pages that were shown when the rest cannot be read`() {
        var waiting = WaitingMail()
        waiting.office.answers.page = 2
        let bob = waiting.office.signIn("bob")
        _ = waiting.office.collect(bob)
        waiting.office.giveMail()
        _ = waiting.office.collect(bob)
        waiting.office.loseMail()
        waiting.office.doneWritten(bob)

        waiting.office.line(bob)

        #expect(waiting.office.flushAgain(bob, "bob") == ["ann: 3"])
    }

    @Test func `does not cover a letter that nobody counted`() {
        var waiting = WaitingMail()
        let broken = waiting.office.recovered.withNothingWaiting
        waiting.office = TestOffice(lines("ann", "bob"), store: waiting.office.store, kept: broken)
        let (ann, bob) = (waiting.office.signIn("ann"), waiting.office.signIn("bob"))
        #expect(waiting.office.flush(bob, inputWaiting: true) == WaitingMail.lines)
        _ = waiting.office.send(ann, to: "bob", text: "4")

        // Three too few: the office believes that nothing waits.
        #expect(waiting.office.fetch(bob) == [])
        waiting.office.line(bob)

        #expect(waiting.office.flushAgain(bob, "bob") == ["ann: 4"])
    }

    @Test func `is written down with the end of what was shown and the letters of one's own`() {
        var waiting = WaitingMail()
        _ = waiting.office.broadcast(waiting.ann, "4")
        let end = MessageNumber(Int64(waiting.office.log.count + 1))
        let bob = waiting.office.signIn("bob")
        _ = waiting.office.flush(bob)

        waiting.office.line(bob)

        #expect(
            waiting.office.orders.map(\.entry)
                == [.read(waiting.office.number("bob"), through: end, own: 3)])
        #expect(
            waiting.office.notes.last == .read(bob, username("bob"), through: end))
    }

    @Test func `is written down once, and not when nothing was shown`() {
        var waiting = WaitingMail()
        let bob = waiting.office.signIn("bob")
        _ = waiting.office.flush(bob)
        _ = waiting.office.fetch(bob)

        waiting.office.line(bob)
        #expect(waiting.office.orders.isEmpty)
    }

    @Test func `is awaited while something was shown and is not read`() {
        var waiting = WaitingMail()
        let bob = waiting.office.signIn("bob")
        #expect(!waiting.office.awaitsProof(bob))

        _ = waiting.office.flush(bob)
        #expect(waiting.office.awaitsProof(bob))

        waiting.office.line(bob)
        #expect(!waiting.office.awaitsProof(bob))
        #expect(!waiting.office.awaitsProof(waiting.ann))
    }

    @Test func `of a session before does nothing once another has signed in`() {
        var waiting = WaitingMail()
        let old = waiting.office.signIn("bob")
        _ = waiting.office.flush(old)
        waiting.office.leave(old)
        waiting.office.goodbyeWritten(old)

        let new = waiting.office.signIn("bob")
        waiting.office.closeOrderly(old)
        waiting.office.drop(old)

        #expect(waiting.office.flush(new) == WaitingMail.lines)
    }

    @Test func `of a session before does nothing when another has come and gone`() {
        var waiting = WaitingMail()
        let old = waiting.office.signIn("bob")
        _ = waiting.office.flush(old)
        waiting.office.leave(old)
        waiting.office.goodbyeWritten(old)
        waiting.office.drop(waiting.office.signIn("bob"))

        waiting.office.closeOrderly(old)

        #expect(waiting.office.count("bob") == 3)
    }

    @Test func `of a session before counts while nobody has signed in`() {
        var waiting = WaitingMail()
        let old = waiting.office.signIn("bob")
        _ = waiting.office.flush(old)
        waiting.office.leave(old)
        waiting.office.goodbyeWritten(old)
        let new = waiting.office.arrive()
        _ = waiting.office.prove(new, "bob")

        waiting.office.closeOrderly(old)
        waiting.office.hash()

        #expect(waiting.office.flush(new) == [])
    }

    @Test func `that the store could not take lasts as long as the server`() {
        var waiting = WaitingMail()
        let bob = waiting.office.signIn("bob")
        _ = waiting.office.flush(bob)

        waiting.office.line(bob)
        waiting.office.refuse()

        #expect(waiting.office.count("bob") == 0)
        #expect(waiting.office.restarted("ann", "bob").count("bob") == 3)
    }
}

extension Recovered {
    /// As after a count that went wrong.
    fileprivate var withNothingWaiting: Recovered {
        var result = self
        for place in result.accounts.indices { result.accounts[place].waiting = 0 }
        return result
    }
}
