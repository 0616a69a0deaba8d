// The account file as text: it is edited by hand, appended to by the server, and a power cut may
// end it anywhere. All of it is understood before anybody signs in, or the server does not start.
import Protocol

/// What an account file says.
package struct Accounts: Hashable, Sendable {
    /// In the order of the file. No two names differ in letter case alone.
    package let lines: [AccountLine]
    /// What is left of a registration that was never confirmed. To be cut off, so that the next
    /// line does not grow out of it.
    package let tornTail: TornTail?

    package struct TornTail: Hashable, Sendable {
        /// Where it begins.
        package let offset: Int
        package let count: Int
    }

    package init(_ text: [UInt8]) throws(AccountsFault) {
        var lines: [AccountLine] = []
        // By the bytes of the folded name, because strings are equal too easily: two spellings of
        // one accented letter are two names.
        var places: [[UInt8]: Place] = [:]
        var scanner = AccountScanner()

        while let line = try scanner.next(in: text.span) {
            guard let account = line.account else { continue }
            let place = Place(line: line.number, index: lines.count)
            if let other = places.updateValue(place, forKey: Array(account.name.folded.utf8)) {
                throw AccountsFault(
                    line: line.number,
                    reason: lines[other.index].name == account.name
                        ? .sameName(asLine: other.line) : .sameNameButForCase(asLine: other.line))
            }
            lines.append(account)
        }
        self.lines = lines
        tornTail = scanner.tornTail
    }

    private struct Place {
        let line: Int
        let index: Int
    }
}

/// Why an account file cannot be used. Repeats nothing of what stands in it: that may be a secret.
package struct AccountsFault: Error, Hashable, Sendable {
    /// The first is 1.
    package let line: Int
    package let reason: Reason

    package enum Reason: Error, Hashable, Sendable {
        case noSecret
        case impossibleName
        case incompleteHash
        case incompleteSHA1
        case blankInWord
        case longWord
        case sameName(asLine: Int)
        case sameNameButForCase(asLine: Int)
        case notUTF8
        case zeroByte
    }
}

extension AccountsFault: CustomStringConvertible {
    package var description: String { "line \(line): \(reason)" }
}

extension AccountsFault.Reason: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noSecret:
            "a name without a secret"
        case .impossibleName:
            "no user name: it is a word of the protocol, too long, or holds a character that may "
                + "not stand in one"
        case .incompleteHash:
            "a secret that begins with $ has to be a complete "
                + "$argon2id$v=19$m=…,t=…,p=…$salt$hash"
        case .incompleteSHA1:
            "after a comma 40 hexadecimal digits are expected"
        case .blankInWord:
            "a password in plain writing cannot hold a blank"
        case .longWord:
            "no password is longer than \(Limits.passwordBytes) bytes"
        case .sameName(let line):
            "the same name as on line \(line)"
        case .sameNameButForCase(let line):
            "but for letter case the same name as on line \(line)"
        case .notUTF8:
            "not UTF-8"
        case .zeroByte:
            "a zero byte"
        }
    }
}
