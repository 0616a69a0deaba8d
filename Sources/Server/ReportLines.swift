// What `chatserv check` and `chatserv restore` say of data: what they looked at, and what is wrong.
import Delivery
import Protocol
import Store

extension DataReport {
    /// What was looked at, a line each.
    func summary(queueLimit: Int) -> [String] {
        let existing = replayed.accounts.filter { !$0.hasEnded }
        let waiting = existing.filter { $0.waiting > 0 }
        let broadcasts = replayed.broadcasts.count
        return [
            "log: \(count(Int(replayed.head.value), "entry", "entries")) in "
                + "\(count(segments, "segment")), \(closedSegments) of them indexed",
            "history: " + history,
            "letters: \(letters), \(lettersToEveryone) of them to everybody",
            "accounts: \(existing.count), and \(replayed.accounts.count - existing.count) that "
                + "have ended",
            "cursors: \(existing.count)" + existing.span,
            "waiting mail: \(count(waiting.reduce(0) { $0 + $1.waiting }, "letter")) for "
                + "\(count(waiting.count, "account")), "
                + "\(broadcasts) to everybody that somebody may not have read",
            "queue limit: \(queueLimit)" + replayed.fullestMailbox,
            "failed logins: "
                + count(replayed.refusals.count, "name and address", "names and addresses"),
        ]
    }

    private var history: String {
        guard thinnedSegments > 0 else { return "all of it is kept" }
        let beginning = historyBegins.map { "begins after \($0.dateAndTime); " } ?? ""
        return beginning + "only what is unread is left of \(count(thinnedSegments, "segment")), "
            + "and nothing of \(droppedSegments)"
    }

    /// Compares the accounts of the data with those of the account file.
    mutating func compare(_ review: AccountsReview, path: String) {
        for fault in review.faults { find("account file \(path), \(fault)") }
        let existing = replayed.accounts.filter { !$0.hasEnded }.map(\.name)
        let written = Set(review.lines.map(\.name))
        if let tail = review.tornTail {
            if let name = review.tornName, existing.contains(name) {
                find(
                    "account file \(path)",
                    "the line of \(name.text) is cut short, though the account had been confirmed")
            } else if knowsAccounts {
                notes.append(
                    "the server will drop \(tail.count) bytes at the end of \(path), left by a "
                        + "registration that was never confirmed")
            }
        }
        guard knowsAccounts else { return }
        let known = Set(existing)
        note(
            existing.filter { !written.contains($0) },
            "in the data but not in \(path), so the server will end it, and its mail")
        note(
            review.lines.map(\.name).filter { !known.contains($0) },
            "in \(path) but not in the data, so the server will begin it")
    }

    private mutating func note(_ names: [Username], _ what: String) {
        for name in names.prefix(Self.namesMax) { notes.append("\(name.text) is \(what)") }
        if names.count > Self.namesMax {
            notes.append("\(names.count - Self.namesMax) others are \(what)")
        }
    }

    private static let namesMax = 20

    /// Says it all. The exit code.
    func tell(
        _ program: String, _ accountFile: String?, queueLimit: Int, to console: inout some Console
    ) -> Int32 {
        for line in summary(queueLimit: queueLimit) { console.say(line) }
        if let accountFile { console.say(accountFile) }
        for note in notes + replayed.notes(queueLimit: queueLimit) { console.say("note: \(note)") }
        for finding in findings { console.complain("\(program): \(finding)") }
        if isSound {
            console.say("sound")
            return 0
        }
        let all = findings.count + unlisted
        console.complain(
            "\(program): damage found, in \(count(all, "place"))"
                + (unlisted > 0 ? ", of which \(findings.count) are listed" : ""))
        return 1
    }
}

extension [Recovered.Account] {
    /// From whose cursor to whose.
    fileprivate var span: String {
        guard let first = self.min(by: { $0.cursor < $1.cursor }),
            let last = self.max(by: { $0.cursor < $1.cursor })
        else { return "" }
        return ", from \(first.cursor.value) (\(first.name.text)) to \(last.cursor.value) "
            + "(\(last.name.text))"
    }
}

extension Recovered {
    fileprivate var fullestMailbox: String {
        guard let fullest = mailboxes.max(by: { $0.count < $1.count }), fullest.count > 0 else {
            return "; every mailbox is empty"
        }
        return "; the fullest mailbox holds \(fullest.count) (\(fullest.name.text))"
    }

    fileprivate func notes(queueLimit: Int) -> [String] {
        let full = mailboxes.count { $0.count >= queueLimit }
        return full == 0
            ? [] : ["\(count(full, "mailbox is", "mailboxes are")) full"]
    }
}

/// `1 letter`, `2 letters`.
func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
    "\(number) \(number == 1 ? one : many ?? one + "s")"
}
