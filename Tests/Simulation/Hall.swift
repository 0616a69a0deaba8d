// What the running server knows of rooms, and has known: whatever it says of them has to have been
// so at some moment between the question and the answer.

import Protocol
import Server
import Store

struct Hall: Sendable {
    struct View: Sendable {
        let since: Instant
        let town: Town
    }

    /// A change on its way to disk, or how long it was.
    struct Pending: Sendable {
        let entry: Entry
        let since: Instant
        var until: Instant?
    }

    private(set) var views: [View]
    private(set) var pending: [Pending] = []
    /// The first that the loop has had since it last handed something over.
    private var latest = 0

    init(_ town: Town, at now: Instant) {
        views = [View(since: now, town: town)]
    }

    var town: Town { views[views.count - 1].town }

    /// The loop is told what is on disk, and what will not be.
    mutating func heard(_ report: StoreReport, at now: Instant) {
        switch report {
        case .kept(let entry, let number, _):
            settle(entry, at: now)
            guard entry.isAboutRooms else { return }
            var town = town
            town.apply(entry, number.value)
            views.append(View(since: now, town: town))
        case .refused(let entry, _):
            settle(entry, at: now)
        case .mail, .inbox, .history, .unreadable, .trouble:
            break
        }
    }

    private mutating func settle(_ entry: Entry, at now: Instant) {
        guard entry.isAboutRooms,
            let place = pending.firstIndex(where: { $0.until == nil && $0.entry == entry })
        else { return }
        pending[place].until = now
    }

    mutating func handedOver(_ entry: Entry, at now: Instant) {
        if entry.isAboutRooms { pending.append(Pending(entry: entry, since: now)) }
    }

    mutating func hasHandedOver() {
        latest = views.count - 1
    }

    /// All that the loop may have thought in this turn.
    var thisTurn: ArraySlice<View> { views[latest...] }

    /// All that was so at some time since then.
    func views(since asked: Instant) -> ArraySlice<View> {
        var first = views.count - 1
        while first > 0, views[first].since >= asked { first -= 1 }
        return views[first...]
    }

    /// What was on its way at some time since then.
    func pending(since asked: Instant) -> [Entry] {
        pending.filter { $0.until ?? asked >= asked }.map(\.entry)
    }
}

extension Entry {
    /// For a running server, an account that has ended is inside until it has left.
    var isAboutRooms: Bool {
        switch self {
        case .roomOpened, .roomChanged, .opened: true
        case .letter, .read, .active, .readApart, .refusals, .ended: false
        }
    }

    var change: RoomChange? {
        if case .roomChanged(let change) = self { change } else { nil }
    }

    var opening: RoomOpening? {
        if case .roomOpened(let opening) = self { opening } else { nil }
    }
}
