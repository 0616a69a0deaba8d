import Protocol

/// What must be kept although the store could not take it: everything but letters, whose senders
/// are told.
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
        case activity(AccountNumber)
        case refusals(RefusalKey)
    }

    mutating func append(_ entry: Entry) {
        guard let subject = Self.subject(of: entry) else { return entries.append(entry) }
        if let place = places[subject] {
            entries[place] = Self.merged(entries[place], entry)
        } else {
            places[subject] = entries.count
            entries.append(entry)
        }
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
        case .active(let account, _): .activity(account)
        case .refusals(let refusals): .refusals(RefusalKey(refusals))
        case .letter, .opened, .ended: nil
        }
    }

    private static func merged(_ old: Entry, _ new: Entry) -> Entry {
        if case .read(let account, let before, let few) = old,
            case .read(_, let through, let more) = new
        {
            .read(account, through: max(before, through), own: few + more)
        } else {
            new
        }
    }
}
