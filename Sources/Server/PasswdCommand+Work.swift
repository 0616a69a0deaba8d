// What `chatserv passwd` does once it is clear what is wanted.
import Delivery
import Protocol

extension PasswdCommand {
    func run(_ console: inout some Console) throws(Trouble) {
        var book = AccountBook(path: path)
        switch work {
        case .add(let name):
            try checkThatFree(name, in: &book)
            let secret = try askForSecret(&console)
            let isFirst = try troubled { () throws(AccountBookTrouble) in
                try book.add(AccountLine(name: name, secret: secret))
            }
            if isFirst { console.say("made \(path)") }
            console.say("added \(name.text); \(Self.whenItCounts)")
        case .change(let name):
            try checkThatKnown(name, in: &book)
            let secret = try askForSecret(&console)
            try troubled { () throws(AccountBookTrouble) in try book.change(name, to: secret) }
            console.say("changed \(name.text); \(Self.whenItCounts)")
        case .remove(let name):
            try troubled { () throws(AccountBookTrouble) in try book.remove(name) }
            console.say("removed \(name.text); \(Self.whenItCounts)")
        case .upgrade:
            try upgrade(&book, &console)
        }
    }

    private static let whenItCounts = "a running server knows it after SIGHUP"

    // MARK: One account

    /// Before anybody types a password for nothing. It is looked at once more when the line is
    /// written.
    private func checkThatFree(
        _ name: Username, in book: inout AccountBook
    ) throws(Trouble) {
        do throws(AccountBookTrouble) {
            let lines = try book.examine().lines
            guard !lines.contains(where: { $0.name.folded == name.folded }) else { throw .taken }
        } catch .missing {
            return
        } catch {
            throw Trouble(text: "\(error)")
        }
    }

    private func checkThatKnown(
        _ name: Username, in book: inout AccountBook
    ) throws(Trouble) {
        let lines = try troubled { () throws(AccountBookTrouble) in try book.examine().lines }
        guard lines.contains(where: { $0.name == name }) else {
            throw Trouble(text: "\(AccountBookTrouble.unknown(name))")
        }
    }

    private func askForSecret(_ console: inout some Console) throws(Trouble) -> Secret {
        guard let line = console.readSecretLine(asking: "password") else {
            throw Trouble(text: "no password came")
        }
        if console.isPerson {
            guard console.readSecretLine(asking: "the same again") == line else {
                throw Trouble(text: "the two differ; nothing was changed")
            }
        }
        guard let password = Password(line), String(validating: line, as: UTF8.self) != nil else {
            throw Trouble(
                text: "expected 1 to \(Limits.passwordBytes) bytes of UTF-8 as a password")
        }
        if !PasswordRule(isExposed: true).mayBeChosen(password) {
            console.complain("note: easy to guess, if other machines can reach the server")
        }
        guard let secret = PasswordHasher().hash(password) else {
            throw Trouble(text: "no memory for a hash")
        }
        return secret
    }

    // MARK: All accounts

    /// Hashes first and writes then, so that registrations do not wait for it.
    private func upgrade(
        _ book: inout AccountBook, _ console: inout some Console
    ) throws(Trouble) {
        let lines = try troubled { () throws(AccountBookTrouble) in try book.examine().lines }
        let older = lines.filter(\.secret.isOlder)
        if older.isEmpty {
            console.say("nothing to do: all \(lines.count) secrets are hashed")
            return
        }

        let hasher = PasswordHasher()
        var secrets: [AccountLine: Secret] = [:]
        for (index, account) in older.enumerated() {
            guard let secret = hasher.upgraded(account.secret) else {
                throw Trouble(text: "no memory for a hash; nothing was changed")
            }
            secrets[account] = secret
            if (index + 1) % Self.hashesPerReport == 0 {
                console.say("\(index + 1) of \(older.count) hashed")
            }
        }
        let count = try troubled { () throws(AccountBookTrouble) in try book.upgrade(secrets) }
        console.say("upgraded \(count) of \(older.count); \(Self.whenItCounts)")
    }

    /// About a second's work.
    private static let hashesPerReport = 50

    private func troubled<Value>(
        _ body: () throws(AccountBookTrouble) -> Value
    ) throws(Trouble) -> Value {
        do throws(AccountBookTrouble) {
            return try body()
        } catch {
            throw Trouble(text: "\(error)")
        }
    }
}
