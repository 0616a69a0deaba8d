import Protocol
import Store
import Testing

// The real store against the reference, on anything that may happen in any order.

@Suite struct DifferentialTests {
    @Test(arguments: 1...16)
    func `both stores answer alike, whatever happens`(_ seed: Int) throws {
        var chance = Chance(seed: UInt64(seed))
        var real = try Subject(.sqlite)
        var reference = MemoryStore()
        var world = World()

        for step in 1...150 {
            let place: Comment = "seed \(seed), step \(step)"
            switch chance.below(20) {
            case 0..<10:
                let group = (0...chance.below(6)).map { _ in world.entry(&chance) }
                let first = try real.commit(group)
                #expect(first == reference.commit(group).value, place)
                world.head = first + Int64(group.count) - 1
            case 10..<15:
                try compare(&real, reference, world.questions(&chance), place)
            case 15..<18:
                _ = try real.tidy()
            case 18:
                #expect(try real.reopen() == reference.recover(), place)
            default:
                real = try real.crashed()
                #expect(try real.recover() == reference.recover(), place)
            }
        }
        #expect(try real.reopen() == reference.recover(), "seed \(seed), end")
    }

    private func compare(
        _ real: inout Subject, _ reference: MemoryStore, _ questions: Questions, _ place: Comment
    ) throws {
        let (query, bytes) = (questions.mail, questions.bytes)
        #expect(
            try real.page(query, bytes: bytes) == reference.mail(query, bytes: bytes), place)
        #expect(try real.inbox(query) == reference.inbox(query), place)
        #expect(try real.history(questions.history) == reference.history(questions.history), place)
        #expect(
            try real.entries(questions.numbers, bytes: bytes)
                == reference.entries(questions.numbers, bytes: bytes), place)
    }
}

/// Whatever a store can be asked.
private struct Questions {
    let mail: MailQuery
    let bytes: Int
    let history: HistoryQuery
    let numbers: [MessageNumber]
}

/// What can sensibly be committed next.
private struct World {
    var head: Int64 = 0
    private var accounts: UInt32 = 0
    private var ended: Set<UInt32> = []

    mutating func entry(_ chance: inout Chance) -> Entry {
        switch chance.below(24) {
        case 0:
            accounts += 1
            return opened(accounts, "n\(chance.below(1_000))")
        case 1:
            let account = account(&chance)
            return chance.below(3) == 0 ? .ended(AccountNumber(account)) : active(account, at: head)
        case 2:
            return active(account(&chance), at: Int64(chance.below(1_000_000)))
        case 3, 4:
            return read(account(&chance), through: number(&chance), own: chance.below(4))
        case 5:
            let failures = (0..<chance.below(3)).map { _ in Int64(chance.below(99)) }
            return .refusals(
                Refusals(
                    name: "n\(chance.below(3))", address: "a\(chance.below(3))", failures: failures,
                    blockedUntil: chance.below(3) == 0 ? 7 : nil))
        case 6, 7:
            let readers = Set((0...chance.below(4)).map { _ in account(&chance) }).sorted()
            return letter(account(&chance), toEach: readers, text(&chance))
        case 8, 9:
            let except = Set((0..<chance.below(3)).map { _ in account(&chance) }).sorted()
            return letter(account(&chance), toAllBut: except, text(&chance))
        case 10..<16:
            return letter(account(&chance), to: account(&chance), text(&chance))
        case 16:
            return roomOpened(1 + UInt32(chance.below(6)), by: account(&chance))
        case 17, 18:
            let kind = RoomChange.Kind.allCases[chance.below(12) % 5]
            return roomChanged(room(&chance), kind, account(&chance))
        case 19:
            return readApart(
                account(&chance), conversation(&chance), through: number(&chance),
                own: chance.below(3))
        default:
            let rooms = Set((0...chance.below(2)).map { _ in room(&chance) }).sorted()
            let persons = Set((0..<chance.below(3)).map { _ in account(&chance) }).sorted()
            let except = Set((0..<chance.below(3)).map { _ in account(&chance) }).sorted()
            return letter(
                account(&chance), toRooms: rooms, and: persons, butNot: except, text(&chance))
        }
    }

    func questions(_ chance: inout Chance) -> Questions {
        let spans = (UInt32(1)...6).filter { _ in chance.below(2) == 0 }.map { room in
            let after = number(&chance)
            let isPast = chance.below(2) == 0
            return RoomSpan(
                room: RoomNumber(room), after: MessageNumber(after),
                through: isPast ? MessageNumber(after + Int64(chance.below(40))) : nil,
                newsAfter: MessageNumber(after + Int64(chance.below(9))))
        }
        let apart = (0..<chance.below(3)).map { _ in
            (conversation(&chance), MessageNumber(number(&chance)))
        }
        let mail = query(
            account(&chance), after: number(&chance), through: number(&chance), in: spans,
            apart: Dictionary(apart) { $1 },
            only: chance.below(3) == 0 ? conversation(&chance) : nil)
        let history = HistoryQuery(
            reader: AccountNumber(account(&chance)), conversation: conversation(&chance),
            before: MessageNumber(number(&chance)), count: chance.below(12))
        return Questions(
            mail: mail, bytes: chance.below(60), history: history,
            numbers: (0..<chance.below(9)).map { _ in MessageNumber(number(&chance)) }.sorted())
    }

    private func room(_ chance: inout Chance) -> UInt32 { 1 + UInt32(chance.below(6)) }

    private func conversation(_ chance: inout Chance) -> Conversation {
        chance.below(2) == 0
            ? .room(RoomNumber(room(&chance))) : .person(AccountNumber(account(&chance)))
    }

    func account(_ chance: inout Chance) -> UInt32 {
        1 + UInt32(chance.below(Int(max(accounts, 1))))
    }

    func number(_ chance: inout Chance) -> Int64 {
        Int64(chance.below(Int(head) + 3)) - 1
    }

    private func text(_ chance: inout Chance) -> String {
        String(repeating: "x", count: 1 + chance.below(30))
    }
}

/// Chance that can be repeated.
struct Chance {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed &* 0x9e37_79b9_7f4a_7c15 | 1
    }

    mutating func below(_ bound: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state >> 33) % bound
    }
}
