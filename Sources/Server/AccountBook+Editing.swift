// What `chatserv passwd` does to an account file. Each of these puts a whole new text in its place,
// so that after a power cut there is the one or the other.
import Delivery
import Protocol

extension AccountBook {
    /// Adds a line at the end; to a file of its own when there is none. True when it made one.
    mutating func add(_ account: AccountLine) throws(AccountBookTrouble) -> Bool {
        do throws(AccountBookTrouble) {
            try addToExisting(account)
            return false
        } catch .missing {
            try create()
            try addToExisting(account)
            return true
        }
    }

    private mutating func addToExisting(_ account: AccountLine) throws(AccountBookTrouble) {
        try rewrite { (text, path) throws(AccountBookTrouble) in
            let end = try Self.room(for: account.name, in: text, path: path)
            return Accounts.adding(account, to: Array(text[..<end]))
        }
    }

    mutating func change(_ name: Username, to secret: Secret) throws(AccountBookTrouble) {
        try edit(name, .replace(secret))
    }

    mutating func remove(_ name: Username) throws(AccountBookTrouble) {
        try edit(name, .remove)
    }

    private mutating func edit(
        _ name: Username, _ change: Accounts.Edit
    ) throws(AccountBookTrouble) {
        let count = try editAll { $0.name == name ? change : .keep }
        if count == 0 { throw .unknown(name) }
    }

    /// Gives these accounts their new secrets, unless they have others by now. How many it were.
    mutating func upgrade(
        _ secrets: [AccountLine: Secret]
    ) throws(AccountBookTrouble) -> Int {
        try editAll { account in secrets[account].map(Accounts.Edit.replace) ?? .keep }
    }

    private mutating func editAll(
        _ edit: (AccountLine) -> Accounts.Edit
    ) throws(AccountBookTrouble) -> Int {
        var count = 0
        try rewrite { (text, path) throws(AccountBookTrouble) in
            do throws(AccountsFault) {
                return try Accounts.edited(text) { account in
                    let change = edit(account)
                    if change != .keep { count += 1 }
                    return change
                }
            } catch {
                throw .text(path: path, error)
            }
        }
        return count
    }
}
