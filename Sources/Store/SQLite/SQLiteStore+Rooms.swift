import Protocol

// Rooms as the post office has to know them at the start.

extension SQLiteStore {
    /// All that ever were, with what somebody may not have read of them.
    func rooms(after allRead: Int64) throws(StoreError) -> [Recovered.Room] {
        var rooms = young.ledger.recoveredRooms
        for base in stride(
            from: young.base(of: allRead + 1), through: young.head, by: Int(young.segmentEntries))
        {
            for (room, lines) in try roomLists(in: base) {
                for line in lines where base + Int64(line.offset) > allRead {
                    try add(line, base + Int64(line.offset), to: &rooms[room])
                }
            }
        }
        return rooms.values.sorted { $0.number < $1.number }
    }

    private func add(
        _ line: Line, _ number: Int64, to room: inout Recovered.Room?
    ) throws(StoreError) {
        guard let known = room?.number, number > young.ledger.rooms[known]?.opened ?? 0,
            try isThere(number)
        else { return }
        guard !line.flags.contains(.news) else {
            // Of the lobby nobody comes to know who has come and gone meanwhile.
            if known != .lobby { room?.news.append(MessageNumber(number)) }
            return
        }
        room?.letters.append(
            Recovered.Room.Letter(
                number: MessageNumber(number), from: line.other,
                except: try leftOut(of: line, number)))
    }

    /// From memory as long as the segment has no index, or none that can be relied on.
    private func roomLists(in base: Int64) throws(StoreError) -> [(RoomNumber, [Line])] {
        if state(of: base) == .dropped { return [] }
        if let letters = young.letters(in: base) ?? mended[base]?.letters {
            return letters.roomLists
        }
        let lists = try unlessDamaged { () throws(StoreError) in
            try readers.roomLists(in: base, of: database)
        }
        if let lists { return lists }
        return try mendIndex(of: base).letters.roomLists
    }
}

extension SegmentLetters {
    fileprivate var roomLists: [(RoomNumber, [Line])] {
        rooms.map { ($0, lines(of: Party($0))) }
    }
}
