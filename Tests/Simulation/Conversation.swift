// One connection as PROTOCOL.md says it has to go: what its client has said, and what every line of
// the server can only mean. It knows the grammar; whether an answer is true the model knows.

import Protocol

struct Conversation: Sendable {
    /// A line that the client has said, or is saying.
    struct Said: Sendable {
        let text: [UInt8]
        /// Not too long, and UTF-8.
        let isReadable: Bool
        /// The number of the message that it hands in.
        let post: Int?
        /// What it is meant as, when that is not plain from its words.
        let order: Order?
        /// Its place in the client's stream, with the line end.
        let start: Int
        let end: Int
        /// The highest message number that anybody had been told of when it was said.
        let headKnown: Int64
        /// When all of it had come to the server.
        var arrivedAt: Instant?
        /// How many pages of mail could not be read until then.
        var pagesLost = 0
        /// The end of the log, for the server, at that time.
        var head: Int64 = 0
    }

    enum Stage: Hashable, Sendable {
        case greeting
        case offering(String?)
        case choosing(String)
        case confirming(String, first: [UInt8])
        /// `registered` was the answer to `new`, and another follows.
        case entering(String, password: [UInt8])
        case proving(String)
        case chatting
        /// Three lines are said for another password, of which the last one is answered.
        case changing([[UInt8]])
        case over
    }

    /// Between the first line of an exchange and its `DONE`.
    private enum Exchange: Sendable {
        case none
        case list(left: Int)
        case mail
    }

    /// What the client knows when it has read to the end of a line.
    struct Heard: Sendable {
        let end: Int
        /// The server says no more.
        let isOver: Bool
        let isMessage: Bool
    }

    /// A `DONE`, and how much of the client's stream had come in when it was written.
    struct Done: Sendable {
        let end: Int
        let inputBefore: Int
        /// No `DONE`, but what was told between two exchanges.
        let isAtOnce: Bool
    }

    private(set) var said: [Said] = []
    /// So many of them have their answer.
    private(set) var answered = 0
    private(set) var heard: [Heard] = []
    private(set) var dones: [Done] = []
    private(set) var stage = Stage.greeting
    private(set) var name: String?
    private(set) var isLive = false
    /// Whom every line is a message to.
    private(set) var partner: String?
    private var exchange = Exchange.none
    private var arrivals = 0

    private var isWithinExchange: Bool {
        switch (exchange, stage) {
        case (.none, .entering): true
        case (.none, _): false
        default: true
        }
    }

    /// The line that is being answered, or was last.
    var question: Said? { answered < said.count ? said[answered] : said.last }

    /// Whether nothing is left to answer.
    var isSettled: Bool { answered == said.count && !isWithinExchange }

    mutating func say(_ line: Said) {
        said.append(line)
        skipLinesWithoutAnswer()
    }

    mutating func arrived(through offset: Int, at now: Instant, pagesLost: Int, head: Int64) {
        while arrivals < said.count, said[arrivals].end <= offset {
            said[arrivals].arrivedAt = now
            said[arrivals].head = head
            said[arrivals].pagesLost = pagesLost
            arrivals += 1
        }
    }

    // MARK: What a line of the server means

    enum Meaning: Sendable {
        case nothing
        case busy
        /// Somebody else has the name that should be new.
        case taken
        /// The account exists; its password is asked for.
        case prompted(String)
        case unknown(String?)
        case present(String)
        case refused(String)
        case lockedOut(String, seconds: Int)
        case blocked(String, seconds: Int)
        case welcome(String, password: [UInt8], isNew: Bool)
        case registered(String, password: [UInt8])
        /// The first line of an exchange.
        case reply(Order, [UInt8])
        /// One of the lines that it has announced.
        case listed([UInt8], isLast: Bool)
        /// `isAtOnce`: between two exchanges.
        case message([UInt8], isAtOnce: Bool)
        case done
        case timeout(seconds: Int)
    }

