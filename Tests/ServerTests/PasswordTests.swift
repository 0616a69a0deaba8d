// Hashing passwords, comparing them, and saying which are good enough.
import Protocol
import Testing

@testable import Delivery
@testable import Server

private func password(_ text: String) throws -> Password {
    try #require(Password(Array(text.utf8)))
}

private func digest(_ hex: String) -> SHA1Digest? {
    SHA1Digest(hex: hex.utf8.span)
}

@Suite struct `A password` {
    private let hasher = PasswordHasher()

    @Test func `matches its own hash and no other password does`() throws {
        let right = try password("correct horse ☃")
        let secret = try #require(hasher.hash(right))

        #expect(hasher.verify(right, secret))
        for wrong in ["correct horse", "correct horse ☃ ", "Correct horse ☃", "x"] {
            #expect(!hasher.verify(try password(wrong), secret))
        }
    }

    @Test func `is hashed with 19 MiB, two passes and a salt of its own`() throws {
        let right = try password("wonderland")
        guard case .hashed(let one)? = hasher.hash(right),
            case .hashed(let other)? = hasher.hash(right)
        else {
            Issue.record("no hash")
            return
        }
        #expect(one.text.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
        #expect(one != other)
    }

    @Test func `of every allowed length is hashed whole`() throws {
        let longest = try password(String(repeating: "x", count: Limits.passwordBytes))
        let almost = try password(String(repeating: "x", count: Limits.passwordBytes - 1))
        let secret = try #require(hasher.hash(longest))

        #expect(hasher.verify(longest, secret))
        #expect(!hasher.verify(almost, secret))
    }

    @Test func `matches a plain word byte for byte`() throws {
        let secret = Secret.word(try password("builder"))

        #expect(hasher.verify(try password("builder"), secret))
        for wrong in ["builde", "builder ", "Builder", "builderbuilder"] {
            #expect(!hasher.verify(try password(wrong), secret))
        }
    }

    @Test func `matches its SHA-1`() throws {
        let secret = Secret.sha1(try #require(digest("aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d")))

        #expect(hasher.verify(try password("hello"), secret))
        #expect(!hasher.verify(try password("Hello"), secret))
        #expect(
            !hasher.verify(try password("aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d"), secret))
    }

    @Test func `is never right for somebody who does not exist`() throws {
        #expect(!hasher.verify(try password("password"), nil))
    }

    @Test func `still matches when its secret was upgraded without it`() throws {
        let right = try password("hello")
        let plain = try #require(hasher.upgraded(.word(right)))
        let sha1 = try #require(digest("aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d"))
        let wrapped = try #require(hasher.upgraded(.sha1(sha1)))

        guard case .hashed = plain, case .hashedSHA1 = wrapped else {
            Issue.record("upgraded to another kind")
            return
        }
        for secret in [plain, wrapped] {
            #expect(!secret.isOlder)
            #expect(hasher.verify(right, secret))
            #expect(!hasher.verify(try password("hallo"), secret))
            #expect(hasher.upgraded(secret) == nil)
        }
        #expect(!hasher.needsRehash(plain))
        #expect(hasher.needsRehash(wrapped))
    }

    @Test func `matches hashes that others made with other parameters`() throws {
        // From the reference implementation's own tests: 256 KiB, one lane and two.
        let hashes = [
            "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
            "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
        ]
        for text in hashes {
            let secret = Secret.hashed(try #require(Argon2idString(text)))
            #expect(hasher.verify(try password("password"), secret))
            #expect(!hasher.verify(try password("passwort"), secret))
            #expect(hasher.needsRehash(secret))
        }
    }
}

@Suite struct `SHA-1` {
    /// From FIPS 180 and RFC 3174, and lengths around the ends of a block.
    @Test(arguments: [
        ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
        ),
        ("The quick brown fox jumps over the lazy dog", "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12"),
    ])
    func `knows its examples`(message: String, hex: String) {
        #expect(SHA1.digest(of: Array(message.utf8)).hex == Array(hex.utf8))
    }

    @Test(arguments: [
        (55, "c1c8bbdc22796e28c0e15163d20899b65621d65a"),
        (56, "c2db330f6083854c99d4b5bfb6e8f29f201be699"),
        (63, "03f09f5b158a7a8cdad920bddc29b81c18a551f5"),
        (64, "0098ba824b5c16427bd7a1122a5a442a25ec644d"),
        (65, "11655326c708d70319be2610e8a57d9a5b959d3b"),
        (1_000_000, "34aa973cd4c4daa4f61eeb2bdbad27316534016f"),
    ])
    func `fills its blocks`(count: Int, hex: String) {
        let message = [UInt8](repeating: UInt8(ascii: "a"), count: count)
        #expect(SHA1.digest(of: message).hex == Array(hex.utf8))
    }

    @Test func `is written in lower case and read in both`() {
        let hex = "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12"
        #expect(digest(hex.uppercased())?.hex == Array(hex.utf8))
        #expect(digest(String(hex.dropLast())) == nil)
        #expect(digest(hex + "0") == nil)
        #expect(digest(hex.replacing("2", with: "g")) == nil)
    }
}

@Suite struct `The rule for passwords` {
    private let exposed = PasswordRule(isExposed: true)
    private let local = PasswordRule(isExposed: false)

    @Test func `allows all on loopback`() throws {
        for text in ["x", "password", "wonderland"] {
            #expect(local.mayBeChosen(try password(text)))
            #expect(local.mayBeUsed(try password(text)))
        }
    }

    @Test func `wants eight bytes where others can connect`() throws {
        #expect(!exposed.mayBeChosen(try password("k7#pQ2x")))
        #expect(exposed.mayBeChosen(try password("k7#pQ2xZ")))
        #expect(exposed.mayBeChosen(try password("☃☃☃")))
    }

    @Test(arguments: ["password", "Password1", "12345678", "QWERTYUIOP", "iloveyou", "letmein123"])
    func `refuses what is tried first`(text: String) throws {
        #expect(!exposed.mayBeChosen(try password(text)))
        // Who has one since before the rule keeps the account.
        #expect(exposed.mayBeUsed(try password(text)))
    }

    @Test func `lets nobody in with a published password`() throws {
        for sample in PasswordRule.samples {
            #expect(!exposed.mayBeUsed(try password(sample.password)))
            #expect(!exposed.mayBeChosen(try password(sample.password)))
        }
        #expect(exposed.mayBeUsed(try password("Wonderland")))
    }

    @Test func `has a table without what the rest of the rule refuses anyway`() {
        #expect(CommonPasswords.all.count > 300)
        for word in CommonPasswords.all {
            #expect(word.count >= PasswordRule.bytesMin)
            // Compared in lower case, so nothing else would ever be found.
            #expect(!word.contains { (0x41...0x5a).contains($0) })
        }
    }
}
