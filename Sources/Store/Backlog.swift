import Protocol

/// What must be kept although the store could not take it: everything but what was refused.
///
/// It goes in front of whatever comes later, in its order, so that no letter is ever kept before
/// the accounts it names. The latest word on an account's reading or activity, or on a failed
/// login, takes the place of the one before, so it cannot grow with time: it holds at most a few
/// entries for each account.
struct Backlog {
    private(set) var entries: [Entry] = []
    private var places: [Subject: Int] = [:]

    private enum Subject: Hashable {
        case reading(AccountNumber)
        case readingApart(AccountNumber, Conversation)
        /// The last that has a place.
        case anyApart(AccountNumber)
        case activity(AccountNumber)
        case refusals(RefusalKey)
    }

    mutating func append(_ entry: Entry) {
        guard let subject = Self.subject(of: entry) else { return entries.append(entry) }
        if let place = places[subject], !wouldOvertake(entry, at: place) {
            entries[place] = Self.merged(entries[place], entry)
            return
        }
        places[subject] = entries.count
        if case .readApart(let account, _, _, _) = entry {
            places[.anyApart(account)] = entries.count
        }
        entries.append(entry)
    }

    /// What was read apart is taken off what waits only before the cursor has passed it.
    private func wouldOvertake(_ entry: Entry, at place: Int) -> Bool {
        guard case .read(let account, _, _) = entry, let apart = places[.anyApart(account)] else {
            return false
        }
        return place < apart
    }

    /// They have been kept.
    mutating func removeFirst(_ count: Int) {
        entries.removeFirst(count)
        for (subject, place) in places {
            places[subject] = place < count ? nil : place - count
        }
    }

    /// Nil for what can only happen once, or must not be lost.
    private static func subject(of entry: Entry) -> Subject? {
        switch entry {
        case .read(let account, _, _): .reading(account)
        case .readApart(let account, let conversation, _, _): .readingApart(account, conversation)
        case .active(let account, _): .activity(account)
        case .refusals(let refusals): .refusals(RefusalKey(refusals))
        case .letter, .opened, .ended, .roomOpened, .roomChanged: nil
        }
    }

    private static func merged(_ old: Entry, _ new: Entry) -> Entry {
        switch (old, new) {
        case (.read(let account, let before, let few), .read(_, let through, let more)):
            .read(account, through: max(before, through), own: few + more)
        case (
            .readApart(let account, let conversation, let before, let few),
            .readApart(_, _, let through, let more)
        ):
            .readApart(
                account, conversation, through: max(before, through), own: few + more)
        default:
            new
        }
    }
}
