// What an account file may say, and what it may not.
import Protocol
import Testing

@testable import Delivery

private let hash =
    "$argon2id$v=19$m=19456,t=2,p=1$iHFWK/t4tuik5H+e+ORmlg"
    + "$9SYN/6ZbjvLAOtBo4NWDMJ0Yr7B0RKylpa4tws1UP0o"
private let hex = "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d"

private func accounts(_ text: String) throws -> Accounts {
    try Accounts(Array(text.utf8))
}

private func names(_ text: String) throws -> [String] {
    try accounts(text).lines.map(\.name.text)
}

private func digest(_ hex: String) -> SHA1Digest? {
    SHA1Digest(hex: hex.utf8.span)
}

private func fault(_ text: String) -> AccountsFault? {
    fault(Array(text.utf8))
}

private func fault(_ bytes: [UInt8]) -> AccountsFault? {
    do throws(AccountsFault) {
        _ = try Accounts(bytes)
        return nil
    } catch {
        return error
    }
}

@Suite struct `Reading an account file` {
    @Test func `knows three handwritings`() throws {
        let text = "alice \(hash)\nbob builder\ncarol,\(hex)\ndave $sha1\(hash)\n"

        let secrets = try accounts(text).lines.map(\.secret)
        let argon2id = try #require(Argon2idString(hash))
        let sha1 = try #require(digest(hex))
        let word = try #require(Password(Array("builder".utf8)))
        #expect(secrets == [.hashed(argon2id), .word(word), .sha1(sha1), .hashedSHA1(argon2id)])
        #expect(secrets.map(\.isOlder) == [false, true, true, false])
    }

    @Test(arguments: [
        "alice word\nbob word",
        "alice word\nbob word\n",
        "\u{feff}alice word\r\nbob word\r\n",
        "# who is here\n\n  \t\nalice   word  \n\tbob\tword\n#",
        "\r\n\r\nalice word\n# bob old\nbob word\r\n\n\n",
    ])
    func `passes over remarks, blanks and all line ends`(text: String) throws {
        let found = try accounts(text)

        let word = try #require(Password(Array("word".utf8)))
        #expect(found.lines.map(\.name.text) == ["alice", "bob"])
        #expect(found.lines.map(\.secret) == [.word(word), .word(word)])
        #expect(found.tornTail == nil)
    }

    /// The zeros are what a power cut left of the end of the line.
    @Test(arguments: ["alice word\r\r\n", "alice word\r", "alice word\r\0\0", "alice word \r\n"])
    func `no word ends with a CR`(text: String) throws {
        let word = try #require(Password(Array("word".utf8)))
        #expect(try accounts(text).lines.map(\.secret) == [.word(word)])
    }

    @Test func `an empty file has no accounts`() throws {
        #expect(try names("") == [])
        #expect(try names("\u{feff}") == [])
        #expect(try names("# nobody") == [])
    }

    @Test func `keeps names from before the rule for new ones`() throws {
        #expect(try names("jörg word\n$cash word\no'neill word\n") == ["jörg", "$cash", "o'neill"])
        let long = String(repeating: "x", count: Limits.olderUsernameBytes)
        #expect(try names("\(long) word\n") == [long])
    }

    @Test func `takes two spellings of one accented letter for two names`() throws {
        #expect(try names("jos\u{e9} word\njose\u{301} word\n").count == 2)
    }

    @Test func `takes hexadecimal digits in both cases`() throws {
        let lines = try accounts("a,\(hex)\nb,\(hex.uppercased())\n").lines
        #expect(lines[0].secret == lines[1].secret)
    }

    @Test(
        arguments: [
            ("alice\n", 1, .noSecret),
            ("# one\nalice \n", 2, .noSecret),
            ("alice word\nDONE word\n", 2, .impossibleName),
            ("alice word\nLogin word\n", 2, .impossibleName),
            ("ali:ce word\n", 1, .impossibleName),
            ("alice word\n- word\n", 2, .impossibleName),
            (",\(hex)\n", 1, .impossibleName),
            ("alice,\(hex.dropLast())\n", 1, .incompleteSHA1),
            ("alice,\(hex)0\n", 1, .incompleteSHA1),
            ("alice,\(hex.dropLast())g\n", 1, .incompleteSHA1),
            ("alice,\n", 1, .incompleteSHA1),
            ("alice $\n", 1, .incompleteHash),
            ("alice \(hash.dropLast())\n", 1, .incompleteHash),
            ("alice $sha1\(hash)A\n", 1, .incompleteHash),
            ("alice two words\n", 1, .blankInWord),
            ("alice word\n\nalice other\n", 3, .sameName(asLine: 1)),
            ("# x\nalice word\nAlice other\n", 3, .sameNameButForCase(asLine: 2)),
            ("ÄRA word\nära other\n", 2, .sameNameButForCase(asLine: 1)),
            ("alice w\0rd\nbob word\n", 1, .zeroByte),
        ] as [(String, Int, AccountsFault.Reason)])
    func `names the line that is wrong`(text: String, line: Int, reason: AccountsFault.Reason) {
        #expect(fault(text) == AccountsFault(line: line, reason: reason))
    }

