import Protocol
import Store
import Testing

// What every store promises, in the words of `MessageStore`.

@Suite struct ContractTests {
    @Test(arguments: StoreKind.allCases)
    func `an empty store knows nothing`(_ kind: StoreKind) throws {
        var subject = try Subject(kind)

        #expect(try subject.reopen() == Recovered())
        #expect(try subject.mail(1) == [])
    }

    @Test(arguments: StoreKind.allCases)
    func `entries are numbered from 1 without a hole`(_ kind: StoreKind) throws {
        var subject = try Subject(kind)

        #expect(try subject.commit(opened(1, "ann"), opened(2, "bob")) == 1)
        #expect(try subject.commit(letter(1, to: 2, "one")) == 3)
        #expect(try subject.commit(read(2, through: 3, own: 1), active(2, at: 5)) == 4)
        #expect(try subject.commit([]) == 6)
        #expect(try subject.reopen().head == MessageNumber(5))
        #expect(try subject.commit(letter(1, to: 2, "two")) == 6)
    }

    @Test(arguments: StoreKind.allCases)
    func `a letter is read as it was written`(_ kind: StoreKind) throws {
        var subject = try Subject(kind)
        let text = MessageText(kept: Array("  zwei Leerzeichen, ein Ü und 🙂 ".utf8))
        let sent = Letter(
            from: AccountNumber(1), to: .one(AccountNumber(2)),
            at: WallTime(seconds: 1_795_000_000, offset: -12_600), text: text)
        try subject.commit(opened(1, "ann"), opened(2, "bob"), .letter(sent))

        for _ in 1...2 {
            let page = try subject.page(2)
            #expect(page.isLast)
            #expect(page.letters == [StoredLetter(number: MessageNumber(3), letter: sent)])
            _ = try subject.reopen()
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `mail is for its reader alone, in order`(_ kind: StoreKind) throws {
        var subject = try Subject(kind)
        try subject.commit(opened(1, "ann"), opened(2, "bob"), opened(3, "eve"))
        for number in 1...20 {
            try subject.commit(letter(1, to: 2, "b\(number)"), letter(2, to: 3, "e\(number)"))
        }

        #expect(try subject.mail(1) == [])
        #expect(try subject.mail(2) == (1...20).map { "b\($0)" })
        #expect(try subject.mail(3) == (1...20).map { "e\($0)" })
        #expect(try subject.mail(4) == [])
    }

    @Test(arguments: StoreKind.allCases)
    func `whose letters wait is found in them, page by page`(_ kind: StoreKind) throws {
        var subject = try Subject(kind)
        let page = String(repeating: "x", count: Limits.lineBytes)
        try subject.commit(opened(1, "ann"), opened(2, "bob"), opened(3, "eve"))
        for _ in 4...13 { try subject.commit(letter(1, to: 2, page)) }
        try subject.commit(
            letter(2, to: 2, "own"), letter(3, to: 2, "hi"), letter(3, toAllBut: [], "all"),
            letter(1, to: 3, "hi"), read(2, through: 6, own: 3))

        let senders = try subject.findSenders().accounts.map(\.senders)

        #expect(senders.count == 3)
        #expect(senders[0] == [:])
        #expect(
            senders[1] == [
                AccountNumber(1): (7...13).map { MessageNumber($0) },
                AccountNumber(2): [MessageNumber(14)], AccountNumber(3): [MessageNumber(15)],
            ])
        #expect(senders[2] == [AccountNumber(1): [MessageNumber(17)]])
    }

    @Test(arguments: StoreKind.allCases)
    func `a range leaves out its beginning and holds its end`(_ kind: StoreKind) throws {
        var subject = try Subject(kind)
        try subject.commit(opened(1, "ann"))
        for number in 2...30 { try subject.commit(letter(1, to: 1, "\(number)")) }

        #expect(try subject.mail(1, after: 7, through: 17) == (8...17).map(String.init))
        #expect(try subject.mail(1, after: 16, through: 16) == [])
        #expect(try subject.mail(1, after: 17, through: 3) == [])
        #expect(try subject.mail(1, after: -5, through: 2) == ["2"])
        #expect(try subject.mail(1, after: 29, through: 99) == ["30"])
        #expect(try subject.mail(1, after: 30) == [])
        #expect(try subject.mail(1, after: .max) == [])
    }

    @Test(arguments: StoreKind.allCases)
    func `a page holds what fits, but at least one`(_ kind: StoreKind) throws {
        var subject = try Subject(kind)
        try subject.commit(opened(1, "ann"))
        for text in ["12345", "123", "12", "1234567", "1"] {
            try subject.commit(letter(1, to: 1, text))
        }

        func sizes(_ after: Int64, _ bytes: Int) throws -> ([Int], isLast: Bool) {
            let page = try subject.page(1, after: after, bytes: bytes)
            return (page.letters.map(\.letter.text.bytes.count), page.isLast)
        }
        #expect(try sizes(1, 9) == ([5, 3], false))
        #expect(try sizes(1, 10) == ([5, 3, 2], false))
        #expect(try sizes(4, 0) == ([7], false))
        #expect(try sizes(4, 8) == ([7, 1], true))
        #expect(try subject.mail(1, bytes: 1) == ["12345", "123", "12", "1234567", "1"])
    }

    @Test(arguments: StoreKind.allCases)
    func `a page is the last when what is beyond it is not for the reader`(
        _ kind: StoreKind
    ) throws {
        var subject = try Subject(kind)
        try subject.commit(opened(1, "ann"), opened(2, "bob"), letter(1, to: 2, "x"))
        try subject.commit(
            letter(1, to: 1, "not his"), letter(2, toAllBut: [], "his own"),
            letter(1, toAllBut: [2], "full"))

        #expect(try subject.page(2, bytes: 1).isLast)
    }

    @Test(arguments: StoreKind.allCases)
    func `a letter to several is one letter for each`(_ kind: StoreKind) throws {
        var subject = try Subject(kind)
        try subject.commit(opened(1, "ann"), opened(2, "bob"), opened(3, "eve"), opened(4, "zoe"))
        try subject.commit(letter(1, toEach: [1, 3, 4], "hi"))

        for reader: UInt32 in [1, 3, 4] { #expect(try subject.mail(reader) == ["hi"]) }
        #expect(try subject.mail(2) == [])
        #expect(try subject.reopen().accounts.map(\.waiting) == [1, 0, 1, 1])
        #expect(
            try subject.page(3).letters.first?.letter.to
                == .several([1, 3, 4].map(AccountNumber.init)))
    }

    @Test(arguments: StoreKind.allCases)
    func `a letter to everybody is for all but its sender and those left out`(
        _ kind: StoreKind
    ) throws {
        var subject = try Subject(kind)
        try subject.commit(opened(1, "ann"), opened(2, "bob"), opened(3, "eve"))
        try subject.commit(
            letter(1, toAllBut: [], "all"), letter(2, toAllBut: [3], "not eve"),
            letter(3, to: 2, "between"), letter(3, toAllBut: [1, 2], "nobody"))

        #expect(try subject.mail(1) == ["not eve"])
        #expect(try subject.mail(2) == ["all", "between"])
        #expect(try subject.mail(3) == ["all"])
        #expect(try subject.reopen().accounts.map(\.waiting) == [0, 1, 0])
    }

    @Test(arguments: StoreKind.allCases)
    func `an account gets what is written after its beginning`(_ kind: StoreKind) throws {
        var subject = try Subject(kind)
        try subject.commit(opened(1, "ann"), letter(1, toAllBut: [], "before"))
        try subject.commit(letter(1, to: 2, "too early"), opened(2, "bob"))
        try subject.commit(letter(1, toAllBut: [], "after"), letter(1, to: 2, "his"))

        #expect(try subject.mail(2) == ["after", "his"])
        let bob = try #require(try subject.reopen().accounts.last)
        #expect(bob.cursor == MessageNumber(4))
        #expect(bob.waiting == 1)
    }

    @Test(arguments: StoreKind.allCases)
    func `a name that comes back inherits nothing`(_ kind: StoreKind) throws {
        var subject = try Subject(kind)
        try subject.commit(opened(1, "ann"), opened(2, "bob"), letter(1, to: 2, "old"))
        try subject.commit(.ended(AccountNumber(2)), letter(1, to: 2, "late"), active(2, at: 9))
        try subject.commit(opened(3, "bob"), letter(1, to: 3, "new"))

        #expect(try subject.mail(2) == [])
        #expect(try subject.mail(3) == ["new"])
        let recovered = try subject.reopen()
        #expect(recovered.accounts.map(\.hasEnded) == [false, true, false])
        #expect(recovered.accounts.map(\.name.text) == ["ann", "bob", "bob"])
        #expect(recovered.accounts.map(\.waiting) == [0, 1, 1])
        #expect(recovered.accounts[1].lastActive == nil)
        #expect(recovered.lastAccount == AccountNumber(3))
    }

    @Test(arguments: StoreKind.allCases)
    func `the highest account number is remembered when the account has ended`(
        _ kind: StoreKind
    ) throws {
        var subject = try Subject(kind)
        try subject.commit(opened(7, "ann"), opened(9, "bob"), .ended(AccountNumber(9)))

        #expect(try subject.reopen().lastAccount == AccountNumber(9))
    }

    @Test(arguments: StoreKind.allCases)
    func `a cursor goes forward and takes what was read off what waits`(_ kind: StoreKind) throws {
        var subject = try Subject(kind)
        try subject.commit(opened(1, "ann"))
        for number in 2...11 { try subject.commit(letter(1, to: 1, "\(number)")) }
        try subject.commit(read(1, through: 5, own: 4))
        #expect(try subject.reopen().accounts.map(\.waiting) == [6])

        try subject.commit(read(1, through: 4, own: 3), read(1, through: 5, own: 4))
        try subject.commit(read(1, through: 9, own: 4))

        let ann = try #require(try subject.reopen().accounts.first)
        #expect(ann.cursor == MessageNumber(9))
        #expect(ann.waiting == 2)
        #expect(try subject.mail(1, after: 0).count == 10)
    }

    @Test(arguments: StoreKind.allCases)
    func `the last activity is remembered`(_ kind: StoreKind) throws {
        var subject = try Subject(kind)
        try subject.commit(opened(1, "ann"), opened(2, "bob"), active(1, at: 100))
        try subject.commit(active(1, at: 200))

        let recovered = try subject.reopen()
        #expect(
            recovered.accounts.map(\.lastActive) == [WallTime(seconds: 200, offset: -7_200), nil])
    }

