import Protocol
import Testing

@testable import Store

// The small parts of the real store.

extension RecentEntries {
    fileprivate func text(_ number: Int64) -> [UInt8]? {
        guard case .letter(let letter) = self[number] else { return nil }
        return letter.text.bytes
    }
}

@Suite struct PartsTests {
    @Test func `every changed bit changes the checksum`() {
        func sum(_ bytes: [UInt8]) -> Int64 {
            var sum = Checksum(seed: 1)
            unsafe sum.add(text: bytes.span.bytes)
            return sum.value
        }
        for count in 1...24 {
            let bytes = Array("twenty-four bytes, or so".utf8.prefix(count))
            for place in bytes.indices {
                for bit in 0..<8 {
                    var changed = bytes
                    changed[place] ^= 1 << bit
                    #expect(sum(changed) != sum(bytes), "byte \(place) of \(count), bit \(bit)")
                }
            }
            #expect(sum(bytes + [0]) != sum(bytes))
        }
        #expect(sum([]) != sum([0]))
    }

    @Test func `every changed bit of a number changes the checksum`() {
        func sum(_ number: Int64) -> Int64 {
            var sum = Checksum(seed: 1)
            sum.add(integer: number)
            return sum.value
        }
        for bit in 0..<64 { #expect(sum(70_012 ^ 1 << bit) != sum(70_012), "bit \(bit)") }
    }

    @Test func `the checksum of a row is the same for ever`() {
        var sum = Checksum(seed: Schema.segmentSeed(65_536))
        sum.add(integer: 65_537)
        sum.addNull()
        unsafe sum.add(text: Array("Grüße".utf8).span.bytes)
        unsafe sum.add(blob: ([1, 2, 3, 4, 5, 6, 7, 8, 9] as [UInt8]).span.bytes)

        #expect(sum.value == -1_666_300_464)
    }

    @Test func `a line keeps its place, its other party and its flags`() {
        let line = Line(
            offset: 65_535, other: AccountNumber(.max), flags: [.sent, .leavesSomeOut])

        #expect(line.offset == 65_535)
        #expect(line.other == AccountNumber(.max))
        #expect(line.flags == [.sent, .leavesSomeOut])
        #expect(
            Line(offset: 1, other: AccountNumber(.max)).bits
                < Line(offset: 2, other: .everyone).bits)
    }

    @Test func `both parties find a letter, and oneself finds it once`() {
        var letters = SegmentLetters()
        for (offset, entry) in [
            letter(1, to: 2, "x"), letter(2, toEach: [1, 3], "x"), letter(1, to: 1, "x"),
            letter(3, toAllBut: [], "x"),
        ].enumerated() {
            letters.append(entry, offset: offset)
        }
        func offsets(_ party: Int64, from offset: Int = 0) -> [Int] {
            letters.lines(of: Party(rawValue: party), from: offset).map(\.offset)
        }

        #expect(letters.parties.map(\.rawValue) == [0, 1, 2, 3])
        #expect(offsets(0) == [3])
        #expect(offsets(1) == [0, 1, 2])
        #expect(offsets(1, from: 1) == [1, 2])
        #expect(offsets(2) == [0, 1, 1])
        #expect(offsets(3) == [1])
        #expect(offsets(4) == [])
    }

    @Test func `recent letters have a ceiling, and the oldest go first`() {
        var recent = RecentEntries(bytesMax: 10 * 130)
        for number in 1...100 {
            recent.append(
                [letter(1, to: 2, number.isMultiple(of: 2) ? "xy" : "x")], first: Int64(number))
        }

        #expect(recent.text(100)?.count == 2)
        #expect(recent.text(92)?.count == 2)
        #expect(recent.text(91)?.count == 1)
        #expect(recent[90] == nil)
        #expect(recent[101] == nil)
        #expect(recent[1] == nil)
    }

    @Test func `a group too large to be remembered is not`() {
        var recent = RecentEntries(bytesMax: 130)
        recent.append([letter(1, to: 2, "xy")], first: 1)
        recent.append([letter(1, to: 2, "xyz")], first: 2)

        #expect(recent[1] == nil)
        #expect(recent[2] == nil)
    }

    @Test func `accounts far apart are found and listed in order`() {
        var table = ByNumber<AccountNumber, String>()
        for number: UInt32 in [70_000, 3, 0, 1_024, 1_023] {
            table.update(AccountNumber(number)) { $0 = "\(number)" }
        }
        table.update(AccountNumber(3)) { $0 = nil }

        #expect(table.numbers.map(\.value) == [0, 1_023, 1_024, 70_000])
        #expect(table.values == ["0", "1023", "1024", "70000"])
        #expect(table[AccountNumber(3)] == nil)
        #expect(table[AccountNumber(5_000)] == nil)
        #expect(table[AccountNumber(.max)] == nil)
    }

    @Test func `what waits finds its earlier word when some before it have been kept`() {
        var backlog = Backlog()
        for entry in [
            opened(1, "ann"), read(1, through: 5, own: 1), read(2, through: 6, own: 1),
            active(2, at: 7),
        ] {
            backlog.append(entry)
        }
        backlog.removeFirst(2)
        backlog.append(read(2, through: 8, own: 2))
        backlog.append(read(1, through: 9, own: 1))

        #expect(
            backlog.entries == [
                read(2, through: 8, own: 3), active(2, at: 7), read(1, through: 9, own: 1),
            ])
    }
}
