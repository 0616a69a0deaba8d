// The account file with its meaning: bytes from the disk, accounts from the bytes, and one sentence
// for each thing that somebody should know about it.
package import Delivery
package import Protocol
package import Store

/// Reads `user_pass.txt` and adds to it.
package struct AccountBook: Sendable {
    private var file: UserPassFile
    /// In the file when it was last looked at, in lower case: those that were written by hand too,
    /// of which nobody else may have heard yet.
    private var names: Set<String> = []

    package init(path: String) {
        file = UserPassFile(path: path)
    }

    /// These have accounts, whatever the file says of them.
    package mutating func expect(_ known: some Sequence<Username>) {
        names.formUnion(known.lazy.map(\.folded))
    }

    package struct Reading: Hashable, Sendable {
        package let lines: [AccountLine]
        /// For the log, without secrets.
        package let notes: [String]

        package init(lines: [AccountLine], notes: [String]) {
            self.lines = lines
            self.notes = notes
        }
    }

    /// Reads all of it, and makes sure of two things: nobody else can read it, and what a power cut
    /// left of a registration that was never confirmed is gone. The line of somebody who has an
    /// account was confirmed: it is not taken away, and with it the account.
    package mutating func read() throws(AccountBookTrouble) -> Reading {
        let privacy = try reporting { () throws(UserPassFileError) in try file.restorePrivacy() }
        let accounts = try load()
        var notes: [String] = []
        switch privacy {
        case .kept: break
        case .restored: notes.append("others could read \(file.path); now its owner alone can")
        case .lacking: notes.append("others can read \(file.path), and we may not change that")
        }
        if let tail = accounts.tornTail { notes.append(drop(tail)) }
        if let older = note(onOlderSecretsIn: accounts) { notes.append(older) }
        return Reading(lines: accounts.lines, notes: notes)
    }

    /// What `read` would give. Changes nothing.
    package mutating func examine() throws(AccountBookTrouble) -> Reading {
        let accounts = try load()
        var notes: [String] = []
        if let tail = accounts.tornTail {
            file.forget()
            notes.append("the server will drop \(describe(tail)) when it starts")
        }
        if let older = note(onOlderSecretsIn: accounts) { notes.append(older) }
        return Reading(lines: accounts.lines, notes: notes)
    }

    /// On return the account is in the file, on disk. When it throws, the file is as it was.
    package mutating func enroll(_ account: AccountLine) throws(AccountBookTrouble) {
        var trouble: AccountBookTrouble?
        var found: Accounts?
        let (path, known) = (file.path, names)
        // A second line of one name, and the server would not start again: so the file is looked
        // at, unless nobody has changed it and the name has not been seen in it.
        if names.contains(account.name.folded) { file.forget() }
        _ = try reporting { () throws(UserPassFileError) in
            try file.append(account.text) { text in
                do throws(AccountBookTrouble) {
                    let accounts = try Self.understand(text, path: path, known: known)
                    found = accounts
                    return try Self.room(for: account.name, in: accounts, text)
                } catch {
                    trouble = error
                    return nil
                }
            }
        }
        if let found { see(found) }
        if let trouble { throw trouble }
        names.insert(account.name.folded)
    }

    private mutating func see(_ accounts: Accounts) {
        names = Set(accounts.lines.lazy.map(\.name.folded))
    }

    /// Where the text ends to which a name can be added.
    static func room(
        for name: Username, in text: [UInt8], path: String
    ) throws(AccountBookTrouble) -> Int {
        try room(for: name, in: understand(text, path: path), text)
    }

    private static func room(
        for name: Username, in accounts: Accounts, _ text: [UInt8]
    ) throws(AccountBookTrouble) -> Int {
        guard !accounts.lines.contains(where: { $0.name.folded == name.folded }) else {
            throw .taken
        }
        return accounts.tornTail?.offset ?? text.count
    }

    /// Puts another text in the place of the file's.
    mutating func rewrite(
        _ edit: (_ text: [UInt8], _ path: String) throws(AccountBookTrouble) -> [UInt8]
    ) throws(AccountBookTrouble) {
        var trouble: AccountBookTrouble?
        let path = file.path
        _ = try reporting { () throws(UserPassFileError) in
            try file.rewrite { text in
                do throws(AccountBookTrouble) {
                    return try edit(text, path)
                } catch {
                    trouble = error
                    return nil
                }
            }
        }
        if let trouble { throw trouble }
    }

    /// Makes an empty file. There must be none.
    mutating func create() throws(AccountBookTrouble) {
        try reporting { () throws(UserPassFileError) in try file.create() }
    }

    private mutating func load() throws(AccountBookTrouble) -> Accounts {
        let text = try reporting { () throws(UserPassFileError) in try file.read() }
        do throws(AccountBookTrouble) {
            let accounts = try Self.understand(text, path: file.path, known: names)
            see(accounts)
            return accounts
        } catch {
            file.forget()
            throw error
        }
    }

    /// `known`: who has an account, in lower case.
    private static func understand(
        _ text: [UInt8], path: String, known: Set<String> = []
    ) throws(AccountBookTrouble) -> Accounts {
        let accounts: Accounts
        do throws(AccountsFault) {
            accounts = try Accounts(text)
        } catch {
            throw .text(path: path, error)
        }
        if accounts.tornTail != nil, let name = AccountsReview(text).tornName,
            known.contains(name.folded)
        {
            throw .cutShort(path: path, name)
        }
        return accounts
    }

    private mutating func drop(_ tail: Accounts.TornTail) -> String {
        do throws(UserPassFileError) {
            let isDropped = try file.truncate(to: tail.offset)
            return "\(isDropped ? "dropped" : "ignored") \(describe(tail))"
        } catch {
            return "ignored \(describe(tail)); they cannot be cut off: \(error)"
        }
    }

    private func describe(_ tail: Accounts.TornTail) -> String {
        "\(tail.count) bytes at the end of \(file.path), left by a registration that was never "
            + "confirmed"
    }

    private func note(onOlderSecretsIn accounts: Accounts) -> String? {
        let count = accounts.lines.count { $0.secret.isOlder }
        if count == 0 { return nil }
        return "\(count) of \(accounts.lines.count) secrets in \(file.path) are plain words or "
            + "SHA-1; chatserv passwd --upgrade hashes them"
    }

    private func reporting<Value>(
        _ body: () throws(UserPassFileError) -> Value
    ) throws(AccountBookTrouble) -> Value {
        do throws(UserPassFileError) {
            return try body()
        } catch {
            throw error.isMissingFile ? .missing(path: file.path) : .file(error)
        }
    }
}

/// Why the account file cannot be used, or extended.
package enum AccountBookTrouble: Error, Hashable, Sendable, CustomStringConvertible {
    case missing(path: String)
    case file(UserPassFileError)
    case text(path: String, AccountsFault)
    /// The last line, of somebody who has an account.
    case cutShort(path: String, Username)
    case taken
    case unknown(Username)

    package var description: String {
        switch self {
        case .missing(let path):
            "there is no account file \(path); chatserv passwd add NAME makes one"
        case .file(let error): "account file \(error)"
        case .text(let path, let fault): "account file \(path), \(fault)"
        case .cutShort(let path, let name):
            "account file \(path): the line of \(name.text), who has an account, is cut short; "
                + "complete it, or take it out, which ends the account"
        case .taken: "the account file has this name already, or one that differs in case alone"
        case .unknown(let name): "the account file has no \(name.text)"
        }
    }
}