    @Test(arguments: StoreKind.allCases)
    func `the last word on failed logins counts, and an empty one ends them`(
        _ kind: StoreKind
    ) throws {
        var subject = try Subject(kind)
        func refusals(_ name: String, _ address: String, _ failures: Int64...) -> Refusals {
            Refusals(
                name: name, address: address, failures: failures,
                blockedUntil: failures.count == 3 ? 90 : nil)
        }
        try subject.commit(
            .refusals(refusals("bob", "::1", 10, 20)), .refusals(refusals("ann", "10.0.0.1", 30)),
            .refusals(refusals("bob", "10.0.0.1", 40)),
            .refusals(refusals("bob", "::1", 10, 20, 50)),
            .refusals(refusals("ann", "10.0.0.1")))

        #expect(
            try subject.reopen().refusals
                == [refusals("bob", "10.0.0.1", 40), refusals("bob", "::1", 10, 20, 50)])
    }

    @Test(arguments: StoreKind.allCases)
    func `failed logins that have ended do not come back`(_ kind: StoreKind) throws {
        var subject = try Subject(kind)
        for failures: [Int64] in [[1], []] {
            try subject.commit(
                .refusals(
                    Refusals(name: "eve", address: "::1", failures: failures, blockedUntil: nil)))
            for number in 1...8 { try subject.commit(active(1, at: Int64(number))) }
            try subject.tidyAll()
        }

        #expect(try subject.reopen().refusals == [])
    }

    @Test(arguments: StoreKind.allCases)
    func `two spellings of one letter are two names`(_ kind: StoreKind) throws {
        var subject = try Subject(kind)
        for name in ["Zo\u{e9}", "Zoe\u{301}"] {
            try subject.commit(
                .refusals(Refusals(name: name, address: "::1", failures: [1], blockedUntil: nil)))
        }

        #expect(try subject.reopen().refusals.count == 2)
    }

    @Test(arguments: StoreKind.allCases)
    func `letters to everybody are recovered while somebody may not have read them`(
        _ kind: StoreKind
    ) throws {
        var subject = try Subject(kind)
        try subject.commit(opened(1, "ann"), opened(2, "bob"))
        for number in 3...20 {
            try subject.commit(letter(1, toAllBut: number == 18 ? [2] : [], "\(number)"))
        }
        try subject.commit(read(1, through: 20, own: 0), read(2, through: 16, own: 0))

        let recovered = try subject.reopen()
        #expect(recovered.broadcasts.map(\.number.value) == [17, 18, 19, 20])
        #expect(recovered.broadcasts.map(\.except) == [[], [AccountNumber(2)], [], []])
        #expect(recovered.broadcasts.allSatisfy { $0.from == AccountNumber(1) })

        try subject.commit(.ended(AccountNumber(2)))
        #expect(try subject.reopen().broadcasts == [])
    }

    @Test(arguments: StoreKind.allCases)
    func `tidying changes nothing that can be seen`(_ kind: StoreKind) throws {
        var subject = try Subject(kind)
        try subject.commit(opened(1, "ann"), opened(2, "bob"), opened(3, "eve"))
        for number in 4...40 {
            try subject.commit(
                letter(1, to: 2, "a\(number)"), letter(2, toEach: [1, 3], "b\(number)"),
                letter(3, toAllBut: number.isMultiple(of: 2) ? [1] : [], "e\(number)"))
        }
        let before = try (1...3).map { try subject.mail($0) }

        while try subject.tidy() {
            #expect(try (1...3).map { try subject.mail($0) } == before)
        }

        #expect(try (1...3).map { try subject.mail($0) } == before)
        _ = try subject.reopen()
        #expect(try (1...3).map { try subject.mail($0) } == before)
    }
}
