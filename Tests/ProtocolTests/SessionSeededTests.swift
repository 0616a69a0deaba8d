import Protocol
import Testing

// Whole conversations by chance: any bytes, cut anywhere, and a shell that answers anything it may.

@Suite struct SessionSeededTests {
    @Test(arguments: 1...60 as ClosedRange<UInt64>)
    func `whatever is sent, every line gets its answer in order and nothing traps`(seed: UInt64) {
        var chance = Seeded(seed)
        for _ in 0..<6 {
            var shell = CapriciousShell(seed: chance.next())
            let bytes = chance.conversation()
            for chunk in chance.chunks(of: bytes, upTo: 50) { shell.take(chunk) }
            shell.end(with: chance.one(of: [.inputEnded, .evicted, .silence]))

            #expect(shell.wrongs.isEmpty, "\(shell.wrongs)")
        }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `however the bytes are cut the conversation is the same`(seed: UInt64) {
        var chance = Seeded(seed)
        let bytes = chance.conversation()
        let chunkings = [
            [bytes], bytes.map { [$0] }, chance.chunks(of: bytes, upTo: 10),
            chance.chunks(of: bytes, upTo: 500),
        ]

        let transcripts = chunkings.map { chunks in
            var shell = CapriciousShell(seed: seed)
            for chunk in chunks { shell.take(chunk) }
            shell.end(with: .inputEnded)
            return shell.output
        }

        #expect(Set(transcripts).count == 1)
    }

    @Test func `chance has every reply said`() {
        var output = ""
        for seed in 1...60 as ClosedRange<UInt64> {
            var chance = Seeded(seed)
            var shell = CapriciousShell(seed: seed)
            shell.take(chance.conversation())
            shell.end(with: .silence)
            output += shell.output
        }

        let beginnings = Set(output.split(separator: "\n").map { $0.prefix { $0 != ":" } })
        #expect(
            beginnings.isSuperset(of: [
                "password", "register", "username", "registered", "exists", "welcome", "connected",
                "sent", "send", "full", "fetching", "help", "DONE", "goodbye", "timeout", "error",
                "live", "talk", "indexing",
                "ann", "[01-01-70T00",
            ]))
    }
}

/// Answers whatever a session asks for at once and as chance has it, and watches that the session
/// keeps its rules.
private struct CapriciousShell {
    private enum Pending: Hashable {
        case standing
        case verdict
        case enrolment(thenEnter: Bool)
        case answer
        case talk(Recipient)
        case mail
    }

    private(set) var output = ""
    /// Rules that were broken.
    private(set) var wrongs: [String] = []

    private var session = Session(at: .start, idleLimit: .seconds(1_800))
    private var reader = LineReader()
    private var chance: Seeded
    private var pending: Pending?
    /// Signed in without a password: nothing can be wrong with it.
    private var isNew = false
    private var hasHungUp = false
    private var replies: [Reply] = []
    private var marks = 0
    private var isLive = false
    private var isTalking = false
    private var mayPush: Bool { session.state != .greeting && (isLive || isTalking) }

    init(seed: UInt64) {
        chance = Seeded(seed)
    }

    mutating func take(_ bytes: [UInt8]) {
        var start = 0
        while !session.isOver, let line = reader.next(in: bytes.span, from: &start) {
            let wasChatting = session.state == .chatting
            replies = []
            tell(.line(line))
            while let question = pending { tell(answer(question)) }
            if wasChatting { checkExchange() }
            if chance.oneIn(3) { push() }
        }
    }

    /// Messages and no other reply, in a session that wants them; then the place is marked.
    private mutating func push() {
        replies = []
        marks = 0
        let silenceEnd = session.deadline
        tell(.mailArrived)
        let isWanted = pending != nil
        check(!isWanted || mayPush, "mail at once that nobody wanted")
        while let question = pending { tell(answer(question)) }
        check(marks == (isWanted ? 1 : 0), "\(marks) ends of one push")
        check(replies.allSatisfy { if case .message = $0 { true } else { false } }, "\(replies)")
        check(session.deadline == silenceEnd, "a push is a sign of life")
    }

    mutating func end(with event: Session.Event) {
        tell(event)
        check(session.isOver == hasHungUp, "over without a close")
        check(output.isHarmlessOutput, "a harmful byte went out")
        tell(.silence)
    }

    private mutating func check(_ isRight: Bool, _ rule: String) {
        if !isRight { wrongs.append(rule) }
    }

    /// A reply, its list, what waits, `DONE`; or `goodbye` and the end, or a question of another
    /// kind.
    private mutating func checkExchange() {
        let middle = replies.dropFirst().dropLast()
        let isMail = middle.drop { $0 == .indexing }
            .allSatisfy { if case .message = $0 { true } else { false } }
        if replies == [.goodbye] {
            check(hasHungUp, "goodbye without a close")
        } else if replies == [.username] {
            check(session.state == .greeting, "signed out and not asked for a name")
        } else if replies == [.password] {
            check(session.state == .changing([]), "a password is asked for and not taken")
        } else {
            check(replies.count >= 2 && replies.last == .done && isMail, "an exchange: \(replies)")
        }
    }

