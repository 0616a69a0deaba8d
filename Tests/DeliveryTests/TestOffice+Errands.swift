import Protocol

@testable import Delivery

// What a test wants to say in one word.

extension TestOffice {
    /// As a person does it who is quick: nothing else happens in between.
    mutating func signIn(_ name: String, from caller: Caller = .here) -> SessionID {
        let session = arrive(from: caller)
        let events = logIn(session, name)
        precondition(events == [.verdict(.welcome)], "\(name) was told \(events)")
        return session
    }

    /// Sends and commits; the reply.
    mutating func send(_ session: SessionID, to names: String..., text: String) -> Reply? {
        reply(post(session, to(names), text))
            ?? {
                commit()
                return reply(heard(session))
            }()
    }

    mutating func broadcast(_ session: SessionID, _ text: String) -> Reply? {
        _ = post(session, .everyone, text)
        commit()
        return reply(heard(session))
    }

    /// All that was announced and all that waits, page by page, and `DONE`.
    mutating func flush(_ session: SessionID, inputWaiting: Bool = false) -> [String] {
        var shown: [String] = []
        var isLast = false
        while !isLast {
            var events = collect(session)
            if events.isEmpty {
                giveMail()
                events = heard(session)
            }
            switch (events.first, events.dropFirst()) {
            case (.lines(let replies), []): shown += replies.map(\.text)
            case (.mail(let messages, let ends), []),
                (.mail(let messages, let ends), [.mailArrived]):
                shown += messages.map { Reply.message($0).text }
                isLast = ends
                // For whoever looks for it next.
                if events.count > 1 { perform { _, _ in [.tell(session, .mailArrived)] } }
            default: preconditionFailure("\(events) for one page of mail")
            }
        }
        doneWritten(session, inputWaiting: inputWaiting)
        return shown
    }

    /// One exchange that asks for nothing else.
    mutating func fetch(_ session: SessionID) -> [String] {
        line(session)
        commit()
        return flush(session)
    }

    /// A session that leaves without a proof, and all that the next one is shown.
    mutating func flushAgain(_ session: SessionID, _ name: String) -> [String] {
        drop(session)
        let next = signIn(name)
        defer { drop(next) }
        return flush(next)
    }

    mutating func names(_ session: SessionID, _ question: Session.Question) -> [String] {
        guard case .names(let names)? = reply(ask(session, question)) else { return ["no names"] }
        return names.map(\.text)
    }

    /// What waits for somebody, as the office counts it.
    func count(_ name: String) -> Int? {
        office.account(named: username(name)).map { office.waiting(for: $0.number) }
    }

    /// Where somebody was and mail may still wait.
    func pastSpans(_ name: String) -> [RoomSpan]? {
        office.account(named: username(name))?.pastSpans
    }

    /// Of somebody who has one.
    func number(_ name: String) -> AccountNumber {
        office.numbers[username(name)] ?? AccountNumber(0)
    }

    private func reply(_ events: [Session.Event]) -> Reply? {
        guard case .answer(let reply)? = events.last else { return nil }
        precondition(events.count == 1, "\(events) instead of one reply")
        return reply
    }
}

// MARK: Words

func to(_ names: String...) -> Draft.Destination { to(names) }

func to(_ names: [String]) -> Draft.Destination {
    .named(names.map { RoomName($0).map(Recipient.room) ?? .user(username($0)) })
}

func username(_ text: String) -> Username { Username(older: text)! }  // tests use names that can be

func password(_ text: String) -> Password { Password(Array(text.utf8))! }  // the same

func message(_ text: String) -> MessageText { MessageText(Array(text.utf8))! }  // the same

func string(_ text: MessageText) -> String { String(decoding: text.bytes, as: UTF8.self) }

func lines(_ names: String...) -> [AccountLine] { lines(names) }

func lines(_ names: [String], _ word: String = "right") -> [AccountLine] {
    names.map { AccountLine(name: username($0), secret: .word(password(word))) }
}

extension Caller {
    static let here = Caller(address: "127.0.0.1", isLocal: true, mayUsePassword: true)

    static func from(_ address: String) -> Caller {
        Caller(address: address, isLocal: false, mayUsePassword: true)
    }
}

extension Moment {
    /// A day in 2027, and a machine that has been up for an hour.
    static let start = Moment(
        instant: Instant(nanoseconds: 3_600_000_000_000), wall: WallTime(seconds: 1_800_000_000))

    static func + (moment: Moment, distance: Duration) -> Moment {
        Moment(
            instant: moment.instant + distance,
            wall: WallTime(seconds: moment.wall.seconds + distance.components.seconds))
    }

    /// The same moment with the clock on the wall put forward or back.
    func clockSet(by seconds: Int64) -> Moment {
        Moment(instant: instant, wall: WallTime(seconds: wall.seconds + seconds))
    }
}
