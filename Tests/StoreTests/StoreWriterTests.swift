import Protocol
import Store
import Testing

@Suite struct StoreWriterTests {
    private let script = FlakyStore.Script()
    private var writer: StoreWriter<FlakyStore>
    private let full = StoreError.unable("disk full")
    private let ann = SessionID(slot: 1, generation: 1)
    private let bob = SessionID(slot: 2, generation: 1)

    init() throws {
        writer = StoreWriter(FlakyStore(script))
        #expect(try writer.recover() == Recovered())
    }

    private func number(_ value: Int64) -> MessageNumber { MessageNumber(value) }

    // MARK: - Keeping

    @Test mutating func `what is ordered in one turn is one group, in its order`() throws {
        let entries = [opened(1, "ann"), letter(1, to: 1, "x"), active(1, at: 5)]
        let reports = try writer.turn([
            .keep(entries[0], for: nil), .keep(entries[1], for: ann), .keep(entries[2], for: bob),
        ])

        #expect(script.kept == [entries])
        #expect(
            reports == [
                .kept(entries[0], number(1), for: nil), .kept(entries[1], number(2), for: ann),
                .kept(entries[2], number(3), for: bob),
            ])
    }

    @Test mutating func `a long turn is committed in groups with a ceiling`() throws {
        let entries = (1...Int64(Limits.groupEntries + 1)).map { active(1, at: $0) }
        let reports = try writer.turn(entries.map { .keep($0, for: nil) })

        #expect(script.kept.map(\.count) == [Limits.groupEntries, 1])
        #expect(script.kept.flatMap(\.self) == entries)
        #expect(reports.count == entries.count)
    }

    @Test mutating func `a turn of exactly one group is one group`() throws {
        _ = try writer.turn(
            (1...Int64(Limits.groupEntries)).map { .keep(active(1, at: $0), for: nil) })

        #expect(script.kept.count == 1)
    }

    @Test mutating func `mail is read after the letters of the same turn`() throws {
        let reports = try writer.turn([
            .read(.mail(query(1, through: 9)), for: bob),
            .keep(opened(1, "ann"), for: nil), .keep(letter(1, to: 1, "x"), for: ann),
        ])

        guard case .mail(let page, bob) = reports.last else {
            Issue.record("\(reports)")
            return
        }
        #expect(page.letters.map(\.number) == [number(2)])
    }

    // MARK: - Not keeping

    @Test mutating func `a letter that cannot be kept is refused, all else is kept later`() throws {
        script.commits = [full, full]
        let (began, text) = (opened(1, "ann"), letter(1, to: 1, "x"))
        let reports = try writer.turn([.keep(began, for: ann), .keep(text, for: bob)])

        #expect(reports == [.trouble(full), .refused(began, for: ann), .refused(text, for: bob)])
        #expect(script.kept.isEmpty)

        let later = letter(1, to: 1, "y")
        #expect(
            try writer.turn([.keep(later, for: bob)]) == [
                .trouble(nil), .kept(began, number(1), for: nil), .kept(later, number(2), for: bob),
            ])
        #expect(script.kept == [[began, later]])
    }

    @Test mutating func `what nobody waits for is not reported until it is kept`() throws {
        script.commits = [full, full]
        let news = read(1, through: 7, own: 2)

        #expect(try writer.turn([.keep(news, for: nil)]) == [.trouble(full)])
        #expect(try writer.turn([]) == [.trouble(nil), .kept(news, number(1), for: nil)])
        #expect(try writer.turn([]) == [])
    }

    @Test mutating func `a letter never overtakes the account it names`() throws {
        // The first group, then what waits alone, then the second group with it in front.
        script.commits = [full, nil]
        let filler = (1..<Int64(Limits.groupEntries)).map { letter(9, to: 9, "\($0)") }
        let orders = [opened(1, "ann")] + filler + [letter(1, to: 1, "x")]
        let reports = try writer.turn(orders.map { .keep($0, for: ann) })

        #expect(script.kept == [[opened(1, "ann"), letter(1, to: 1, "x")]])
        #expect(reports.count { if case .refused = $0 { true } else { false } } == filler.count + 1)
    }

    @Test mutating func `when even what waits cannot be kept, nothing goes before it`() throws {
        let waiting = (1...UInt32(Limits.groupEntries)).map { opened($0, "n\($0)") }
        script.commits = [full, full]
        _ = try writer.turn(waiting.map { .keep($0, for: nil) })

        script.commits = [full]
        let text = letter(1, to: 2, "x")
        #expect(try writer.turn([.keep(text, for: ann)]) == [.refused(text, for: ann)])
        #expect(script.kept.isEmpty)

        _ = try writer.turn([.keep(text, for: ann)])
        #expect(script.kept == [waiting, [text]])
    }

    @Test mutating func `what waits does not grow with time`() throws {
        script.commits = Array(repeating: full, count: 400)
        let refusals = (1...100).map {
            Refusals(name: "eve", address: "::1", failures: [$0], blockedUntil: nil)
        }
        for turn in 1...100 {
            _ = try writer.turn([
                .keep(read(1, through: Int64(turn), own: 2), for: nil),
                .keep(read(2, through: Int64(200 - turn), own: 1), for: nil),
                .keep(active(1, at: Int64(turn)), for: nil),
                .keep(.refusals(refusals[turn - 1]), for: nil),
            ])
        }
        script.commits = []

        _ = try writer.turn([])
        #expect(
            script.kept == [
                [
                    read(1, through: 100, own: 200), read(2, through: 199, own: 100),
                    active(1, at: 100), .refusals(refusals[99]),
                ]
            ])
    }

    @Test mutating func `trouble is told once when it begins and once when it is over`() throws {
        script.commits = Array(repeating: full, count: 5) + [nil]
        var told: [StoreReport] = []
        for _ in 1...8 {
            told += try writer.turn([.keep(letter(1, to: 1, "x"), for: nil)]).filter {
                if case .trouble = $0 { true } else { false }
            }
        }

        #expect(told == [.trouble(full), .trouble(nil)])
    }

    @Test mutating func `what is fatal goes through at once`() throws {
        script.commits = [.fatal("fsync")]
        #expect(throws: StoreError.fatal("fsync")) {
            try writer.turn([.keep(active(1, at: 1), for: nil)])
        }

        script.reads = [.fatal("pread")]
        #expect(throws: StoreError.fatal("pread")) {
            try writer.turn([.read(.mail(query(1)), for: ann)])
        }

        script.slices = [.fatal("checkpoint")]
        #expect(throws: StoreError.fatal("checkpoint")) { try writer.rest() }
    }

    // MARK: - Reading

    @Test mutating func `mail that cannot be read is said to its reader`() throws {
        let order = StoreOrder.read(.mail(query(1, through: 9)), for: ann)
        let damage = StoreError.damaged("s0: 4")
        let empty = StoreReport.mail(MailPage(letters: [], isLast: true), for: ann)
        script.reads = [full, nil, damage, damage, nil]

        #expect(try writer.turn([order]) == [.trouble(full), .unreadable(for: ann)])
        #expect(try writer.turn([order]) == [.trouble(nil), empty])
        #expect(try writer.turn([order]) == [.trouble(damage), .unreadable(for: ann)])
        #expect(try writer.turn([order]) == [.unreadable(for: ann)])
        #expect(try writer.turn([order]) == [empty])
    }

    @Test mutating func `damage that a page names is told once`() throws {
        let order = StoreOrder.read(.mail(query(1, through: 9)), for: ann)
        script.damage = [["s0: 4", "s0: 5"], ["s0: 4"], ["s0: 5", "i8"]]
        func told() throws -> [StoreReport] {
            try writer.turn([order]).filter { if case .mail = $0 { false } else { true } }
        }

        #expect(try told() == [.trouble(.damaged("s0: 4")), .trouble(.damaged("s0: 5"))])
        #expect(try told() == [])
        #expect(try told() == [.trouble(.damaged("i8"))])
    }

    // MARK: - Rest

    @Test mutating func `rest is over when the store has no more to tidy`() throws {
        script.slicesLeft = 2

        #expect(try writer.rest())
        #expect(try !writer.rest())
    }

    @Test mutating func `in rest what waits is tried again, and told with the next turn`() throws {
        script.commits = [full, full]
        let news = read(1, through: 7, own: 2)
        _ = try writer.turn([.keep(news, for: nil)])

        #expect(try !writer.rest())
        #expect(script.kept == [[news]])
        #expect(try writer.turn([]) == [.trouble(nil), .kept(news, number(1), for: nil)])
    }

    @Test mutating func `tidying that fails is told once and is no reason to go on`() throws {
        script.slices = [full, full, nil]

        #expect(try !writer.rest())
        #expect(try !writer.rest())
        #expect(try writer.turn([]) == [.trouble(full)])
        #expect(try !writer.rest())
        #expect(try writer.turn([]) == [.trouble(nil)])
    }

    @Test mutating func `closing keeps what waits`() throws {
        script.commits = [full, full]
        let news = read(1, through: 7, own: 2)
        _ = try writer.turn([.keep(news, for: nil)])

        writer.close()
        #expect(script.kept == [[news]])
        #expect(script.isClosed)
    }
}
