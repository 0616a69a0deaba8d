import Protocol

/// Where somebody's mail may be in one segment: the lists of the reader, of everybody and of the
/// rooms, and what cannot be read, merged by number. What is found there only the entry tells.
struct MailPlaces {
    let query: MailQuery
    let base: Int64
    /// Nothing beyond it is looked at.
    let range: ClosedRange<Int64>
    /// Each from the beginning of the range on.
    private var lists: [List] = []
    private var gaps: ArraySlice<ClosedRange<Int64>>

    private struct List {
        let party: Party
        var lines: ArraySlice<Line>
        /// The number of the first line.
        var number: Int64
    }

    struct Place {
        let number: Int64
        /// What is lost if nothing can be read there.
        fileprivate(set) var losses: [LostLetter.Loss] = []
        fileprivate(set) var isReadable = true
        /// A change of a room.
        fileprivate(set) var isNews = false
        /// Only the entry itself knows if it is for this reader.
        fileprivate(set) var mayLeaveOut = false

        /// Another list may know more of what is lost for everybody.
        fileprivate mutating func merge() {
            guard losses.contains(where: \.isOfAll) else { return }
            if losses.count > 1 { losses.removeAll(where: \.isOfAll) } else { isReadable = false }
        }
    }

    init(
        _ query: MailQuery, _ range: ClosedRange<Int64>, of base: Int64,
        gaps: [ClosedRange<Int64>]
    ) {
        self.query = query
        self.base = base
        self.range = range
        self.gaps = gaps[...]
    }

    mutating func add(_ lines: [Line], of party: Party) {
        guard let first = lines.first else { return }
        lists.append(
            List(party: party, lines: lines[...], number: base + Int64(first.offset)))
    }

    mutating func next() -> Place? {
        while true {
            let number = lists.lazy.map(\.number).min() ?? .max
            if let gap = gaps.first, gap.upperBound < number {
                gaps.removeFirst()
                guard gap.overlaps(range) else { continue }
                let rest = gap.clamped(to: range)
                return Place(
                    number: rest.upperBound,
                    losses: [.ofAll(from: MessageNumber(rest.lowerBound))], isReadable: false)
            }
            guard number <= range.upperBound else { return nil }
            let place = take(number)
            if !place.losses.isEmpty { return place }
        }
    }

    /// What all lists say of this number.
    private mutating func take(_ number: Int64) -> Place {
        var found = Place(number: number)
        for place in lists.indices {
            while lists[place].number == number {
                let line = lists[place].lines.removeFirst()
                lists[place].number =
                    lists[place].lines.first.map { base + Int64($0.offset) } ?? .max
                guard let loss = loss(of: line, lists[place].party, MessageNumber(number)) else {
                    continue
                }
                found.losses.append(loss)
                if line.flags.contains(.news) { found.isNews = true }
                if line.flags.contains(.leavesSomeOut) { found.mayLeaveOut = true }
            }
        }
        found.merge()
        return found
    }

    /// Nil when it is not for the reader.
    private func loss(
        of line: Line, _ party: Party, _ number: MessageNumber
    ) -> LostLetter.Loss? {
        if line.flags.contains(.lost) { return query.only == nil ? .ofAll(from: number) : nil }
        guard let room = party.room else {
            guard !line.flags.contains(.sent), query.wants(.person(line.other), number) else {
                return nil
            }
            if party != .everyone { return .ofOwn(from: line.other) }
            return line.other == query.reader ? nil : .ofBroadcast(from: line.other)
        }
        let isNews = line.flags.contains(.news)
        guard query.wants(.room(room), number),
            line.other != query.reader || line.flags.contains(.toldToAll),
            query.rooms.contains(where: {
                isNews ? $0.holds(newsOf: room, number) : $0.holds(room, number)
            })
        else { return nil }
        return .ofRoom(room, from: line.other)
    }
}

extension LostLetter.Loss {
    fileprivate var isOfAll: Bool { if case .ofAll = self { true } else { false } }
}
