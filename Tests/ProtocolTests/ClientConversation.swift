// Both ends of a conversation wired together in memory, with a post office of a few lines behind
// the server's, and what the person at the client's end sees of it.

import Protocol

/// What the server's session asks is answered at once, from what the test says of the world.
struct ScriptedPostOffice {
    var passwords: [String: String] = ["alice": "wonderland", "bob": "builder"]
    /// Signed in elsewhere.
    var present: Set<String> = []
    var blocked: [String: Int64] = [:]
    /// Wrong passwords so far.
    var strikes: [String: Int] = [:]
    var mail: [Message] = []
    /// Names that nobody may take.
    var forbidden: Set<String> = []
    /// What the next question, letter and act is answered instead of the usual.
    var reply: Reply?
    /// The lines that this reply announces.
    var list: [Reply] = []
    var standing: Session.Standing?
    var verdict: Session.Verdict?
    var enrolment: Session.Enrolment?
    private(set) var posted: [Draft] = []

    mutating func answer(_ effect: Session.Effect) -> [Session.Event] {
        switch effect {
        case .inquire(let name): [.standing(standing ?? standing(of: name.text))]
        case .prove(let name, let password): [.verdict(verdict ?? prove(name.text, password))]
        case .register(let name, let password, let thenEnter):
            enroll(name.text, password, thenEnter: thenEnter)
        case .ask(.talk(let to)): [.answer(reply ?? .talk(to))]
        case .ask, .act:
            [.answer(reply ?? .names(passwords.keys.sorted().map { Username($0)! }))]
        case .post(let draft): [.answer(post(draft))]
        case .change(let old, let new): [.answer(change(old, new))]
        case .collect: collect()
        case .say, .live, .endTalk, .signOut, .endOfPush, .depart, .hangUp: []
        }
    }

    private func standing(of name: String) -> Session.Standing {
        if let seconds = blocked[name] { return .blocked(seconds: seconds) }
        if present.contains(name) { return .present }
        return passwords[name] == nil ? .unknown(mayRegister: !forbidden.contains(name)) : .known
    }

    private mutating func prove(_ name: String, _ password: Password?) -> Session.Verdict {
        if password?.bytes == passwords[name].map({ Array($0.utf8) }) { return .welcome }
        strikes[name, default: 0] += 1
        return strikes[name] == 3 ? .lockedOut(seconds: 60) : .wrong
    }

    private mutating func enroll(
        _ name: String, _ password: Password, thenEnter: Bool
    ) -> [Session.Event] {
        if let enrolment { return [.enrolment(enrolment)] }
        if passwords[name] != nil { return [.enrolment(.exists)] }
        passwords[name] = String(decoding: password.bytes, as: UTF8.self)
        return [.enrolment(.registered)] + (thenEnter ? [.verdict(.welcome)] : [])
    }

    private mutating func post(_ draft: Draft) -> Reply {
        posted.append(draft)
        guard case .named(let recipients) = draft.to else { return reply ?? .sent }
        let unknown = recipients.map(\.text).filter { passwords[$0] == nil }
        return reply ?? (unknown.isEmpty ? .sent : .nobody(unknown))
    }

    /// As alice.
    private mutating func change(_ old: Password?, _ new: Password) -> Reply {
        guard old?.bytes == passwords["alice"].map({ Array($0.utf8) }) else {
            return .denied(.passwd)
        }
        passwords["alice"] = String(decoding: new.bytes, as: UTF8.self)
        return reply ?? .changed
    }

    /// A line or a message a page, so that there are several.
    private mutating func collect() -> [Session.Event] {
        guard list.isEmpty else { return [.lines([list.removeFirst()])] }
        guard !mail.isEmpty else { return [.mail([], isLast: true)] }
        return [.mail([mail.removeFirst()], isLast: mail.isEmpty)]
    }
}

struct ClientConversation {
    private(set) var client = ClientSession()
    private(set) var server = Session(at: .start, idleLimit: .seconds(1_800))
    var office: ScriptedPostOffice
    /// What the person sees, a line each: what is shown, and what is typed behind its prompt.
    private(set) var screen: [String] = []
    private(set) var ending: ClientSession.Ending?
    private var question: ClientSession.Question?
    private var toServer = LineReader()
    private var toClient = LineReader(lineBytesMax: Limits.replyBytes)

    init(_ office: ScriptedPostOffice = ScriptedPostOffice()) {
        self.office = office
        obey(ClientSession.opening)
    }

    /// One who has signed in, with nothing on the screen.
    static func signedIn(_ office: ScriptedPostOffice = ScriptedPostOffice()) -> Self {
        var conversation = ClientConversation(office)
        conversation.type("alice", "wonderland")
        conversation.screen = []
        return conversation
    }

    /// What the person would be asked next.
    var prompt: String? { question?.prompt }

    mutating func type(_ lines: String...) {
        for line in lines {
            guard let asked = question else { return screen.append("never asked for: \(line)") }
            screen.append(asked.prompt + (asked.isHidden ? "•••" : line))
            type(.text(Array(line.utf8)))
        }
    }

    mutating func type(_ line: Line) {
        question = nil
        obey(client.receive(.typed(line)))
    }

    mutating func endInput() {
        question = nil
        obey(client.receive(.inputEnded))
    }

    /// While the person is awaited.
    mutating func deliver(_ messages: Message...) {
        office.mail += messages
        obey(server.receive(.mailArrived, at: .start))
    }

    mutating func waitTooLong() {
        obey(server.receive(.silence, at: server.deadline!))  // the person is awaited
    }

    mutating func hear(_ line: String) {
        obey(client.receive(.heard(.text(Array(line.utf8)))))
    }

    mutating func cut() {
        obey(client.receive(.connectionEnded))
    }

    // MARK: What is between

    private mutating func obey(_ effects: [ClientSession.Effect]) {
        for effect in effects {
            switch effect {
            case .send(let bytes): carry(bytes)
            case .show(let text): screen.append(text)
            case .ask(let question): self.question = question
            case .finish(let ending): self.ending = ending
            }
        }
    }

    private mutating func carry(_ bytes: [UInt8]) {
        var start = 0
        while let line = toServer.next(in: bytes.span, from: &start) {
            obey(server.receive(.line(line), at: .start))
        }
    }

    private mutating func obey(_ effects: [Session.Effect]) {
        for effect in effects {
            switch effect {
            case .say(let reply):
                carry(reply)
            case .hangUp:
                cut()
            case .inquire, .prove, .register, .ask, .post, .act, .change, .live, .endTalk,
                .signOut, .collect, .endOfPush, .depart:
                for event in office.answer(effect) { obey(server.receive(event, at: .start)) }
            }
        }
    }

    private mutating func carry(_ reply: Reply) {
        var bytes: [UInt8] = []
        reply.append(to: &bytes)
        var start = 0
        while let line = toClient.next(in: bytes.span, from: &start) {
            obey(client.receive(.heard(line)))
        }
    }
}
