import Protocol

/// Who of many may have a full mailbox, so that not everybody has to be looked at for every letter
/// to all of them.
///
/// Letters are what fills a mailbox. Whoever was so many letters away from the limit when all were
/// looked at cannot have reached it before so many have been handed in.
struct FullWatch: Sendable {
    /// Nobody but these is full as long as fewer have been handed in.
    private var until = 0
    private(set) var full: [AccountNumber] = []

    func isDue(handedIn: Int) -> Bool { handedIn >= until }

    /// All were looked at.
    mutating func looked(
        atHandedIn count: Int, full: [AccountNumber], leastRoom: Int
    ) {
        self.full = full
        until = count + max(1, leastRoom)
    }

    /// Somebody else belongs to them, with so much room.
    mutating func came(_ account: AccountNumber, room: Int, handedIn: Int) {
        if room > 0 {
            until = min(until, handedIn + room)
        } else if !full.contains(account) {
            full.append(account)
        }
    }
}
