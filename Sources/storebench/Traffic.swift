import Protocol
import Store

/// Letters as they come in: 100 bytes, or so many; senders and readers at random.
struct Traffic {
    private let accounts: UInt32
    private let textBytes: Int
    private var state: UInt64 = 1

    init(accounts: UInt32, textBytes: Int = 100) {
        precondition(textBytes >= 16, "each text is one of its own")
        self.accounts = accounts
        self.textBytes = textBytes
    }

    /// What has to be there first.
    func openings() -> [Entry] {
        // Letters and digits make a name.
        (1...accounts).map { .opened(AccountNumber($0), Username("user\($0)")!) }
    }

    /// Each with a text of its own, as from the network.
    mutating func letters(_ count: Int) -> [Entry] {
        (0..<count).map { _ in letter(to: .one(account())) }
    }

    mutating func letter(from sender: AccountNumber? = nil, to readers: Readers) -> Entry {
        var text = [UInt8](repeating: UInt8(ascii: "."), count: textBytes)
        var number = next()
        for place in 0..<16 {
            text[place] = UInt8(ascii: "a") + UInt8(number & 15)
            number >>= 4
        }
        return .letter(
            Letter(
                from: sender ?? account(), to: readers,
                at: WallTime(seconds: 1_795_000_000, offset: 3_600), text: MessageText(kept: text)))
    }

    mutating func account() -> AccountNumber {
        AccountNumber(1 + UInt32(truncatingIfNeeded: next() >> 33) % accounts)
    }

    /// SplitMix64.
    private mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

extension MessageStore {
    /// In groups, tidying as it goes.
    mutating func fill(_ entries: [Entry]) throws(StoreError) {
        for start in stride(from: 0, to: entries.count, by: Limits.groupEntries) {
            _ = try commit(Array(entries[start..<min(start + Limits.groupEntries, entries.count)]))
            while try tidy() {}
        }
    }
}