    @Test func `refuses what is no UTF-8, in names and in secrets`() {
        let start = Array("alice word\n".utf8)
        #expect(fault(start + [0xff, 0x20, 0x61, 0x0a])?.reason == .notUTF8)
        #expect(fault(start + [0x61, 0x20, 0xc3, 0x28, 0x0a])?.reason == .notUTF8)
        #expect(fault(start + [0x61, 0x20, 0xc3, 0x28, 0x0a])?.line == 2)
    }

    @Test func `takes words as long as a password can be`() throws {
        let longest = String(repeating: "w", count: Limits.passwordBytes)
        #expect(try names("alice \(longest)\n") == ["alice"])
        #expect(fault("alice \(longest)w\n") == AccountsFault(line: 1, reason: .longWord))
    }

    @Test func `says nothing of a secret`() throws {
        let line = try #require(try accounts("alice hunter2\n").lines.first)

        var dumped = ""
        dump(line, to: &dumped)
        #expect(!"\(line) \(String(reflecting: line)) \(dumped)".contains("hunter2"))
        #expect("\(line.secret)" == "•••")
        for text in ["hunter2\n", "hunter2 hunter2 hunter2\n", "DONE hunter2\n"] {
            #expect(fault(text).map { !"\($0)".contains("hunter2") } == true)
        }
    }

    @Test(arguments: 1...200)
    func `rubbish is a fault or accounts, and never a trap`(seed: UInt64) {
        var random = SplitMix(seed: seed)
        let alphabet =
            Array("\n\n\r\t #,,$ab\0\u{e9}argon2id$v=19$m=8,t=1,p=1$".utf8) + [0xff, 0xc3]
        let count = Int.random(in: 0...400, using: &random)
        let bytes = (0..<count).map { _ in alphabet.randomElement(using: &random)! }

        guard let found = try? Accounts(bytes) else { return }
        let printed = found.lines.flatMap { $0.text + [UInt8(ascii: "\n")] }
        let again = try? Accounts(printed)
        #expect(again?.lines == found.lines, "seed \(seed)")
    }

    @Test func `every line is read as it was printed`() throws {
        let text = "alice \(hash)\nbob builder\ncarol,\(hex)\ndave $sha1\(hash)\njörg wörd\n"
        let found = try accounts(text)

        let printed = found.lines.flatMap { $0.text + [UInt8(ascii: "\n")] }
        #expect(printed == Array(text.utf8))
    }
}

@Suite struct `The end that a power cut leaves` {
    private let before = "# ours\nalice \(hash)\nbob builder\n"

    @Test func `cut anywhere, a registration is whole or torn`() throws {
        let line = Array("carol \(hash)\n".utf8)
        let kept = try names(before)

        for count in 0...line.count {
            let found = try Accounts(Array(before.utf8) + line.prefix(count))
            if count >= line.count - 1 {
                #expect(found.lines.map(\.name.text) == kept + ["carol"])
                #expect(found.lines.last?.text == line.dropLast())
                #expect(found.tornTail == nil)
            } else {
                #expect(found.lines.map(\.name.text) == kept)
                #expect(found.tornTail?.offset == (count == 0 ? nil : before.utf8.count))
                #expect(found.tornTail?.count == (count == 0 ? nil : count))
            }
        }
    }

    @Test func `cut anywhere after a line without an end, that line stays`() throws {
        let open = "alice \(hash)\nbob builder"
        let added = Array("\ncarol \(hash)\n".utf8)

        for count in 0..<added.count - 1 {
            let found = try Accounts(Array(open.utf8) + added.prefix(count))
            #expect(found.lines.map(\.name.text) == ["alice", "bob"])
            let tail = count > 1 ? open.utf8.count + 1 : nil
            #expect(found.tornTail?.offset == tail)
        }
    }

    @Test func `zero bytes in place of any part are torn off`() throws {
        let line = Array("carol \(hash)\n".utf8)
        let kept = try names(before)

        for start in 0..<line.count {
            for end in (start + 1)...line.count {
                var torn = line
                for at in start..<end { torn[at] = 0 }
                let found = try Accounts(Array(before.utf8) + torn)
                // All of it stood there but its end.
                let isWhole = start == line.count - 1
                #expect(found.lines.map(\.name.text) == kept + (isWhole ? ["carol"] : []))
                let offset = before.utf8.count + (isWhole ? start : 0)
                #expect(found.tornTail?.offset == offset)
            }
        }
    }

    @Test func `zero bytes after a line without an end leave that line`() throws {
        let open = "alice \(hash)\nbob builder"
        let added = Array("\ncarol \(hash)\n".utf8)

        for end in 1...added.count {
            let torn = [UInt8](repeating: 0, count: end) + added[end...]
            let found = try Accounts(Array(open.utf8) + torn)
            #expect(found.lines.map(\.name.text) == ["alice", "bob"])
            #expect(found.lines.last?.text == Array("bob builder".utf8))
            #expect(found.tornTail?.offset == open.utf8.count)
        }
    }

