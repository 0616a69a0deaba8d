// The account file as the server reads and extends it, alone and on the hashing threads.
import Protocol
import Sockets
import Testing

@testable import Delivery
@testable import Server

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

private let hash =
    "$argon2id$v=19$m=19456,t=2,p=1$iHFWK/t4tuik5H+e+ORmlg"
    + "$9SYN/6ZbjvLAOtBo4NWDMJ0Yr7B0RKylpa4tws1UP0o"

private func account(_ name: String) throws -> AccountLine {
    let secret = Secret.hashed(try #require(Argon2idString(hash)))
    return AccountLine(name: try #require(Username(name)), secret: secret)
}

@Suite struct `The account book` {
    @Test func `reads what needs no note`() throws {
        let place = AccountFolder("# ours\nalice \(hash)\n")
        var book = AccountBook(path: place.path)

        let reading = try book.read()
        #expect(reading.lines == [try account("alice")])
        #expect(reading.notes == [])
    }

    @Test func `notes what somebody should know`() throws {
        let place = AccountFolder("alice word\nbob \(hash)\ncarol $argon")
        try #require(unsafe chmod(place.path, 0o644) == 0)
        var book = AccountBook(path: place.path)

        let reading = try book.read()
        #expect(reading.lines.map(\.name.text) == ["alice", "bob"])
        #expect(
            reading.notes == [
                "others could read \(place.path); now its owner alone can",
                "dropped 12 bytes at the end of \(place.path), left by a registration that was "
                    + "never confirmed",
                "1 of 2 secrets in \(place.path) are plain words or SHA-1; "
                    + "chatserv passwd --upgrade hashes them",
            ])
        #expect(place.text == "alice word\nbob \(hash)\n")
        #expect(try book.read().notes.count == 1)
    }

    @Test func `the line of somebody who has an account is not taken for a registration`() throws {
        let place = AccountFolder("alice word\nbob \(hash.dropLast(9))")
        var book = AccountBook(path: place.path)
        book.expect([try #require(Username("bob"))])
        let trouble = AccountBookTrouble.cutShort(
            path: place.path, try #require(Username("bob")))

        #expect(throws: trouble) { try book.read() }
        #expect(throws: trouble) { try book.enroll(try account("carol")) }
        #expect(place.text == "alice word\nbob \(hash.dropLast(9))")
        place.write("alice word\nbob \(hash)\n")
        #expect(try book.read().lines.map(\.name.text) == ["alice", "bob"])
        // Nor later, when it has been seen there.
        place.write("alice word\nbob \(hash.dropLast(9))")
        #expect(throws: trouble) { try book.read() }
        place.write("alice word\n")
        #expect(try book.read().lines.map(\.name.text) == ["alice"])
    }

    @Test func `misses a missing file with advice`() {
        let place = AccountFolder()
        var book = AccountBook(path: place.path)

        let trouble = #expect(throws: AccountBookTrouble.missing(path: place.path)) {
            try book.read()
        }
        #expect(trouble?.description.contains("chatserv passwd add NAME makes one") == true)
    }

    @Test func `writes an account down`() throws {
        let place = AccountFolder("alice word")
        var book = AccountBook(path: place.path)
        _ = try book.read()

        try book.enroll(try account("bob"))
        #expect(place.text == "alice word\nbob \(hash)\n")
    }

    @Test func `does not write a name twice that somebody has added by hand`() throws {
        let place = AccountFolder("alice word\n")
        var book = AccountBook(path: place.path)
        _ = try book.read()
        place.write("alice word\nBob word\n")

        #expect(throws: AccountBookTrouble.taken) { try book.enroll(try account("bob")) }
        #expect(place.text == "alice word\nBob word\n")
        try book.enroll(try account("carol"))
        #expect(place.text == "alice word\nBob word\ncarol \(hash)\n")
    }

    @Test func `does not write a name twice that it has read`() throws {
        let place = AccountFolder("alice word\n")
        var book = AccountBook(path: place.path)
        _ = try book.read()
        place.write("alice word\nBob word\n")
        _ = try book.read()

        // Whoever asks for it had not heard of it when he did.
        #expect(throws: AccountBookTrouble.taken) { try book.enroll(try account("bob")) }
        #expect(place.text == "alice word\nBob word\n")
    }

    @Test func `does not write a name twice that it has seen beside another`() throws {
        let place = AccountFolder("alice word\n")
        var book = AccountBook(path: place.path)
        _ = try book.read()
        place.write("alice word\nBob word\n")
        try book.enroll(try account("carol"))

        #expect(throws: AccountBookTrouble.taken) { try book.enroll(try account("bob")) }
        #expect(throws: AccountBookTrouble.taken) { try book.enroll(try account("Carol")) }
        #expect(place.text == "alice word\nBob word\ncarol \(hash)\n")
    }

    @Test func `writes a name again that somebody has taken out by hand`() throws {
        let place = AccountFolder("alice word\nbob word\n")
        var book = AccountBook(path: place.path)
        _ = try book.read()
        place.write("alice word\n")

        try book.enroll(try account("bob"))
        #expect(place.text == "alice word\nbob \(hash)\n")
    }

    @Test func `writes nothing into a file with a fault`() throws {
        let place = AccountFolder("alice word\n")
        var book = AccountBook(path: place.path)
        _ = try book.read()
        place.write("alice\n")

        #expect(
            throws: AccountBookTrouble.text(
                path: place.path, AccountsFault(line: 1, reason: .noSecret))
        ) {
            try book.enroll(try account("bob"))
        }
        #expect(place.text == "alice\n")
        #expect(throws: AccountBookTrouble.self) { try book.read() }
        #expect(throws: AccountBookTrouble.self) { try book.enroll(try account("bob")) }
        #expect(place.text == "alice\n")
    }

    @Test func `writes nothing behind the beginning of a line`() throws {
        let place = AccountFolder("alice word\n")
        var book = AccountBook(path: place.path)
        _ = try book.read()
        place.write("alice word\nbob $arg")

        try book.enroll(try account("carol"))
        #expect(place.text == "alice word\ncarol \(hash)\n")
    }

    @Test func `writes nothing behind the beginning of a line that it has only examined`() throws {
        let place = AccountFolder("alice word\nbob $arg")
        var book = AccountBook(path: place.path)

        _ = try book.examine()
        try book.enroll(try account("carol"))
        #expect(place.text == "alice word\ncarol \(hash)\n")
    }
}

@Suite struct `The hashing threads` {
    private func session(_ slot: Int32) -> SessionID { SessionID(slot: slot, generation: 1) }

    private func name(_ text: String) throws -> Username { try #require(Username(text)) }

    private func password(_ text: String) throws -> Password {
        try #require(Password(Array(text.utf8)))
    }

    /// All that came of these jobs, in its order.
    private func outcomes(of jobs: [HashJob], _ place: AccountFolder) throws -> [HashOutcome] {
        let threads = try HashingThreads(AccountBook(path: place.path))
        var jobs = jobs
        threads.put(&jobs)
        #expect(jobs.isEmpty)
        threads.finish()
        var outcomes: [HashOutcome] = []
        _ = threads.outcomes.takeWaiting(into: &outcomes)
        return outcomes
    }

    @Test func `say whether a password is right`() throws {
        let place = AccountFolder("")
        let alice = try name("alice")
        let right = try password("wonderland")
        let secret = try #require(PasswordHasher().hash(right))

        let found = Set(
            try outcomes(
                of: [
                    .verify(session(1), alice, secret, right),
                    .verify(session(2), alice, secret, try password("Wonderland")),
                    .verify(session(3), alice, nil, right),
                ], place))
        #expect(
            found == [
                .verified(session(1), alice, true), .verified(session(2), alice, false),
                .verified(session(3), alice, false),
            ])
    }

    @Test func `make accounts that can sign in, each once`() throws {
        let place = AccountFolder("alice word\n")
        let names = try (1...6).map { try name("new\($0)") }
        let jobs = try names.enumerated().map { index, name in
            HashJob.enroll(session(Int32(index)), name, try password("secret of \(name.text)"))
        }

        let found = try outcomes(of: jobs, place)
        #expect(found.count == names.count)
        let accounts = try Accounts(Array(place.text.utf8))
        #expect(accounts.lines.dropFirst().map(\.name).sorted() == names)
        for case .enrolled(_, let name, let secret) in found {
            #expect(accounts.lines.contains(AccountLine(name: name, secret: secret)))
            #expect(PasswordHasher().verify(try password("secret of \(name.text)"), secret))
        }
        let enrolled = found.count { if case .enrolled = $0 { true } else { false } }
        #expect(enrolled == names.count)
    }

    @Test func `say why an account could not be made`() throws {
        let job = HashJob.enroll(session(1), try name("alice"), try password("word"))

        let taken = HashOutcome.taken(session(1), try name("alice"))
        #expect(try outcomes(of: [job], AccountFolder("ALICE word\n")) == [taken])

        let found = try outcomes(of: [job], AccountFolder())
        guard case .notEnrolled(session(1), _, let text)? = found.first, found.count == 1 else {
            Issue.record("\(found)")
            return
        }
        #expect(text.hasPrefix("there is no account file"))
    }

    @Test func `report in the order of what was done to the file`() throws {
        let place = AccountFolder("alice word\n")
        var jobs: [HashJob] = []
        for number in 0..<8 {
            jobs.append(.enroll(session(1), try name("new\(number)"), try password("x")))
            jobs.append(.reread)
        }

        var known: Set = ["alice"]
        for outcome in try outcomes(of: jobs, place) {
            switch outcome {
            case .enrolled(_, let name, _):
                known.insert(name.text)
            case .reread(.success(let reading)):
                #expect(Set(reading.lines.map(\.name.text)) == known)
            case .verified, .notEnrolled, .taken, .changed, .notChanged, .reread(.failure):
                Issue.record("\(outcome)")
            }
        }
        #expect(known.count == 9)
    }
}

@Suite struct `The sample account file` {
    @Test func `lets in whom it says`() throws {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        var book = AccountBook(path: "/\(root)/user_pass.txt")

        let reading = try book.examine()
        #expect(reading.notes == [])
        #expect(reading.lines.map(\.name.text) == PasswordRule.samples.map(\.name))
        for (line, sample) in zip(reading.lines, PasswordRule.samples) {
            let password = try #require(Password(Array(sample.password.utf8)))
            #expect(PasswordHasher().verify(password, line.secret))
        }
    }
}
