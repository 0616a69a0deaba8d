// What the person is told and asked, in words.

extension ClientSession.Question {
    package var prompt: String {
        switch self {
        case .name: "User name: "
        case .registration: "Register it? [y/n] "
        case .newPassword: "New password: "
        case .samePassword: "The same again: "
        case .password: "Password: "
        case .command: "> "
        case .line(let to): "\(to.text)> "
        case .oldPassword: "Old password: "
        }
    }

    /// Whether what is typed must not be seen.
    package var isHidden: Bool {
        switch self {
        case .newPassword, .samePassword, .password, .oldPassword: true
        case .name, .registration, .command, .line: false
        }
    }
}

extension ClientSession.Ending {
    /// Nil when the person knows it all.
    package var words: String? {
        switch self {
        case .loggedOut:
            "Goodbye."
        case .inputEnded:
            nil
        case .blocked(let seconds):
            "This name is blocked from here for another \(Self.words(forSeconds: seconds))."
        case .lockedOut(let seconds):
            "Wrong password, once too often: this name is blocked from here for "
                + "\(Self.words(forSeconds: seconds))."
        case .silence(let seconds):
            "The server closed the connection after \(seconds) seconds of silence."
        case .signInTooSlow(let seconds):
            "The server closed the connection: nobody had signed in after \(seconds) seconds."
        case .insecure:
            "The server takes no passwords over a connection that is not encrypted."
        case .serverGone:
            "The server closed the connection."
        }
    }

    /// Whether the person wanted it.
    package var isWanted: Bool {
        switch self {
        case .loggedOut, .inputEnded: true
        case .blocked, .lockedOut, .silence, .signInTooSlow, .insecure, .serverGone: false
        }
    }

    /// `1 hour, 1 minute and 40 seconds`
    static func words(forSeconds seconds: Int64) -> String {
        let units: [(String, Int64)] = [
            ("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1),
        ]
        var rest = seconds
        var parts: [String] = []
        for (unit, length) in units where rest >= length || (length == 1 && parts.isEmpty) {
            let count = rest / length
            rest %= length
            parts.append(count == 1 ? "1 \(unit)" : "\(count) \(unit)s")
        }
        return parts.listed(with: "and")
    }
}

extension [String] {
    /// `ann, bob or cid`
    func listed(with word: String) -> String {
        guard count > 1 else { return first ?? "" }
        return dropLast().joined(separator: ", ") + " \(word) " + self[count - 1]
    }
}
