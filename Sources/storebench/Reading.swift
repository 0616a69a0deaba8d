import Protocol
import Store

/// What is not appending: a long queue, opening, and a letter to everybody.
enum Reading {
    /// 100,000 letters for one, each among ten of others, read page by page and acknowledged.
    static func queue(_ folder: String) throws(StoreError) -> [Row] {
        var store = try SQLiteStore(folder: folder)
        _ = try store.recover()
        var traffic = Traffic(accounts: 10_000)
        try store.fill(traffic.openings())
        let reader = AccountNumber(1)
        let opened = try store.commit([.active(reader, at: WallTime(seconds: 0))])
        for _ in 0..<1_000 {
            try store.fill(
                traffic.letters(900) + (0..<100).map { _ in traffic.letter(to: .one(reader)) })
        }

        let start = ContinuousClock.now
        var letters = 0
        var after = opened
        while true {
            let page = try store.mail(
                MailQuery(reader: reader, after: after, through: MessageNumber(.max)),
                bytes: Limits.mailPageBytes)
            letters += page.letters.count
            after = page.letters.last?.number ?? after
            if page.isLast { break }
        }
        _ = try store.commit([.read(reader, through: after, own: letters)])
        let taken = ContinuousClock.now - start
        store.close()
        return [
            .atMost("read and acknowledge a queue of 100,000", 0.5, taken.inSeconds, "s"),
            .note("… letters in it", Double(letters), ""),
        ]
    }

    static func opening(_ folder: String) throws(StoreError) -> [Row] {
        var store = try SQLiteStore(folder: folder)
        _ = try store.recover()
        var traffic = Traffic(accounts: 10_000)
        try store.fill(traffic.openings())
        for _ in 0..<250 { try store.fill(traffic.letters(4_000)) }
        store.close()

        let start = ContinuousClock.now
        let opened = try SQLiteStore(folder: folder)
        let recovered = try opened.recover()
        let taken = ContinuousClock.now - start
        opened.close()
        let waiting = recovered.accounts.reduce(0) { $0 + $1.waiting }
        return [
            .atMost("open with 1,000,000 waiting", 2, taken.inSeconds, "s"),
            .note("… waiting", Double(waiting), ""),
        ]
    }

    static func broadcast(_ folder: String) throws(StoreError) -> [Row] {
        var store = try SQLiteStore(folder: folder)
        _ = try store.recover()
        var traffic = Traffic(accounts: 100_000)
        try store.fill(traffic.openings())

        var longest = Duration.zero
        for _ in 0..<100 {
            let letter = traffic.letter(to: .everyone(except: []))
            let start = ContinuousClock.now
            _ = try store.commit([letter])
            longest = max(longest, ContinuousClock.now - start)
        }
        store.close()
        return [
            .atMost(
                "a letter to 100,000 accounts, the longest of 100", 5, longest.inMilliseconds, "ms")
        ]
    }
}
