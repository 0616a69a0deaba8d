// What the command line and the environment make of the server.
import Testing

@testable import Server

private func configuration(
    _ arguments: String..., environment: [String: String] = [:]
) throws -> Configuration {
    guard case .run(let found) = Configuration.parse(arguments: arguments, environment: environment)
    else { throw NoConfiguration() }
    return found
}

private struct NoConfiguration: Error {}

private func fault(_ arguments: String..., environment: [String: String] = [:]) -> String? {
    guard
        case .fault(let text) = Configuration.parse(arguments: arguments, environment: environment)
    else { return nil }
    return text
}

private func place(_ host: String, _ port: UInt16) -> Listen { Listen(host: host, port: port) }

/// A value other than the default, and one that cannot be, for every setting.
private let values = [
    "port": ("5000", "65536"),
    "listen": ("tcp://0.0.0.0:5000", "udp://0.0.0.0:5000"),
    "accounts": ("/srv/accounts", "\0"),
    "data": ("/srv/data", "\0"),
    "time-out": ("30", "0"),
    "block-time": ("5", "-1"),
    "registration": ("closed", "maybe"),
    "queue-limit": ("7", "1e9"),
    "sender-limit": ("20", "0"),
    "history-days": ("30", "-1"),
    "room-limit": ("3", "many"),
    "log": ("json", "xml"),
    "allow-plaintext": ("1", "yes"),
    "hide-names": ("1", "2"),
]

@Suite struct `A configuration` {
    @Test func `needs nothing`() throws {
        let found = try configuration()

        #expect(found.listen == [place("127.0.0.1", 4119)])
        #expect(found.accountsPath == "./user_pass.txt")
        #expect(found.dataPath == "./chatserv-data")
        #expect(found.idle == .seconds(1_800))
        #expect(found.block == .seconds(60))
        #expect(found.registrationOpen)
        #expect(found.queueLimit == 100_000)
        #expect(found.senderLimit == 100_000)
        #expect(found.historyDays == 0)
        #expect(found.roomLimit == 100)
        #expect(found.logFormat == .text)
        #expect(!found.allowsPlaintext)
        #expect(!found.hidesNames)
        #expect(found.warnings == [])
    }

    @Test(arguments: Setting.all.map(\.name))
    func `takes every setting from a flag, and from the environment`(name: String) throws {
        let setting = try #require(Setting.all.first { $0.name == name })
        let (value, other) = try #require(values[name])
        let usual = try configuration()

        let flagged = try configuration("--\(name)", value)
        #expect(flagged != usual)
        #expect(try configuration("--\(name)=\(value)") == flagged)
        #expect(try configuration(environment: [setting.environment: value]) == flagged)
        #expect(
            try configuration("--\(name)", value, environment: [setting.environment: other])
                == flagged)
        #expect(try configuration("--\(name)=\(setting.standard)") == usual)
        #expect(try configuration(environment: [setting.environment: ""]) == usual)
    }

    @Test(arguments: Setting.all.map(\.name))
    func `says in one line which value cannot be`(name: String) throws {
        let setting = try #require(Setting.all.first { $0.name == name })
        let (_, wrong) = try #require(values[name])

        let flagged = try #require(fault("--\(name)=\(wrong)"))
        #expect(flagged.hasPrefix("--\(name) \""))
        #expect(flagged.contains("expected"))
        #expect(!flagged.contains("\n"))
        let inEnvironment = try #require(fault(environment: [setting.environment: wrong]))
        #expect(inEnvironment.hasPrefix("\(setting.environment) \""))
        #expect(fault("--\(name)=") != nil)
    }

    @Test func `of a flag given twice has the last`() throws {
        #expect(try configuration("--time-out", "5", "--time-out=7").idle == .seconds(7))
    }

    @Test(arguments: [("1", 1), ("31536000", 31_536_000), ("007", 7)])
    func `counts seconds up to a year`(text: String, seconds: Int) throws {
        #expect(try configuration(environment: ["TIME_OUT": text]).idle == .seconds(seconds))
        #expect(try configuration(environment: ["BLOCK_TIME": text]).block == .seconds(seconds))
    }

    @Test(arguments: ["0", "31536001", "1.5", "+1", " 1", "1s", "١", "99999999999999999999"])
    func `takes nothing else for seconds`(text: String) {
        let expected = "expected a whole number from 1 to 31536000"
        #expect(fault(environment: ["TIME_OUT": text]) == "TIME_OUT \"\(text)\": \(expected)")
        #expect(fault(environment: ["BLOCK_TIME": text]) == "BLOCK_TIME \"\(text)\": \(expected)")
    }

    @Test(arguments: ["--allow-plaintext", "--hide-names"])
    func `switches need no value`(flag: String) throws {
        let on = try configuration("\(flag)=1")
        #expect(try configuration(flag) == on)
        #expect(try configuration(flag, "1") == on)
        #expect(try configuration(flag, "0") == configuration())
        let withPort = try configuration(flag, "5000")
        #expect(withPort.listen == [place("127.0.0.1", 5_000)])
        #expect(withPort.allowsPlaintext == on.allowsPlaintext)
        #expect(withPort.hidesNames == on.hidesNames)
    }

    @Test func `warns of variables that nobody reads, once`() throws {
        let found = try configuration(environment: [
            "CHATSERV_PORT": "1", "CHATSERV_DATE": "x", "CHATSERV_DATA": "d", "PATH": "/bin",
        ])
        #expect(found.warnings.count == 1)
        #expect(found.warnings[0].contains("\"CHATSERV_DATE\", \"CHATSERV_PORT\""))
        #expect(!found.warnings[0].contains("CHATSERV_DATA"))
    }

    @Test func `shows what it refuses harmlessly`() {
        #expect(fault("--\u{1b}[2J")?.contains("\u{1b}") == false)
        #expect(fault("\u{1b}]0;x\u{7}")?.contains("\u{1b}") == false)
    }

    @Test(arguments: [
        ["--bogus"], ["-x"], ["--"], ["--time_out=5"], ["4119", "4120"], ["--data"],
        ["--data", "--check"], ["here"], ["--port=1", "x", "y"], ["-1"], [""],
    ])
    func `refuses what it does not know`(arguments: [String]) {
        guard case .fault = Configuration.parse(arguments: arguments, environment: [:]) else {
            Issue.record("\(arguments) were understood")
            return
        }
    }
}

