import Protocol
import Testing

@testable import Delivery

/// Ann and bob are here, in `#tea`; bob wants his mail at once.
private struct Live {
    var office = TestOffice("ann", "bob", "carl")
    let ann: SessionID
    let bob: SessionID

    init() {
        ann = office.enter("ann")
        bob = office.enter("bob")
        office.reply(ann, to: "create #tea forever")
        office.reply(bob, to: "join #tea")
        _ = office.fetch(ann)
        _ = office.exchange(bob, "live")
        _ = office.heard(bob)
    }
}

@Suite struct `Mail that is wanted at once` {
    private var live = Live()

    @Test(arguments: [
        ("send bob hi", "ann: hi"), ("send (carl bob) hi", "ann: hi"),
        ("broadcast hi", "ann: hi"), ("send #tea hi", "ann #tea: hi"),
        ("send #lobby hi", "ann #lobby: hi"), ("leave #lobby", "server #lobby: ann left"),
        ("kick #tea bob", "server #tea: bob was removed"),
        ("close #tea", "server #tea: the room is closed"),
    ])
    func `is announced when it is on disk`(command: String, line: String) {
        var office = live.office

        office.hand(live.ann, command)
        #expect(office.push(live.bob) == nil)

        office.commit()
        #expect(office.push(live.bob) == [line])
        #expect(office.push(live.bob) == nil)
    }

    @Test(arguments: [
        "send carl hi", "send #milk hi", "create #new", "leave #milk", "who",
    ])
    func `is not what others get`(command: String) {
        var office = live.office
        office.reply(live.ann, to: "create #milk")

        office.reply(live.ann, to: command)

        #expect(office.push(live.bob) == nil)
    }

    @Test func `is not what one says oneself`() {
        var office = live.office

        for command in ["send #tea hi", "broadcast hi", "leave #tea", "join #tea"] {
            #expect(office.exchange(live.bob, command).count == 1)
            #expect(office.push(live.bob) == nil)
        }
        #expect(office.exchange(live.bob, "send bob hi") == ["sent:", "bob: hi"])
        #expect(office.push(live.bob) == nil)
    }

    @Test func `is announced to nobody else`() {
        var office = live.office

        office.reply(live.bob, to: "send (ann #tea) hi")
        office.ring()

        #expect(office.heard(live.ann) == [])
        #expect(office.fetch(live.ann) == ["bob: hi", "bob #tea: hi"])
    }

    @Test func `is no longer announced when it is not wanted`() {
        var office = live.office
        #expect(office.exchange(live.bob, "live off") == ["live:off"])

        office.reply(live.ann, to: "send (bob #tea) hi")

        #expect(office.push(live.bob) == nil)
        #expect(office.fetch(live.bob) == ["ann: hi", "ann #tea: hi"])
    }

