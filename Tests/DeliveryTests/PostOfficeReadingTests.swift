import Protocol
import Testing

@testable import Delivery

@Suite struct `Mail is shown` {
    @Test func `in the order in which it was acknowledged`() {
        var waiting = WaitingMail()
        let bob = waiting.office.signIn("bob")

        #expect(waiting.office.flush(bob) == WaitingMail.lines)
    }

    @Test func `once in a session`() {
        var waiting = WaitingMail()
        let bob = waiting.office.signIn("bob")
        _ = waiting.office.flush(bob, inputWaiting: true)

        #expect(waiting.office.fetch(bob) == [])

        waiting.write("4")
        #expect(waiting.office.fetch(bob) == ["ann: 4"])
    }

    @Test func `never again when it was read`() {
        var waiting = WaitingMail()
        let bob = waiting.office.signIn("bob")
        _ = waiting.office.flush(bob)

        waiting.office.line(bob)

        #expect(waiting.office.restarted("ann", "bob").count("bob") == 3)
        #expect(waiting.office.flushAgain(bob, "bob") == [])
        #expect(waiting.office.restarted("ann", "bob").count("bob") == 0)
    }

    @Test func `page by page, with one reading of the store for each`() {
        var waiting = WaitingMail()
        waiting.office.answers.page = 1
        let bob = waiting.office.signIn("bob")

        for (text, isLast) in [("1", false), ("2", false), ("3", true)] {
            #expect(waiting.office.collect(bob) == [])
            waiting.office.giveMail()
            guard case .mail(let messages, isLast)? = waiting.office.heard(bob).first else {
                Issue.record("no page for \(text)")
                continue
            }
            #expect(messages.map(\.text) == [message(text)])
        }
        #expect(!waiting.office.hasReads)
    }

    @Test func `with sender, number and time as they were kept`() {
        var waiting = WaitingMail()
        let bob = waiting.office.signIn("bob")
        let number = MessageNumber(Int64(waiting.office.log.count - 3))
        let at = waiting.office.now.wall

        waiting.office.wait(.seconds(100))
        _ = waiting.office.collect(bob)
        waiting.office.giveMail()

        guard case .mail(let messages, true)? = waiting.office.heard(bob).first else {
            Issue.record("no mail")
            return
        }
        #expect(
            messages.first
                == Message(number: number, at: at, from: username("ann"), text: message("1")))
    }

    @Test(arguments: [1, 100])
    func `as lost, by the server, when it is not what was written any more`(_ page: Int) {
        var waiting = WaitingMail()
        waiting.office.answers.page = page
        let second = waiting.office.log.count - 1
        waiting.office.answers.damaged = [MessageNumber(Int64(second))]
        let bob = waiting.office.signIn("bob")

        let standIn =
            "server: message \(second) from ann cannot be shown: what was kept of it is damaged"
        #expect(
            waiting.office.flush(bob) == [WaitingMail.lines[0], standIn, WaitingMail.lines[2]])

        waiting.office.line(bob)
        #expect(waiting.office.flushAgain(bob, "bob") == [])
        #expect(waiting.office.restarted("ann", "bob").count("bob") == 0)
    }

    @Test func `as lost to everybody when it was written to everybody`() {
        var office = TestOffice("ann", "bob")
        let (ann, bob) = (office.signIn("ann"), office.signIn("bob"))
        _ = office.broadcast(ann, "news")
        let number = office.log.count
        office.answers.damaged = [MessageNumber(Int64(number))]

        #expect(
            office.fetch(bob) == [
                "server: message \(number) to everybody from ann cannot be shown: what was kept of "
                    + "it is damaged"
            ])
        office.line(bob)
        #expect(office.count("bob") == 0)
    }

    @Test func `under the name of a sender who is no more`() {
        var waiting = WaitingMail()

        waiting.office.reread(lines("bob"))
        waiting.office.commit()
        waiting.office = waiting.office.restarted("bob")

        #expect(waiting.office.flush(waiting.office.signIn("bob")) == WaitingMail.lines)
    }

    @Test func `at the next exchange when it arrives while mail is read out`() {
        var waiting = WaitingMail()
        waiting.office.answers.page = 2
        let bob = waiting.office.signIn("bob")
        _ = waiting.office.collect(bob)
        waiting.office.giveMail()
        _ = waiting.office.heard(bob)

        waiting.write("4")

        #expect(waiting.office.flush(bob) == ["ann: 3"])
        #expect(waiting.office.fetch(bob) == ["ann: 4"])
    }

    @Test func `to nobody who has left in the meantime`() {
        var waiting = WaitingMail()
        let bob = waiting.office.signIn("bob")
        _ = waiting.office.collect(bob)

        waiting.office.leave(bob)
        waiting.office.giveMail()

        #expect(waiting.office.heard(bob) == [])
        #expect(waiting.office.count("bob") == 3)
    }
}

@Suite struct `The store is asked` {
    @Test func `once by who has just come, whatever was counted`() {
        var office = TestOffice("ann")
        let ann = office.signIn("ann")

        #expect(office.collect(ann) == [])
        #expect(office.hasReads)

        office.giveMail()
        #expect(office.heard(ann) == [.mail([], isLast: true)])
        #expect(office.collect(ann) == [.mail([], isLast: true)])
        #expect(!office.hasReads)
    }

    @Test func `again when something has come`() {
        var waiting = WaitingMail()
        _ = waiting.office.flush(waiting.ann)

        _ = waiting.office.send(waiting.ann, to: "carl", text: "hi")
        _ = waiting.office.broadcast(waiting.ann, "hello")
        #expect(waiting.office.collect(waiting.ann) == [.mail([], isLast: true)])

        _ = waiting.office.send(waiting.ann, to: "ann", text: "note")
        #expect(waiting.office.collect(waiting.ann) == [])
        #expect(waiting.office.hasReads)
    }

    @Test func `for nothing that is not on disk`() {
        var office = TestOffice("ann")
        let ann = office.signIn("ann")
        _ = office.flush(ann)

        _ = office.post(ann, to("ann"), "note")
        #expect(office.collect(ann) == [.mail([], isLast: true)])
    }

    @Test func `again for what could not be read`() {
        var waiting = WaitingMail()
        let bob = waiting.office.signIn("bob")
        _ = waiting.office.collect(bob)

        waiting.office.loseMail()
        #expect(waiting.office.heard(bob) == [.mail([], isLast: true)])
        #expect(waiting.office.notes.last == .unreadable(bob, username("bob")))

        #expect(waiting.office.flush(bob) == WaitingMail.lines)
    }

    @Test func `again by who has just come, when nothing could be read`() {
        var office = TestOffice("ann")
        let ann = office.signIn("ann")
        _ = office.collect(ann)
        office.loseMail()
        _ = office.heard(ann)

        #expect(office.collect(ann) == [])
    }

    @Test func `for nobody who has left`() {
        var waiting = WaitingMail()
        let bob = waiting.office.signIn("bob")
        _ = waiting.office.collect(bob)

        waiting.office.drop(bob)
        waiting.office.loseMail()

        #expect(waiting.office.heard(bob) == [])
        #expect(waiting.office.collect(bob) == [])
        #expect(!waiting.office.hasReads)
    }
}
