import Protocol
import Store

/// What people do, as a server would have it kept: every reading covers exactly the letters that
/// were waiting. A reference knows what must be there.
struct Traffic {
    private(set) var reference: MemoryStore
    private var chance: Chance
    private var head: Int64 = 0
    private var accounts: UInt32 = 0
    private var existing: [UInt32] = []
    private var waiting: [UInt32: [Waiting]] = [:]
    private var cursors: [UInt32: Int64] = [:]
    /// Who is inside which room; of the lobby, who is not.
    private var inside: [UInt32: Set<UInt32>] = [:]
    private var absent: Set<UInt32> = []

    private struct Waiting {
        let number: Int64
        let from: UInt32
    }

    init(seed: UInt64, segmentEntries: Int64 = 65_536) {
        reference = MemoryStore(segmentEntries: segmentEntries)
        chance = Chance(seed: seed)
    }

    /// Some entries that belong together.
    mutating func group() -> [Entry] {
        let group = (0...chance.below(5)).map { _ in next() }
        _ = reference.commit(group)
        return group
    }

    /// For all that was ever written to an account, or said in a room, whether it was read or not.
    func everything(for reader: UInt32) -> MailQuery {
        let rooms = [1] + inside.keys.sorted()
        return query(
            reader, in: rooms.map { RoomSpan(room: RoomNumber($0), after: .zero) })
    }

    mutating func forget(before seconds: Int64) {
        reference.forget(before: WallTime(seconds: seconds))
    }

    var everybody: ClosedRange<UInt32> { 1...accounts }

    private mutating func next() -> Entry {
        head += 1
        guard existing.count > 3 else { return open() }
        switch chance.below(24) {
        case 0: return open()
        case 1:
            guard existing.count > 6 else { return open() }
            let account = existing.remove(at: chance.below(existing.count))
            waiting[account] = nil
            absent.remove(account)
            for room in inside.keys { inside[room]?.remove(account) }
            return .ended(AccountNumber(account))
        case 2: return active(person(), at: 1_795_000_000 + head)
        case 3...6: return reading()
        case 7:
            let failures = (0..<chance.below(3)).map { Int64($0) + head }
            return .refusals(
                Refusals(
                    name: "n\(chance.below(4))", address: "::\(chance.below(3))",
                    failures: failures, blockedUntil: failures.isEmpty ? nil : head))
        case 8...10:
            let readers = Set((0...chance.below(4)).map { _ in person() }).sorted()
            return write(.several(readers.map(AccountNumber.init)))
        case 11, 12: return write(.everyone(except: some(2)))
        case 13...17: return roomEntry()
        default: return write(.one(AccountNumber(person())))
        }
    }

    private mutating func write(_ readers: Readers) -> Entry {
        let from = person()
        let entry = letter(from, readers, text())
        switch readers {
        case .one(let reader): wait(reader, from)
        case .several(let readers), .rooms(_, and: let readers, _):
            for reader in readers { wait(reader, from) }
        case .everyone: break
        }
        return entry
    }

    private mutating func wait(_ reader: AccountNumber, _ from: UInt32) {
        waiting[reader.value, default: []].append(Waiting(number: head, from: from))
    }

    private mutating func reading() -> Entry {
        let account = person()
        let own = waiting[account, default: []]
        let through = own.isEmpty ? head - 1 : own[chance.below(own.count)].number
        guard chance.below(3) == 0, through > cursors[account, default: 0] else {
            waiting[account] = own.filter { $0.number > through }
            cursors[account] = max(through, cursors[account, default: 0])
            return read(account, through: through, own: own.count { $0.number <= through })
        }
        let other = person()
        let isApart = { (letter: Waiting) in letter.number <= through && letter.from == other }
        waiting[account] = own.filter { !isApart($0) }
        return readApart(
            account, .person(AccountNumber(other)), through: through, own: own.count(where: isApart)
        )
    }

    private mutating func roomEntry() -> Entry {
        let account = person()
        let rooms = inside.filter { !$0.value.isEmpty }.keys.sorted()
        guard let room = rooms.isEmpty ? nil : rooms[chance.below(rooms.count)] else {
            return open(room: account)
        }
        switch chance.below(12) {
        case 0: return open(room: account)
        case 1 where absent.contains(account):
            absent.remove(account)
            return roomChanged(1, .joined, account)
        case 1:
            absent.insert(account)
            return roomChanged(1, .left, account)
        case 2, 3, 4:
            let isInside = inside[room]?.contains(account) == true
            if isInside { inside[room]?.remove(account) } else { inside[room]?.insert(account) }
            return roomChanged(
                room, isInside ? [.left, .kicked][chance.below(2)] : .joined, account)
        case 5:
            return roomChanged(room, .leads, inside[room]?.min() ?? account)
        case 6 where chance.below(3) == 0:
            inside[room] = []
            return roomChanged(room, .closed, account)
        default:
            let named = chance.below(3) == 0 ? [1, room] : [[room, 1][chance.below(2)]]
            let isPlain = chance.below(2) == 0
            return write(
                .rooms(
                    named.map(RoomNumber.init), and: isPlain ? [] : some(3),
                    except: isPlain ? [] : some(2)))
        }
    }

    private mutating func open(room maker: UInt32) -> Entry {
        let room = UInt32(inside.count + 2)
        inside[room] = [maker]
        return roomOpened(
            room, by: maker, "#room\(room)", Lifetime.allCases[chance.below(3)],
            limit: chance.below(2) == 0 ? nil : 9)
    }

    private mutating func open() -> Entry {
        accounts += 1
        existing.append(accounts)
        return opened(accounts, "name\(accounts)")
    }

    private mutating func person() -> UInt32 { existing[chance.below(existing.count)] }

    private mutating func some(_ most: Int) -> [AccountNumber] {
        Set((0..<chance.below(most + 1)).map { _ in person() }).sorted().map(AccountNumber.init)
    }

    private mutating func text() -> String {
        let letters = (0...chance.below(90)).map { _ in
            Character(Unicode.Scalar(UInt8(97 + chance.below(26))))
        }
        return "\(head) " + String(letters)
            + [" a", " Red fox", " c b", " red", ""][chance.below(5)]
    }
}
