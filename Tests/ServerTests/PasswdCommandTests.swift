// `chatserv passwd`, with somebody who types, or a pipe.
import Protocol
import Testing

@testable import Delivery
@testable import Server

/// Says what it was told to say, and remembers what it heard.
private struct Script: Console {
    var isPerson = false
    var typed: [String]
    var questions: [String] = []
    var said: [String] = []
    var complaints: [String] = []

    init(_ typed: String..., isPerson: Bool = false) {
        self.typed = typed
        self.isPerson = isPerson
    }

    mutating func readSecretLine(asking question: String) -> [UInt8]? {
        questions.append(question)
        return typed.isEmpty ? nil : Array(typed.removeFirst().utf8)
    }

    mutating func say(_ line: String) { said.append(line) }
    mutating func complain(_ line: String) { complaints.append(line) }

    /// Runs the command. The exit code.
    mutating func passwd(_ arguments: String..., at place: AccountFolder) -> Int32 {
        PasswdCommand.run(
            arguments + ["--accounts", place.path], environment: [:], console: &self)
    }
}

private func secret(of name: String, in place: AccountFolder) throws -> Secret {
    let accounts = try Accounts(Array(place.text.utf8))
    return try #require(accounts.lines.first { $0.name.text == name }).secret
}

private func isRight(_ text: String, for name: String, in place: AccountFolder) throws -> Bool {
    let password = try #require(Password(Array(text.utf8)))
    return PasswordHasher().verify(password, try secret(of: name, in: place))
}

@Suite struct `chatserv passwd` {
    @Test func `add makes the file with its first account`() throws {
        let place = AccountFolder()
        var script = Script("apples and pears")

        #expect(script.passwd("add", "zoe", at: place) == 0)
        #expect(try isRight("apples and pears", for: "zoe", in: place))
        #expect(
            script.said == [
                "made \(place.path)", "added zoe; a running server knows it after SIGHUP",
            ])
        #expect(script.complaints == [])
    }

    @Test func `add puts a line at the end`() throws {
        let place = AccountFolder("# ours\nalice word\nbob $argon2id$v=1")
        var script = Script("apples and pears")

        #expect(script.passwd("add", "zoe", at: place) == 0)
        #expect(place.text.hasPrefix("# ours\nalice word\nzoe $argon2id$"))
        #expect(place.text.hasSuffix("\n"))
    }

    @Test(arguments: ["alice", "ALICE"])
    func `add refuses a name that is there, in any case`(name: String) {
        let place = AccountFolder("alice word\n")
        var script = Script("apples and pears")

        #expect(script.passwd("add", name, at: place) == 1)
        #expect(place.text == "alice word\n")
        #expect(script.complaints.count == 1)
        #expect(script.questions == [])
    }

    @Test(arguments: ["DONE", "a b", "", "-x", "jörg", String(repeating: "x", count: 33)])
    func `add refuses what is no new name`(name: String) {
        let place = AccountFolder("")
        var script = Script("apples and pears")

        #expect(script.passwd("add", name, at: place) == 2)
        #expect(script.complaints.count == 1)
        #expect(place.text == "")
    }

    @Test func `a person is asked twice`() throws {
        let place = AccountFolder("")
        var script = Script("apples and pears", "apples and pears", isPerson: true)
        #expect(script.passwd("add", "zoe", at: place) == 0)
        #expect(script.questions == ["password", "the same again"])

        var hasty = Script("apples and pears", "apples und pears", isPerson: true)
        #expect(hasty.passwd("add", "yan", at: place) == 1)
        #expect(hasty.complaints == ["chatserv passwd: the two differ; nothing was changed"])
        #expect(!place.text.contains("yan"))
    }

    @Test(arguments: [nil, "", String(repeating: "x", count: 1_025), "a\0b"])
    func `what cannot be a password changes nothing`(typed: String?) {
        let place = AccountFolder("alice word\n")
        var script = Script()
        script.typed = [typed].compactMap(\.self)

        #expect(script.passwd("change", "alice", at: place) == 1)
        #expect(script.complaints.count == 1)
        #expect(place.text == "alice word\n")
    }

    @Test func `an easy password is taken with a note`() throws {
        let place = AccountFolder("")
        var script = Script("builder")

        #expect(script.passwd("add", "zoe", at: place) == 0)
        #expect(
            script.complaints == [
                "note: easy to guess, if other machines can reach the server"
            ])
        #expect(try isRight("builder", for: "zoe", in: place))
    }

    @Test func `change gives another password and leaves the rest`() throws {
        let place = AccountFolder("# ours\r\nalice word\r\n\r\nbob word")
        var script = Script("apples and pears")

        #expect(script.passwd("change", "alice", at: place) == 0)
        #expect(try isRight("apples and pears", for: "alice", in: place))
        #expect(place.text.hasPrefix("# ours\r\nalice $argon2id$"))
        #expect(place.text.hasSuffix("\r\n\r\nbob word"))
    }

    @Test func `change and remove know names as they are written`() {
        let place = AccountFolder("alice word\n")
        for work in ["change", "remove"] {
            var script = Script("apples and pears")
            #expect(script.passwd(work, "Alice", at: place) == 1)
            #expect(script.complaints == ["chatserv passwd: the account file has no Alice"])
            #expect(script.questions == [])
        }
        #expect(place.text == "alice word\n")
    }

    @Test func `remove takes the line`() {
        let place = AccountFolder("# ours\nalice word\njörg word\n# end\n")
        var script = Script()

        #expect(script.passwd("remove", "jörg", at: place) == 0)
        #expect(place.text == "# ours\nalice word\n# end\n")
    }

    @Test func `upgrade hashes what is older, and nothing else`() throws {
        let hello = "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d"
        let place = AccountFolder("# ours\nalice word\n\ncarol,\(hello)\n")
        var first = Script("apples and pears")
        #expect(first.passwd("add", "bob", at: place) == 0)
        let bob = try secret(of: "bob", in: place)
        var script = Script()

        #expect(script.passwd("--upgrade", at: place) == 0)
        #expect(place.text.hasPrefix("# ours\nalice $argon2id$"))
        #expect(place.text.contains("\n\ncarol $sha1$argon2id$"))
        #expect(try isRight("word", for: "alice", in: place))
        #expect(try isRight("hello", for: "carol", in: place))
        #expect(try secret(of: "bob", in: place) == bob)
        #expect(script.said == ["upgraded 2 of 2; a running server knows it after SIGHUP"])

        var again = Script()
        #expect(again.passwd("--upgrade", at: place) == 0)
        #expect(again.said == ["nothing to do: all 3 secrets are hashed"])
    }

    @Test func `upgrade says how far it is`() {
        let place = AccountFolder((1...51).map { "user\($0) word" }.joined(separator: "\n"))
        var script = Script()

        #expect(script.passwd("--upgrade", at: place) == 0)
        #expect(script.said.first == "50 of 51 hashed")
        #expect(script.said.last?.hasPrefix("upgraded 51 of 51") == true)
    }

    @Test(arguments: [["change", "alice"], ["remove", "alice"], ["--upgrade"], ["add", "zoe"]])
    func `a file with a fault is left alone`(arguments: [String]) {
        let place = AccountFolder("alice word\nbob\ncarol word\n")
        var script = Script("apples and pears")

        let code = PasswdCommand.run(
            arguments, environment: ["CHATSERV_ACCOUNTS": place.path], console: &script)
        #expect(code == 1)
        #expect(
            script.complaints == [
                "chatserv passwd: account file \(place.path), line 2: a name without a secret"
            ])
        #expect(place.text == "alice word\nbob\ncarol word\n")
    }

    @Test(arguments: [["change", "alice"], ["remove", "alice"], ["--upgrade"]])
    func `a file that is missing is missed`(arguments: [String]) {
        let place = AccountFolder()
        var script = Script("apples and pears")

        let code = PasswdCommand.run(
            arguments, environment: ["CHATSERV_ACCOUNTS": place.path], console: &script)
        #expect(code == 1)
        #expect(
            script.complaints == [
                "chatserv passwd: there is no account file \(place.path); "
                    + "chatserv passwd add NAME makes one"
            ])
    }

    @Test(arguments: [
        [], ["add"], ["add", "a", "b"], ["delete", "alice"], ["--upgrade", "alice"],
        ["--accounts"], ["--bogus"], ["add", "zoe", "--accounts"], ["change", "a b"],
    ])
    func `what it does not know is usage`(arguments: [String]) {
        var script = Script("apples and pears")
        #expect(PasswdCommand.run(arguments, environment: [:], console: &script) == 2)
        #expect(script.complaints.count == 1)
        #expect(script.questions == [])
    }

    @Test func `finds the file by flag, then environment, then default`() throws {
        let environment = ["CHATSERV_ACCOUNTS": "there"]
        let words = ["remove", "alice"]
        #expect(try PasswdCommand(words, environment: [:]).path == "./user_pass.txt")
        #expect(
            try PasswdCommand(words, environment: ["CHATSERV_ACCOUNTS": ""]).path
                == "./user_pass.txt")
        #expect(try PasswdCommand(words, environment: environment).path == "there")
        #expect(
            try PasswdCommand(["--accounts", "here"] + words, environment: environment).path
                == "here")
        #expect(
            try PasswdCommand(words + ["--accounts=here"], environment: environment).path == "here")
    }

    @Test func `helps`() {
        var script = Script()
        #expect(PasswdCommand.run(["--help"], environment: [:], console: &script) == 0)
        #expect(script.said == [PasswdCommand.help])
    }
}