    @Test func `is told in one go, whatever it is`() {
        var office = live.office
        office.reply(live.ann, to: "send #tea 1")
        office.reply(live.ann, to: "send bob 2")
        office.reply(live.ann, to: "broadcast 3")
        office.reply(live.ann, to: "leave #tea")
        office.commit()
        office.answers.page = 1

        #expect(
            office.push(live.bob) == [
                "ann #tea: 1", "ann: 2", "ann: 3", "server #tea: ann left",
                "server #tea: bob is its admin now",
            ])
        #expect(office.push(live.bob) == nil)
        #expect(office.fetch(live.bob) == [])
    }

    @Test func `that comes while mail is told is announced when that is over`() {
        var office = live.office
        office.recallsNothing = true
        office.reply(live.ann, to: "send bob 1")
        office.ring()
        _ = office.heard(live.bob)
        _ = office.collect(live.bob)

        office.reply(live.ann, to: "send bob 2")
        office.giveMail()

        let events = office.heard(live.bob)
        #expect(events.last == .mailArrived)
        guard case .mail(let messages, isLast: true)? = events.dropLast().last else {
            Issue.record("\(events)")
            return
        }
        #expect(messages.map(\.text) == [message("1")])
        #expect(office.flush(live.bob) == ["ann: 2"])
    }

    @Test func `that came in the middle of an exchange is announced at its end`() {
        var office = live.office
        office.line(live.bob)
        _ = office.ask(live.bob, .online)
        #expect(office.collect(live.bob) == [.mail([], isLast: true)])
        office.reply(live.ann, to: "send #tea hi")
        office.doneWritten(live.bob)

        #expect(office.push(live.bob) == ["ann #tea: hi"])
    }

    @Test func `is what waits when it is first wanted`() {
        var office = live.office
        office.reply(live.bob, to: "send ann hi")

        #expect(office.exchange(live.ann, "live") == ["live:on", "bob: hi"])
        #expect(office.push(live.ann) == nil)
    }

    @Test func `counts as read when a line follows`() {
        var office = live.office
        office.reply(live.ann, to: "send (bob #tea) hi")
        _ = office.push(live.bob)
        #expect(office.count("bob") == 2)

        office.line(live.bob)

        #expect(office.count("bob") == 0)
        #expect(office.flushAgain(live.bob, "bob") == [])
    }

    @Test(arguments: [(true, true), (false, false)])
    func `does not count as read when the line came first, or may not have seen it`(
        inputWaiting: Bool, acknowledged: Bool
    ) {
        var office = live.office
        office.reply(live.ann, to: "send (bob #tea) hi")
        _ = office.push(live.bob, inputWaiting: inputWaiting)

        office.line(live.bob, acknowledged: acknowledged)

        #expect(office.count("bob") == 2)
        #expect(office.flushAgain(live.bob, "bob") == ["ann: hi", "ann #tea: hi"])
    }

    @Test func `does not count as read by a line that comes before its end is written`() {
        var office = live.office
        office.reply(live.ann, to: "send bob 1")
        office.ring()
        #expect(office.heard(live.bob).contains(.mailArrived))
        _ = office.collect(live.bob)
        office.giveMail()

        office.line(live.bob)

        #expect(office.count("bob") == 1)
    }

    @Test func `takes nothing from what was proven before when nothing comes of it`() {
        var office = live.office
        office.reply(live.ann, to: "send bob 1")
        _ = office.push(live.bob)
        // Somebody else's coming and going, of which bob is told nothing.
        let carl = office.enter("carl")
        office.reply(carl, to: "create #milk")
        office.ring()

        office.line(live.bob)

        #expect(office.count("bob") == 0)
    }

    @Test func `is wanted for one session`() {
        var office = live.office
        office.drop(live.bob)
        let bob = office.enter("bob")

        office.reply(live.ann, to: "send (bob #tea) hi")

        #expect(office.push(bob) == nil)
        #expect(office.push(live.bob) == nil)
    }

    @Test func `is not announced again and again when it cannot be read`() {
        var office = live.office
        office.recallsNothing = true
        office.reply(live.ann, to: "send bob 1")
        _ = office.heard(live.bob)
        _ = office.collect(live.bob)

        office.loseMail()
        #expect(office.heard(live.bob) == [.mail([], isLast: true)])

        office.reply(live.ann, to: "send bob 2")
        #expect(office.push(live.bob) == ["ann: 1", "ann: 2"])
    }
}

@Suite struct `A message to many` {
    @Test func `is announced to so many at a time`() {
        let names = (1...2 * Limits.listenersPerTurn + 1).map { "user\($0)" }
        var office = TestOffice(lines(names + ["ann"]))
        let ann = office.enter("ann")
        let sessions = names.map { office.enter($0) }
        for session in sessions { office.live(session) }

        office.reply(ann, to: "broadcast hi")

        var told: [Int] = []
        while office.isRinging {
            office.ringOn()
            told.append(sessions.count { office.heard($0) == [.mailArrived] })
        }
        #expect(told == [Limits.listenersPerTurn, Limits.listenersPerTurn, 1])
    }

    @Test func `is announced also to who begins to listen meanwhile, and not to who goes`() {
        let names = (1...Limits.listenersPerTurn + 1).map { "user\($0)" }
        var office = TestOffice(lines(names + ["ann"]))
        let ann = office.enter("ann")
        var sessions = names.map { office.enter($0) }
        let late = sessions.removeLast()
        for session in sessions { office.live(session) }
        office.reply(ann, to: "broadcast hi")

        office.live(late)
        office.drop(sessions[0])
        office.ring()

        #expect(office.heard(late) == [.mailArrived])
        #expect(office.heard(sessions[0]) == [])
        #expect(sessions.dropFirst().allSatisfy { office.heard($0).contains(.mailArrived) })
    }
}

