package import Protocol

/// The reference: the log in an array, and every answer read off it.
///
/// Made to be obviously right, not quick. What it holds dies with it; a copy is a snapshot.
package struct MemoryStore: MessageStore, Sendable {
    /// The entry with number 1 comes first.
    private var log: [Entry] = []
    private var lives: [AccountNumber: Life] = [:]

    /// The numbers between which an account exists.
    private struct Life {
        let opened: MessageNumber
        var hasEnded = false
    }

    package init() {}

    package mutating func commit(_ group: [Entry]) -> MessageNumber {
        let first = MessageNumber(Int64(log.count) + 1)
        for entry in group {
            log.append(entry)
            switch entry {
            case .opened(let account, _):
                lives[account] = Life(opened: MessageNumber(Int64(log.count)))
            case .ended(let account):
                lives[account]?.hasEnded = true
            case .letter, .read, .active, .refusals:
                break
            }
        }
        return first
    }

    package func mail(
        for reader: AccountNumber, after: MessageNumber, through: MessageNumber, bytes: Int
    ) -> MailPage {
        guard let life = lives[reader], !life.hasEnded else {
            return MailPage(letters: [], isLast: true)
        }
        var letters: [StoredLetter] = []
        var room = bytes
        for number in numbers(after: max(after, life.opened), through: through) {
            guard case .letter(let letter) = log[Int(number.value) - 1],
                letter.isFor(reader)
            else { continue }

            if !letters.isEmpty, letter.text.bytes.count > room {
                return MailPage(letters: letters, isLast: false)
            }
            letters.append(StoredLetter(number: number, letter: letter))
            room -= letter.text.bytes.count
        }
        return MailPage(letters: letters, isLast: true)
    }

    package func tidy() -> Bool { false }

    package mutating func close() {}

    private func numbers(
        after: MessageNumber, through: MessageNumber
    ) -> some Sequence<MessageNumber> {
        let first = min(max(after.value, 0), Int64(log.count)) + 1
        let last = min(through.value, Int64(log.count))
        return (first..<max(first, last + 1)).lazy.map(MessageNumber.init)
    }
}

// MARK: - Recovery

extension MemoryStore {
    package func recover() -> Recovered {
        var accounts: [AccountNumber: Recovered.Account] = [:]
        var refusals: [RefusalKey: Refusals] = [:]
        var broadcasts: [Recovered.Broadcast] = []
        var lastAccount = AccountNumber(0)

        for (number, entry) in zip(numbers(after: .zero, through: head), log) {
            switch entry {
            case .letter(let letter):
                switch letter.to {
                case .one(let reader):
                    accounts[reader]?.unlessEnded { $0.waiting += 1 }
                case .several(let readers):
                    for reader in readers {
                        accounts[reader]?.unlessEnded { $0.waiting += 1 }
                    }
                case .everyone(let except):
                    broadcasts.append(
                        Recovered.Broadcast(number: number, from: letter.from, except: except))
                }
            case .read(let account, let through, let own):
                accounts[account]?.unlessEnded { $0.read(through: through, own: own) }
            case .active(let account, let at):
                accounts[account]?.unlessEnded { $0.lastActive = at }
            case .opened(let account, let name):
                accounts[account] = Recovered.Account(
                    number: account, name: name, cursor: number, waiting: 0, lastActive: nil)
                lastAccount = max(lastAccount, account)
            case .ended(let account):
                accounts[account]?.hasEnded = true
            case .refusals(let news):
                refusals[RefusalKey(news)] = news.isEmpty ? nil : news
            }
        }

        let allRead = accounts.values.lazy.filter { !$0.hasEnded }.map(\.cursor).min() ?? head
        return Recovered(
            head: head,
            accounts: accounts.values.sorted { $0.number < $1.number },
            lastAccount: lastAccount,
            broadcasts: broadcasts.filter { $0.number > allRead },
            refusals: refusals.sorted { $0.key < $1.key }.map(\.value))
    }

    private var head: MessageNumber { MessageNumber(Int64(log.count)) }
}

extension Recovered.Account {
    fileprivate mutating func unlessEnded(_ change: (inout Self) -> Void) {
        if !hasEnded { change(&self) }
    }

    /// A cursor never goes back: what was read once stays read.
    fileprivate mutating func read(through: MessageNumber, own: Int) {
        guard through > cursor else { return }
        cursor = through
        waiting = max(0, waiting - own)
    }
}