@Suite struct `chatserv --check` {
    private func check(
        _ place: AccountFolder, data: String? = nil
    ) throws -> (code: Int32, script: Script) {
        let arguments = [
            "--check", "--accounts", place.path, "--data", data ?? place.folder + "/data",
        ]
        guard
            case .check(let configuration) = Configuration.parse(
                arguments: arguments, environment: [:])
        else { throw Misunderstood() }
        var script = Script()
        let code = CheckCommand.run(configuration, console: &script)
        return (code, script)
    }

    private struct Misunderstood: Error {}

    @Test func `says what would be used, and changes nothing`() throws {
        let text = "alice word\nbob $argon2"
        let place = AccountFolder(text)
        let (code, script) = try check(place)

        #expect(code == 0)
        #expect(
            script.said == [
                "accounts: 1 in \(place.path)", "data: \(place.folder)/data",
                "listen: tcp://127.0.0.1:4119",
            ])
        #expect(script.complaints.count == 2)
        #expect(place.text == text)
    }

    @Test func `finds what is wrong with the account file`() throws {
        let (code, script) = try check(AccountFolder("alice word\nalice word\n"))
        #expect(code == 1)
        #expect(script.complaints.first?.contains("line 2: the same name as on line 1") == true)
        #expect(try check(AccountFolder()).code == 1)
    }

    @Test func `finds what is wrong with the data folder`() throws {
        let place = AccountFolder("alice word\n")
        let file = try check(place, data: place.path)
        #expect(file.code == 1)
        #expect(file.script.complaints.last?.hasSuffix("is no folder") == true)
        let nowhere = try check(place, data: place.folder + "/a/b")
        #expect(nowhere.code == 1)
        #expect(nowhere.script.complaints.last?.hasSuffix("cannot be made") == true)
        #expect(try check(place, data: place.folder).code == 0)
    }
}