    @Test func `what ends with a line end was written by a person, who is told`() {
        #expect(fault(before + "carol\n") == AccountsFault(line: 4, reason: .noSecret))
        #expect(
            fault(before + "carol $argon2id\n") == AccountsFault(line: 4, reason: .incompleteHash))
    }

    @Test func `what cannot be the beginning of a registration is no torn end`() {
        #expect(fault(before + "DONE $argon2id")?.reason == .impossibleName)
        #expect(fault(before + "carol,abc")?.reason == .incompleteSHA1)
        #expect(fault(before + "carol two words")?.reason == .blankInWord)
        #expect(fault(before + "c\0a\0r\0o\0l\0")?.reason == .zeroByte)
    }

    @Test func `an end that is longer than a registration is no torn end`() throws {
        let longest = String(repeating: "c", count: 256)
        #expect(try accounts(before + longest).tornTail?.count == 256)
        #expect(fault(before + longest + "c")?.reason == .noSecret)
        let zeros = String(repeating: "\0", count: 256)
        #expect(try accounts(before + zeros).tornTail?.count == 256)
        #expect(fault(before + zeros + "\0")?.reason == .zeroByte)
    }
}

@Suite struct `Editing an account file` {
    private let text =
        "\u{feff}# ours\r\nalice old\r\n\r\n\tbob  old \n# between\ncarol,\(hex)\n# end"

    private func edited(
        _ text: String, _ edit: (AccountLine) -> Accounts.Edit
    ) throws -> String {
        String(decoding: try Accounts.edited(Array(text.utf8), by: edit), as: UTF8.self)
    }

    @Test func `keeps every byte when nothing is changed`() throws {
        #expect(try edited(text) { _ in .keep }.utf8.elementsEqual(text.utf8))
    }

    @Test func `changes a secret and nothing else`() throws {
        let secret = Secret.hashed(try #require(Argon2idString(hash)))
        let result = try edited(text) { $0.name.text == "alice" ? .replace(secret) : .keep }

        #expect(result.utf8.elementsEqual(text.replacing("alice old", with: "alice \(hash)").utf8))
    }

    @Test func `removes a line with its end`() throws {
        let result = try edited(text) { $0.name.text == "carol" ? .remove : .keep }
        #expect(result.utf8.elementsEqual(text.replacing("carol,\(hex)\n", with: "").utf8))
    }

    @Test func `a last line without an end stays one`() throws {
        let secret = Secret.hashed(try #require(Argon2idString(hash)))
        #expect(try edited("a x\nb y") { _ in .replace(secret) } == "a \(hash)\nb \(hash)")
        #expect(try edited("a x\nb y") { $0.name.text == "b" ? .remove : .keep } == "a x\n")
    }

    @Test func `drops the torn end`() throws {
        #expect(try edited("a x\nb $argon2") { _ in .keep } == "a x\n")
        #expect(try edited("a x\0\0") { _ in .keep } == "a x")
    }

    @Test func `adds a line on a line of its own`() throws {
        let name = try #require(Username("zoe"))
        let line = AccountLine(name: name, secret: .hashed(try #require(Argon2idString(hash))))

        for (before, between) in [("", ""), ("a x\n", ""), ("a x", "\n"), ("# x", "\n")] {
            let result = Accounts.adding(line, to: Array(before.utf8))
            #expect(result == Array("\(before)\(between)zoe \(hash)\n".utf8))
        }
    }
}

@Suite struct `An Argon2id string` {
    @Test func `is complete, or is none`() {
        #expect(Argon2idString(hash) != nil)
        for count in 0..<hash.utf8.count {
            #expect(Argon2idString(String(hash.prefix(count))) == nil)
        }
        for letter in ["A", "=", "$", " ", "\n"] { #expect(Argon2idString(hash + letter) == nil) }
    }

    @Test(arguments: [
        ("m=19456", "m=8"), ("m=19456", "m=1048576"), ("t=2", "t=1000"), ("p=1", "p=64"),
    ])
    func `may have other parameters`(usual: String, other: String) {
        #expect(Argon2idString(hash.replacing(usual, with: other)) != nil)
    }

    @Test(arguments: [
        ("argon2id", "argon2i"), ("argon2id", "Argon2id"), ("v=19", "v=16"), ("v=19$", ""),
        ("m=19456", "m=7"), ("m=19456", "m=1048577"), ("m=19456", "m=019456"),
        ("m=19456", "m=-8"), ("m=19456", "m="), ("m=19456", "m=99999999"), ("t=2", "t=0"),
        ("t=2", "t=1001"), ("p=1", "p=0"), ("p=1", "p=65"), ("m=19456,t=2,p=1", "m=15,t=2,p=2"),
        (",t=2", ""), ("m=19456,t=2", "t=2,m=19456"), ("iHFWK/t4tuik", ""), ("/t4", "_t4"),
        // A letter fewer of salt leaves half a byte; the last one of the hash has bits to spare.
        ("ORmlg$", "ORml$"), ("UP0o", "UP0p"),
    ])
    func `is none with parameters that cannot be`(usual: String, other: String) {
        #expect(Argon2idString(hash.replacing(usual, with: other)) == nil)
    }
}

/// The same numbers for the same seed, everywhere.
private struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}