    private mutating func tell(_ event: Session.Event) {
        if hasHungUp { check(session.isOver, "life after the close") }
        for effect in session.receive(event, at: .start) { perform(effect) }
        check(session.isWaiting == (pending != nil), "waits for nothing, or not for its answer")
        check((session.deadline == nil) == (session.isWaiting || session.isOver), "its deadline")
    }

    private mutating func perform(_ effect: Session.Effect) {
        check(!hasHungUp, "\(effect) behind the close")
        switch effect {
        case .say(let reply):
            replies.append(reply)
            output += reply.shown
        case .inquire: ask(.standing)
        case .prove: ask(.verdict)
        case .register(_, _, let thenEnter): ask(.enrolment(thenEnter: thenEnter))
        case .ask(.talk(let to)): ask(.talk(to))
        case .ask, .post, .act, .change: ask(.answer)
        case .collect: ask(.mail)
        case .live(let isOn): isLive = isOn
        case .endTalk: isTalking = false
        case .signOut: (isLive, isTalking) = (false, false)
        case .endOfPush: marks += 1
        case .depart: check(replies.last == .goodbye, "a departure without goodbye")
        case .hangUp: hasHungUp = true
        }
    }

    private mutating func ask(_ question: Pending) {
        check(pending == nil, "two questions at once")
        pending = question
    }

    private mutating func answer(_ question: Pending) -> Session.Event {
        pending = nil
        switch question {
        case .standing:
            return .standing(
                chance.one(of: [
                    .known, .known, .known, .unknown(mayRegister: true),
                    .unknown(mayRegister: false),
                    .present, .busy, .insecure,
                ]))
        case .verdict:
            let fair: [Session.Verdict] = [.welcome, .welcome, .welcome, .present, .unknown]
            let verdict = chance.one(of: isNew ? fair : fair + [.wrong, .busy])
            isNew = false
            return .verdict(verdict)
        case .enrolment(let thenEnter):
            let outcome = chance.one(
                of: [.registered, .registered, .exists, .impossible, .badPassword, .busy, .unable]
                    as [Session.Enrolment])
            if outcome == .registered, thenEnter {
                isNew = true
                pending = .verdict
            }
            return .enrolment(outcome)
        case .answer:
            return .answer(
                chance.one(of: [
                    .sent, .names([.ann]), .full([.ann]), .nobody(["x"]), .storage(.send),
                ]))
        case .talk(let to):
            guard chance.oneIn(2) else { return .answer(.denied(.talk)) }
            isTalking = true
            return .answer(.talk(to))
        case .mail where session.state == .reading && chance.oneIn(4):
            return .lines(replies.count == 1 ? [.indexing] : [])
        case .mail:
            return .mail(chance.list(0...3) { $0.message() }, isLast: chance.oneIn(2))
        }
    }
}

extension Seeded {
    /// What people type, what goes wrong when they do, and what nobody should send.
    fileprivate mutating func conversation() -> [UInt8] {
        var bytes = wire("ann\nsecret\n")
        for _ in 0..<number(in: 20...60) {
            switch number(in: 0...9) {
            case 0...4: bytes += wire(one(of: Self.lines)) + wire(one(of: ["\n", "\r\n"]))
            case 5: bytes += wire("send ann ") + text(0...40).utf8 + wire("\n")
            case 6: bytes += text(0...40).utf8
            case 7: bytes += rubbish(0...20) + wire("\n")
            case 8: bytes += wire("\u{ff}\u{fd}\u{1}")
            default: bytes += [UInt8](repeating: 0x79, count: oneIn(4) ? 8_193 : 1_025) + wire("\n")
            }
        }
        if oneIn(3) { bytes += wire("logout\nwho\n") }
        return bytes
    }

    fileprivate mutating func message() -> Message {
        let text = MessageText(Array(text(1...30).utf8)) ?? MessageText(wire("hi"))!  // not blank
        return Message(number: .zero, at: WallTime(seconds: 0), from: .ann, text: text)
    }

    private static let lines = [
        "ann", "y", "secret", "secret", "login ann secret", "new ann secret", "", "who", "last 5",
        "fetch",
        "help", "send ann hi", "send (ann bob) hi", "broadcast hi", "last x", "foo", " ", "DONE",
        "create #tea", "join #tea", "join 7", "leave #tea", "rooms", "members #tea",
        "kick #tea bob", "close #tea", "history ann", "inbox", "search tea", "live", "live off",
        "talk ann", "talk #tea", "--", "--", "switch", "passwd", "create #tea 0",
    ]
}