@Suite struct `A bell` {
    private let sessions = (0..<5 as Range<Int32>).map { SessionID(slot: $0, generation: 1) }

    private func ringing() -> Bell {
        var bell = Bell()
        for session in sessions { bell.listen(session) }
        bell.ring()
        return bell
    }

    @Test func `is heard by all who listen, once`() {
        var bell = ringing()
        bell.listen(sessions[2])

        #expect(bell.isBusy)
        #expect(bell.nextSlice(2) == [sessions[0], sessions[1]])
        #expect(bell.nextSlice(2) == [sessions[2], sessions[3]])
        #expect(bell.isBusy)
        #expect(bell.nextSlice(2) == [sessions[4]])
        #expect(!bell.isBusy)
        #expect(bell.nextSlice(2) == [])
    }

    @Test func `rings again for what comes while it rings`() {
        var bell = ringing()
        _ = bell.nextSlice(3)

        bell.ring()
        bell.ring()

        #expect(bell.nextSlice(3) == [sessions[3], sessions[4]])
        #expect(bell.isBusy)
        #expect(bell.nextSlice(5) == sessions)
        #expect(!bell.isBusy)
    }

    @Test(arguments: 0..<5, 0..<5)
    func `passes nobody by when somebody goes`(told: Int, gone: Int) {
        var bell = ringing()
        var heard = Set(bell.nextSlice(told))

        bell.forget(sessions[gone])
        bell.forget(sessions[gone])
        while bell.isBusy { heard.formUnion(bell.nextSlice(2)) }

        #expect(heard.union([sessions[gone]]) == Set(sessions))
        #expect(gone < told || !heard.contains(sessions[gone]))
    }

    @Test func `does not ring for nobody`() {
        var bell = Bell()
        bell.listen(sessions[0])
        bell.forget(sessions[0])

        bell.ring()

        #expect(!bell.isBusy)
    }

    @Test func `falls silent when nobody listens any more`() {
        var bell = ringing()
        _ = bell.nextSlice(1)

        for session in sessions { bell.forget(session) }

        #expect(bell.nextSlice(5) == [])
        while bell.isBusy { #expect(bell.nextSlice(5) == []) }
    }
}

@Suite struct `Recent mail` {
    private let rooms = MailQuery(
        reader: AccountNumber(2), after: .zero, through: MessageNumber(1_000))

    private func letter(_ text: String) -> Entry {
        .letter(
            Letter(
                from: AccountNumber(1), to: .one(AccountNumber(2)), at: WallTime(seconds: 0),
                text: message(text)))
    }

    @Test func `is given in its order, as far as it was asked for`() {
        var recent = RecentMail(after: MessageNumber(4))
        for number in 5...9 as ClosedRange<Int64> {
            recent.append(letter("\(number)"), MessageNumber(number))
        }
        let query = MailQuery(
            reader: AccountNumber(2), after: MessageNumber(5), through: MessageNumber(8))

        let texts = recent.findings(query)?.map { finding in
            if case .letter(let stored) = finding { string(stored.letter.text) } else { "?" }
        }
        #expect(texts == ["6", "7", "8"])
    }

    @Test func `says so when it does not go back so far`() {
        var recent = RecentMail(after: MessageNumber(4))
        #expect(recent.findings(rooms) == nil)
        for number in 5...1_000 as ClosedRange<Int64> {
            recent.append(letter("\(number)"), MessageNumber(number))
        }
        let first = recent.after
        let query = { (after: MessageNumber) in
            MailQuery(reader: AccountNumber(2), after: after, through: MessageNumber(1_000))
        }
        #expect(recent.findings(query(first))?.count == Int(1_000 - first.value))
        #expect(recent.findings(query(MessageNumber(first.value - 1))) == nil)
    }

    @Test func `of somebody else is not given`() {
        var recent = RecentMail(after: .zero)
        recent.append(letter("1"), MessageNumber(1))
        let query = MailQuery(
            reader: AccountNumber(3), after: .zero, through: MessageNumber(1))
        #expect(recent.findings(query) == [])
    }
}
