import Protocol
import Store

/// What people do, as a server would have it kept: every reading covers exactly the letters that
/// were waiting. A reference knows what must be there.
struct Traffic {
    private(set) var reference = MemoryStore()
    private var chance: Chance
    private var head: Int64 = 0
    private var accounts: UInt32 = 0
    private var existing: [UInt32] = []
    private var waiting: [UInt32: [Int64]] = [:]

    init(seed: UInt64) {
        chance = Chance(seed: seed)
    }

    /// Some entries that belong together.
    mutating func group() -> [Entry] {
        let group = (0...chance.below(5)).map { _ in next() }
        _ = reference.commit(group)
        return group
    }

    /// All that was ever written to each account, whether it was read or not.
    func mail(_ reader: UInt32) -> [StoredLetter] {
        reference.mail(query(reader), bytes: .max).letters
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
            return .ended(AccountNumber(account))
        case 2: return active(person(), at: 1_795_000_000 + head)
        case 3...6:
            let account = person()
            let own = waiting[account, default: []]
            let through = own.isEmpty ? head - 1 : own[chance.below(own.count)]
            waiting[account] = own.filter { $0 > through }
            return read(account, through: through, own: own.count { $0 <= through })
        case 7:
            let failures = (0..<chance.below(3)).map { Int64($0) + head }
            return .refusals(
                Refusals(
                    name: "n\(chance.below(4))", address: "::\(chance.below(3))",
                    failures: failures, blockedUntil: failures.isEmpty ? nil : head))
        case 8...10:
            let readers = Set((0...chance.below(4)).map { _ in person() }).sorted()
            for reader in readers { waiting[reader, default: []].append(head) }
            return letter(person(), toEach: readers, text())
        case 11, 12:
            let except = Set((0..<chance.below(3)).map { _ in person() }).sorted()
            return letter(person(), toAllBut: except, text())
        default:
            let reader = person()
            waiting[reader, default: []].append(head)
            return letter(person(), to: reader, text())
        }
    }

    private mutating func open() -> Entry {
        accounts += 1
        existing.append(accounts)
        return opened(accounts, "name\(accounts)")
    }

    private mutating func person() -> UInt32 { existing[chance.below(existing.count)] }

    private mutating func text() -> String {
        let letters = (0...chance.below(90)).map { _ in
            Character(Unicode.Scalar(UInt8(97 + chance.below(26))))
        }
        return "\(head) " + String(letters)
    }
}
