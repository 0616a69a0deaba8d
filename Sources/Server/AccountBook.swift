// The account file with its meaning: bytes from the disk, accounts from the bytes, and one sentence
// for each thing that somebody should know about it.
package import Delivery
import Protocol
package import Store

/// Reads `user_pass.txt` and adds to it.
package struct AccountBook: Sendable {
    private var file: UserPassFile

    package init(path: String) {
        file = UserPassFile(path: path)
    }

    package struct Reading: Hashable, Sendable {
        package let lines: [AccountLine]
        /// For the log, without secrets.
        package let notes: [String]
    }

    /// Reads all of it, and makes sure of two things: nobody else can read it, and what a power cut
    /// left of a registration that was never confirmed is gone.
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
        let notes = [note(onOlderSecretsIn: accounts)].compactMap(\.self)
        return Reading(lines: accounts.lines, notes: notes)
    }

    /// On return the account is in the file, on disk. When it throws, the file is as it was.
    package mutating func enroll(_ account: AccountLine) throws(AccountBookTrouble) {
        var trouble = AccountBookTrouble.taken
        let path = file.path
        let isAdded = try reporting { () throws(UserPassFileError) in
            // Somebody may have added the name by hand; a second line of it, and the server
            // would not start again.
            try file.append(account.text) { text in
                do throws(AccountsFault) {
                    let accounts = try Accounts(text)
                    let isTaken = accounts.lines.contains { $0.name.folded == account.name.folded }
                    return isTaken ? nil : accounts.tornTail?.offset ?? text.count
                } catch {
                    trouble = .text(path: path, error)
                    return nil
                }
            }
        }
        if !isAdded { throw trouble }
    }

    private mutating func load() throws(AccountBookTrouble) -> Accounts {
        let text = try reporting { () throws(UserPassFileError) in try file.read() }
        do throws(AccountsFault) {
            return try Accounts(text)
        } catch {
            throw .text(path: file.path, error)
        }
    }

    private mutating func drop(_ tail: Accounts.TornTail) -> String {
        let what =
            "\(tail.count) bytes at the end of \(file.path), what is left of a registration "
            + "that was never confirmed"
        do throws(UserPassFileError) {
            let isDropped = try file.truncate(to: tail.offset)
            return isDropped ? "dropped \(what)" : "ignored \(what)"
        } catch {
            return "ignored \(what); they cannot be cut off: \(error)"
        }
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
    /// The name is in the file, though it was not when the file was last read.
    case taken

    package var description: String {
        switch self {
        case .missing(let path):
            "there is no account file \(path); chatserv passwd add NAME makes one"
        case .file(let error): "account file \(error)"
        case .text(let path, let fault): "account file \(path), \(fault)"
        case .taken: "somebody else has put this name into the account file"
        }
    }
}