    /// The next line of the server, which ends there. `input`: how much of the client's stream has
    /// come in.
    mutating func hear(
        _ line: [UInt8], end: Int, input: Int
    ) throws(Violation) -> Meaning {
        let meaning = try meaning(of: line)
        var isMessage = false
        switch meaning {
        case .message(_, let isAtOnce):
            isMessage = true
            // Any of them may be the end of what was told at once.
            if isAtOnce { dones.append(Done(end: end, inputBefore: input, isAtOnce: true)) }
        case .done: dones.append(Done(end: end, inputBefore: input, isAtOnce: false))
        default: break
        }
        heard.append(Heard(end: end, isOver: stage == .over, isMessage: isMessage))
        skipLinesWithoutAnswer()
        return meaning
    }

    private mutating func meaning(of line: [UInt8]) throws(Violation) -> Meaning {
        let text = String(decoding: line, as: UTF8.self)
        if stage == .over { throw Violation(.answer, "\"\(text)\" after the last word") }
        switch exchange {
        case .mail:
            guard text == "DONE" else { return .message(line, isAtOnce: false) }
            exchange = .none
            stage = .chatting
            answered += 1
            return .done
        case .list(let left):
            exchange = left == 1 ? .mail : .list(left: left - 1)
            return .listed(line, isLast: left == 1)
        case .none:
            break
        }

        if let seconds = number(text, after: "timeout:") {
            stage = .over
            return .timeout(seconds: seconds)
        }
        if stage == .chatting, isLive || partner != nil, text.hasPrefix("[") {
            return .message(line, isAtOnce: true)
        }
        guard answered < said.count else {
            throw Violation(.answer, "\"\(text)\" to nobody's line")
        }
        let question = said[answered]
        guard question.arrivedAt != nil else {
            throw Violation(.answer, "\"\(text)\" to a line that has not come in")
        }
        if stage == .chatting { return try reply(text, line, to: Order(question)) }
        if case .changing(let lines) = stage {
            let last = question.isReadable ? question.text : [0]
            return try reply(text, line, to: .password(old: lines[0], new: lines[1], again: last))
        }
        guard let meaning = signIn(text, to: question) else {
            let words = String(decoding: question.text.prefix(60), as: UTF8.self)
            throw Violation(.answer, "\"\(text)\" to \"\(words)\" in \(stage)")
        }
        return meaning
    }

    /// Some lines are not answered: blank ones before a name, the first of two passwords.
    private mutating func skipLinesWithoutAnswer() {
        while answered < said.count, !isWithinExchange {
            let line = said[answered]
            switch stage {
            case .greeting where line.isReadable && line.text.allSatisfy(\.isBlank): break
            case .proving where line.isReadable && line.text.isEmpty: break
            case .choosing(let name):
                stage = .confirming(name, first: line.isReadable ? line.text : [0])
            case .changing(let lines) where lines.count < 2:
                stage = .changing(lines + [line.isReadable ? line.text : [0]])
            default: return
            }
            answered += 1
        }
    }

    private mutating func reply(
        _ text: String, _ line: [UInt8], to order: Order
    ) throws(Violation) -> Meaning {
        guard order.mayBeAnswered(text) else {
            throw Violation(.answer, "\"\(text)\" to \(order)")
        }
        exchange = .mail
        switch order {
        case .logout: end(.over)
        case .switch: end(.greeting)
        case .passwd: end(.changing([]))
        case .live(let isOn): isLive = isOn
        case .talk(let to) where text == "talk:\(to)": partner = to
        case .talkOff: partner = nil
        default:
            if let word = order.list, let count = number(text, after: "\(word):"), count > 0 {
                exchange = .list(left: count)
            }
        }
        return .reply(order, line)
    }

    /// An exchange of one line, behind which something else begins.
    private mutating func end(_ next: Stage) {
        exchange = .none
        stage = next
        answered += 1
        guard next == .greeting else { return }
        name = nil
        isLive = false
        dones = []
    }