@Suite struct `Where to listen` {
    @Test func `a port is enough, and may be any that is free`() throws {
        #expect(try configuration("5000").listen == [place("127.0.0.1", 5_000)])
        #expect(try configuration("0").listen == [place("127.0.0.1", 0)])
        #expect(try configuration("65535").listen == [place("127.0.0.1", 65_535)])
        #expect(fault("65536") == "port \"65536\": expected a whole number from 0 to 65535")
    }

    @Test func `places beat a port of the same rank, and a port beats places of a lower one`()
        throws
    {
        let places = "tcp://0.0.0.0:7000"
        let inEnvironment = ["CHATSERV_LISTEN": places, "PORT": "6000"]

        #expect(try configuration("--listen", places, "5000").listen == [place("0.0.0.0", 7_000)])
        #expect(try configuration(environment: inEnvironment).listen == [place("0.0.0.0", 7_000)])
        #expect(
            try configuration("5000", environment: inEnvironment).listen == [
                place("127.0.0.1", 5_000)
            ])
        #expect(
            try configuration("--listen", places, environment: ["PORT": "6000"]).listen == [
                place("0.0.0.0", 7_000)
            ])
        #expect(
            try configuration(environment: ["PORT": "6000"]).listen == [place("127.0.0.1", 6_000)])
    }

    @Test(arguments: [
        "tcp://127.0.0.1:1,tcp://[::1]:2,tcp://chat.example.org:3",
        "tcp://127.0.0.1:1 tcp://[::1]:2 tcp://chat.example.org:3",
        " tcp://127.0.0.1:1, tcp://[::1]:2 ,,tcp://chat.example.org:3 ",
    ])
    func `several places stand between commas or blanks`(text: String) throws {
        let expected = [place("127.0.0.1", 1), place("::1", 2), place("chat.example.org", 3)]
        let found = try configuration("--listen", text).listen
        #expect(found == expected)
        #expect(
            found.map(\.description).joined(separator: ",")
                == [
                    "tcp://127.0.0.1:1", "tcp://[::1]:2", "tcp://chat.example.org:3",
                ].joined(separator: ","))
    }

    @Test(arguments: [
        "127.0.0.1:4119", "tcp://127.0.0.1", "tcp://:4119", "tcp://127.0.0.1:", "tcp://::1:4119",
        "tcp://[::1]", "tcp://[127.0.0.1]:1", "tcp://[x]:1", "tcp://127.0.0.300:1",
        "tcp://a b:1", "tcp://a_b:1", "tcp://localhost:65536", "tcp://localhost:+1",
        "tcp://127.0.0.1:1,tcp://127.0.0.1:1", ",", "udp://127.0.0.1:1", "tcp://*:1",
    ])
    func `no other form is a place`(text: String) {
        #expect(fault("--listen", text)?.hasPrefix("--listen \"\(text)\": expected ") == true)
    }

    @Test func `TLS is refused by name`() {
        #expect(fault("--listen=tls://0.0.0.0:1")?.contains("no TLS in this version") == true)
    }

    @Test func `there may be 16 places`() throws {
        let places = (1...17).map { "tcp://localhost:\($0)" }
        let most = places.dropLast().joined(separator: ",")
        #expect(try configuration("--listen", most).listen.count == 16)
        #expect(fault("--listen", places.joined(separator: ",")) != nil)
    }

    @Test func `any free port may be asked for twice`() throws {
        #expect(try configuration("--listen", "tcp://[::1]:0,tcp://[::1]:0").listen.count == 2)
    }
}

@Suite struct `An errand` {
    @Test func `is told by its word`() throws {
        #expect(Configuration.parse(arguments: ["--help"], environment: [:]) == .help)
        #expect(Configuration.parse(arguments: ["5000", "-h"], environment: [:]) == .help)
        #expect(Configuration.parse(arguments: ["--version"], environment: [:]) == .version)
        #expect(
            Configuration.parse(arguments: ["--check", "5000"], environment: [:])
                == .check(try configuration("5000")))
        #expect(
            Configuration.parse(arguments: ["passwd", "add", "--help"], environment: [:])
                == .passwd(["add", "--help"]))
    }

    @Test func `of help names every setting with its variable and default`() {
        let help = Configuration.help
        for setting in Setting.all {
            #expect(help.contains("--\(setting.name) "))
            #expect(help.contains(" \(setting.environment) "))
            #expect(help.contains("[\(setting.standard)]"))
            #expect(help.contains(setting.meaning))
        }
        #expect(help.contains("chatserv passwd"))
        #expect(help.split(separator: "\n").allSatisfy { $0.utf8.count <= 80 })
    }

    @Test func `has a version`() {
        #expect(Configuration.version == "chatserv 0.1.0")
    }
}
