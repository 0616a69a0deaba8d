// What the post office believes to wait for each account, held against what is in the store. The
// counts are its own, and a mirror shows them.
import Protocol
import Server
import Store

struct MailCounts {
    private var mailboxes: [Mailbox] = []

    private struct Mailbox {
        let account: AccountNumber
        let isOpen: Bool
        let cursor: MessageNumber
        let own: Int
        let arriving: Int
        let passing: Int
        let apart: [Conversation: MessageNumber]
    }

    init(_ switchboard: Switchboard) throws(Broken) {
        let mirror = Mirror(reflecting: switchboard)
        guard let accounts = mirror.descendant("office", "accounts") as? [Any] else {
            throw Broken("nothing shows the accounts")
        }
        // The first place is empty.
        for account in accounts.dropFirst() {
            guard let account = Mirror(reflecting: account).children.first else { continue }
            let fields = Self.fields(of: account.value)
            let counts = fields["mailbox"].map(Self.fields) ?? [:]
            guard let number = fields["number"] as? AccountNumber, let secret = fields["secret"],
                let cursor = counts["cursor"] as? MessageNumber, let own = counts["own"] as? Int,
                let arriving = counts["arriving"] as? Int, let passing = counts["passing"] as? Int,
                let apart = counts["apart"] as? [Conversation: MessageNumber]
            else { throw Broken("nothing shows what is counted") }
            mailboxes.append(
                Mailbox(
                    account: number, isOpen: !Mirror(reflecting: secret).children.isEmpty,
                    cursor: cursor, own: own, arriving: arriving, passing: passing, apart: apart))
        }
    }

    private static func fields(of value: Any) -> [String: Any] {
        Dictionary(uniqueKeysWithValues: Mirror(reflecting: value).children.map { ($0!, $1) })
    }

    /// When nothing is on its way any more.
    func holdTrue(_ log: MemoryStore) throws(Broken) {
        for mailbox in mailboxes {
            try hold(
                mailbox.own >= 0 && mailbox.arriving == 0 && mailbox.passing == 0,
                "nothing is on its way: \(mailbox)")
            guard mailbox.isOpen else { continue }
            let query = MailQuery(
                reader: mailbox.account, after: mailbox.cursor, through: MessageNumber(.max),
                apart: mailbox.apart)
            let own = log.mail(query, bytes: .max).letters.count {
                if case .everyone = $0.letter.to { false } else { true }
            }
            try hold(mailbox.own == own, "\(own) letters wait in the store: \(mailbox)")
        }
    }
}