    /// Nil when it can be no answer to this.
    private mutating func signIn(_ text: String, to line: Said) -> Meaning? {
        let entry = Entrance(line)
        var next: Stage
        var meaning = Meaning.nothing
        switch (stage, entry, text) {
        case (.greeting, .name(let name), "password"):
            (next, meaning) = (.proving(name), .prompted(name))
        case (.greeting, .login(let name, _), "password"):
            (next, meaning) = (.proving(name), .refused(name))
        case (.greeting, .name(let name), "register"), (.greeting, .login(let name, _), "register"):
            (next, meaning) = (.offering(name), .unknown(name))
        case (.greeting, .impossibleName, "register"):
            next = .offering(nil)
        case (.greeting, .unreadable, "username"), (.greeting, .impossibleNew, "username"):
            next = .greeting
        case (.greeting, .name(let name), "connected"),
            (.greeting, .login(let name, _), "connected"),
            (.proving(let name), _, "connected"),
            (.entering(let name, _), _, "connected"):
            (next, meaning) = (.greeting, .present(name))
        case (.greeting, .name, "error:busy"), (.greeting, .login, "error:busy"),
            (.greeting, .new, "error:busy"), (.confirming, _, "error:busy"):
            (next, meaning) = (.greeting, .busy)
        case (.proving, _, "error:busy"):
            (next, meaning) = (.greeting, .busy)
        case (.greeting, .login(let name, let password), "welcome"):
            return welcome(name, password)
        case (.entering(let name, let password), _, "welcome"):
            return welcome(name, password, isNew: true)
        case (.proving(let name), _, "welcome"):
            return welcome(name, line.isReadable ? line.text : [0])
        case (.proving(let name), _, "username"), (.greeting, .login(let name, _), "username"),
            (.entering(let name, _), _, "username"):
            (next, meaning) = (.greeting, .unknown(name))
        case (.proving(let name), _, "password"):
            (next, meaning) = (.proving(name), .refused(name))
        case (.offering(let name?), _, "password") where line.text == [UInt8(ascii: "y")]:
            next = .choosing(name)
        case (.offering, _, "username"):
            next = .greeting
        case (.confirming(let name, let first), _, "registered")
        where line.isReadable && first == line.text:
            (next, meaning) = (.greeting, .registered(name, password: first))
        case (.confirming(let name, let first), _, "password")
        where !line.isReadable || first != line.text || first.isEmpty:
            next = .choosing(name)
        case (.confirming, _, "username"), (.greeting, .new, "exists"):
            (next, meaning) = (.greeting, .taken)
        case (.confirming, _, "error:storage:register"):
            next = .greeting
        case (.greeting, .new(let name, let password), "registered"):
            stage = .entering(name, password: password)
            return .registered(name, password: password)
        case (.greeting, .new, "username"), (.greeting, .new, "error:storage:register"):
            next = .greeting
        default:
            guard let (rest, refusal) = hangsUp(entry, text) else { return nil }
            (next, meaning) = (rest, refusal)
        }
        stage = next
        answered += 1
        return meaning
    }

    private mutating func welcome(
        _ name: String, _ password: [UInt8], isNew: Bool = false
    ) -> Meaning {
        self.name = name
        exchange = .mail
        return .welcome(name, password: password, isNew: isNew)
    }

    /// `blocked:<seconds>` and the bare length of a block: the server closes.
    private func hangsUp(_ entry: Entrance, _ text: String) -> (Stage, Meaning)? {
        let name: String
        let hasPassword: Bool
        switch (stage, entry) {
        case (.greeting, .name(let typed)): (name, hasPassword) = (typed, false)
        case (.greeting, .login(let typed, _)): (name, hasPassword) = (typed, true)
        case (.proving(let typed), _): (name, hasPassword) = (typed, true)
        default: return nil
        }
        if let seconds = number(text, after: "blocked:") {
            return (.over, .blocked(name, seconds: seconds))
        }
        if hasPassword, let seconds = number(text, after: "") {
            return (.over, .lockedOut(name, seconds: seconds))
        }
        return nil
    }
}

private func number(_ text: String, after beginning: String) -> Int? {
    guard text.hasPrefix(beginning) else { return nil }
    let digits = text.dropFirst(beginning.count)
    return digits.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(digits) : nil
}
