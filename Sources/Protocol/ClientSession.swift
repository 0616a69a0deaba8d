/// The person's end of a conversation, as `Session` is the server's.
///
/// Knows nothing of sockets, screens or keyboards. What happened goes in, what the shell should do
/// comes out. Either the person is asked or the server is awaited, never both: a line is sent when
/// the exchange before it has ended, so that the mail which came with that counts as read.
///
/// ```
///                  exists                     right
///  name ──────────────────────▶ password ──────────────▶ the mail, up to DONE ◀─┐
///   ▲│ is new                    ▲    │ wrong                     │             │ reply
///   │▼                           └────┘                           ▼             │
///  registration ─ y ─▶ the new password, twice                 command ─────────┘
///                                                            or a line in talk mode
/// ```
package struct ClientSession: Hashable, Sendable {
    package enum State: Hashable, Sendable {
        /// The person's turn. Left by a line that can be sent.
        case asking(Question)
        /// The server's turn. Left by its answer.
        case awaiting(Answer)
        /// Never left.
        case over
    }

    /// What the person is asked for.
    package enum Question: Hashable, Sendable {
        case name
        /// Whether a name that is new should be registered.
        case registration
        case newPassword(Purpose)
        /// The new password again.
        case samePassword(Purpose)
        case password
        case command
        /// In talk mode: a message, or `--`.
        case line(to: Recipient)
        /// The one that should be changed.
        case oldPassword
    }

    /// What a new password is for.
    package enum Purpose: Hashable, Sendable {
        case registering
        case changing
    }

    /// What the server is to say.
    package enum Answer: Hashable, Sendable {
        /// To a name; to `login …` and `new …` as well.
        case toName
        /// To whether a name should be registered.
        case toRegistration(isWanted: Bool)
        /// To the new password.
        case toRegistering
        case toPassword
        /// To a command: the first line. Nil is a line that is no command.
        case toCommand(CommandWord?)
        /// To a line in talk mode: the first.
        case toLine
        /// To the old password and twice the new one.
        case toChange
        /// So many more lines of a list.
        case list(of: CommandWord, rest: Int)
        /// Mail, up to `DONE`; and what the person is told when there is none.
        case mail(ifNone: String?)
    }

    package private(set) var state = State.asking(.name)
    /// Whether something that was asked for was not done: a name that has not got in, a command
    /// that was refused.
    package private(set) var leavesUndone = false
    /// Set in talk mode: lines are messages to it.
    var partner: Recipient?

    package init() {}

    /// What to do when the connection stands. The server says nothing first.
    package static let opening: [Effect] = [.ask(.name)]

    /// Whether the session would take a line from the person now.
    package var isAsking: Bool {
        if case .asking = state { true } else { false }
    }

    /// What the shell should do now, in this order.
    package mutating func receive(_ event: Event) -> [Effect] {
        switch (state, event) {
        case (.over, _):
            return []
        case (_, .connectionEnded):
            return finish(.serverGone)
        case (.asking(let question), .typed(let line)):
            return take(line, for: question)
        case (.asking(.command), .inputEnded):
            // What was shown was seen, and this makes it count as read.
            return send(Command.logout.text, expecting: .toCommand(.logout))
        case (.asking(.line), .inputEnded):
            // Where lines are messages there is no logout. It is asked for behind this.
            partner = nil
            return send(Array("--".utf8), expecting: .toLine)
        case (.asking, .inputEnded):
            return finish(.inputEnded)
        case (.asking(let question), .heard(let line)):
            return overhear(line, instead: question)
        case (.awaiting(let answer), .heard(let line)):
            return hear(line, as: answer)
        case (.awaiting, .typed), (.awaiting, .inputEnded):
            preconditionFailure("a line was taken from the person while the server was awaited")
        }
    }

    // MARK: For the transitions, which stand by turn in their own files

    mutating func send(_ line: [UInt8], expecting answer: Answer) -> [Effect] {
        state = .awaiting(answer)
        return [sending(line)]
    }

    func sending(_ line: [UInt8]) -> Effect { .send(line + [UInt8(ascii: "\n")]) }

    mutating func ask(_ question: Question, after words: String? = nil) -> [Effect] {
        state = .asking(question)
        return show(words) + [.ask(question)]
    }

    /// The person's next turn.
    mutating func askOn(after words: String?) -> [Effect] {
        ask(partner.map(Question.line) ?? .command, after: words)
    }

    mutating func expect(_ answer: Answer, after words: String? = nil) -> [Effect] {
        state = .awaiting(answer)
        return show(words)
    }

    mutating func finish(_ ending: Ending) -> [Effect] {
        state = .over
        return [.finish(ending)]
    }

    mutating func note(undone: Bool) {
        leavesUndone = undone
    }

    /// Any program may call itself a server: nothing it says reaches a terminal that would obey it.
    func show(_ words: String?) -> [Effect] {
        guard let words, let harmless = MessageText.harmless(Array(words.utf8)) else { return [] }
        return [.show(String(decoding: harmless, as: UTF8.self))]
    }

    func show(_ line: Line) -> [Effect] {
        switch line {
        case .text(let bytes): show(String(decoding: bytes, as: UTF8.self))
        case .unreadable: show("(a line that cannot be read)")
        }
    }
}

// The whole conversation between a client's session and its shell.

extension ClientSession {
    /// What happened.
    package enum Event: Hashable, Sendable {
        /// By the person. Only while the session is asking.
        case typed(Line)
        /// The person says no more. Only while the session is asking.
        case inputEnded
        /// From the server.
        case heard(Line)
        case connectionEnded
    }

    /// What to do.
    package enum Effect: Hashable, Sendable {
        case send([UInt8])
        /// One line, harmless.
        case show(String)
        /// Wait for a line from the person, who may have to be told for what.
        case ask(Question)
        /// Close, and leave.
        case finish(Ending)
    }

    /// How it ended.
    package enum Ending: Hashable, Sendable {
        case loggedOut
        /// The person left before the welcome, or in the midst of a change of the password.
        case inputEnded
        case blocked(seconds: Int64)
        /// By one wrong password too many.
        case lockedOut(seconds: Int64)
        case silence(seconds: Int64)
        /// Signing in took longer than the server waits.
        case signInTooSlow(seconds: Int64)
        /// The server takes no passwords over this connection.
        case insecure
        case serverGone
    }
}
