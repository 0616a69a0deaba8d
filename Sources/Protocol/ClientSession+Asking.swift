// The person's turn: a line was typed. What the server passes over in silence is not sent, since no
// answer would come to it.

extension ClientSession {
    mutating func take(_ line: Line, for question: Question) -> [Effect] {
        guard case .text(let bytes) = line else {
            note(undone: true)
            return ask(question, after: "That line is too long, or no text. It was not sent.")
        }

        switch question {
        case .name:
            guard !bytes.allSatisfy(\.isBlank) else { return ask(.name) }
            note(undone: true)
            return send(bytes, expecting: .toName)
        case .registration:
            guard let isWanted = Self.consent(bytes) else { return ask(.registration) }
            return send(
                Array(isWanted ? "y".utf8 : "n".utf8),
                expecting: .toRegistration(isWanted: isWanted))
        case .oldPassword:
            return [sending(bytes)] + ask(.newPassword(.changing))
        case .newPassword(let purpose):
            // The server takes all of them before it answers.
            return [sending(bytes)] + ask(.samePassword(purpose))
        case .samePassword(.registering):
            return send(bytes, expecting: .toRegistering)
        case .samePassword(.changing):
            return send(bytes, expecting: .toChange)
        case .password:
            guard !bytes.isEmpty else { return ask(.password) }
            return send(bytes, expecting: .toPassword)
        case .command:
            return send(bytes, expecting: .toCommand((try? Command(bytes))?.word))
        case .line:
            return send(bytes, expecting: .toLine)
        }
    }

    /// The server speaks while the person thinks: mail that is told at once, or its last words.
    mutating func overhear(_ line: Line, instead question: Question) -> [Effect] {
        if case .text(let bytes) = line,
            case .timeout(let seconds) = Reply(bytes, during: .reading)
        {
            return finish(
                question.isSignedIn
                    ? .silence(seconds: seconds) : .signInTooSlow(seconds: seconds))
        }
        return show(line) + [.ask(question)]
    }

    /// What somebody says who was asked `[y/n]`. Nil when it is neither.
    package static func consent(_ bytes: [UInt8]) -> Bool? {
        switch String(decoding: bytes, as: UTF8.self).lowercased() {
        case "y", "yes": true
        case "n", "no": false
        default: nil
        }
    }
}

extension ClientSession.Question {
    fileprivate var isSignedIn: Bool {
        switch self {
        case .name, .registration, .newPassword(.registering), .samePassword(.registering),
            .password:
            false
        case .command, .line, .oldPassword, .newPassword(.changing), .samePassword(.changing):
            true
        }
    }
}
