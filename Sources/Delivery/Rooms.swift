import Protocol

/// All rooms there ever were, and the names of those that are open.
struct Rooms: Sendable {
    private var byNumber: [RoomNumber: Room] = [:]
    private var numbers: [RoomName: RoomNumber] = [:]
    /// Names in lower case that are open, or on their way to be.
    private var taken: Set<String> = []
    /// Rooms that somebody made and that are open, or on their way to be.
    private var made: [AccountNumber: Int] = [:]
    private var last = RoomNumber.lobby
    /// Letters in all rooms, with those on their way: nobody has more waiting from there.
    var letters = 0

    init(_ kept: [Recovered.Room]) {
        for room in kept {
            byNumber[room.number] = Room(room)
            letters += room.letters.count
            last = max(last, room.number)
            guard !room.isClosed else { continue }
            numbers[room.name] = room.number
            reserve(room.name, for: room.maker)
        }
    }

    /// The room with a number that a span, a letter or a name has led to.
    subscript(number: RoomNumber) -> Room {
        get { byNumber[number]! }  // a number is only given together with its room
        _modify { yield &byNumber[number]! }  // the same
    }

    /// An open room.
    func open(_ name: RoomName) -> Room? {
        numbers[name].flatMap { byNumber[$0] }.flatMap { $0.isOpen ? $0 : nil }
    }

    func open(_ number: RoomNumber) -> Room? {
        byNumber[number].flatMap { $0.isOpen ? $0 : nil }
    }

    func has(_ number: RoomNumber) -> Bool { byNumber[number] != nil }

    func isTaken(_ name: RoomName) -> Bool { taken.contains(name.folded) }

    func made(by account: AccountNumber) -> Int { made[account, default: 0] }

    /// Those that are open, by number.
    var allOpen: [Room] {
        numbers.values.sorted().compactMap { byNumber[$0] }.filter(\.isOpen)
    }

    // MARK: On their way

    mutating func nextNumber() -> RoomNumber {
        last = RoomNumber(last.value + 1)
        return last
    }

    /// Nobody else gets the name, nor one that differs in case.
    mutating func reserve(_ name: RoomName, for maker: AccountNumber?) {
        taken.insert(name.folded)
        if let maker { made[maker, default: 0] += 1 }
    }

    mutating func release(_ name: RoomName, of maker: AccountNumber?) {
        taken.remove(name.folded)
        guard let maker else { return }
        made[maker, default: 1] -= 1
        if made[maker] == 0 { made[maker] = nil }
    }

    // MARK: As the log says

    /// What has been reserved.
    mutating func begin(_ opening: RoomOpening, at number: MessageNumber) {
        byNumber[opening.room] = Room(opening, at: number)
        numbers[opening.name] = opening.room
    }

    mutating func end(_ number: RoomNumber) {
        guard let room = byNumber[number], numbers[room.name] == number else { return }
        numbers[room.name] = nil
        release(room.name, of: room.maker)
    }
}
