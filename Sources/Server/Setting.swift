// The table of all settings. Reading the command line, reading the environment, `--help` and the
// tests go through it, so that none can know of a setting that another does not.

struct Setting: Sendable {
    /// The flag, without its dashes.
    let name: String
    let environment: String
    /// What stands for the value in the help.
    let placeholder: String
    /// In the same words as a value of it.
    let standard: String
    let meaning: String
    /// Takes the value; or says what would be right.
    let take: @Sendable (String, inout Draft) throws(Refusal) -> Void

    /// A flag without a value means 1.
    var isSwitch: Bool { placeholder == "0|1" }

    struct Refusal: Error {
        let expected: String
    }

    /// A configuration of which not everything has been read.
    struct Draft: Sendable {
        var configuration = Configuration.blank
        var port: UInt16 = 0
    }

    static let all: [Setting] = [
        Setting(
            name: "port", environment: "PORT", placeholder: "NUMBER", standard: "4119",
            meaning: "where to listen on 127.0.0.1; 0 for any port that is free"
        ) { value, draft throws(Refusal) in
            draft.port = UInt16(try number(value, in: 0...65_535))
        },
        Setting(
            name: "listen", environment: "CHATSERV_LISTEN", placeholder: "PLACES",
            standard: "tcp://127.0.0.1:4119",
            meaning: "where to listen instead: tcp://host:port, several with commas"
        ) { value, draft throws(Refusal) in
            do throws(Listen.Fault) {
                draft.configuration.listen = try Listen.places(value)
            } catch {
                throw Refusal(expected: error.expected)
            }
        },
        Setting(
            name: "accounts", environment: "CHATSERV_ACCOUNTS", placeholder: "FILE",
            standard: "./user_pass.txt", meaning: "the account file"
        ) { value, draft throws(Refusal) in
            draft.configuration.accountsPath = try path(value)
        },
        Setting(
            name: "data", environment: "CHATSERV_DATA", placeholder: "FOLDER",
            standard: "./chatserv-data", meaning: "where messages are kept"
        ) { value, draft throws(Refusal) in
            draft.configuration.dataPath = try path(value)
        },
        Setting(
            name: "time-out", environment: "TIME_OUT", placeholder: "SECONDS", standard: "1800",
            meaning: "of silence, after which a session ends"
        ) { value, draft throws(Refusal) in
            draft.configuration.idle = .seconds(try number(value, in: 1...secondsMax))
        },
        Setting(
            name: "block-time", environment: "BLOCK_TIME", placeholder: "SECONDS", standard: "60",
            meaning: "for which three wrong passwords lock a name out, from that address"
        ) { value, draft throws(Refusal) in
            draft.configuration.block = .seconds(try number(value, in: 1...secondsMax))
        },
        Setting(
            name: "registration", environment: "CHATSERV_REGISTRATION",
            placeholder: "open|closed", standard: "open",
            meaning: "whether people can make accounts for themselves"
        ) { value, draft throws(Refusal) in
            draft.configuration.registrationOpen = try choice(value, ["closed", "open"]) == 1
        },
        Setting(
            name: "queue-limit", environment: "CHATSERV_QUEUE_LIMIT", placeholder: "MESSAGES",
            standard: "100000", meaning: "that wait for one person; then the mailbox is full"
        ) { value, draft throws(Refusal) in
            draft.configuration.queueLimit = try number(value, in: 1...1_000_000_000)
        },
        Setting(
            name: "sender-limit", environment: "CHATSERV_SENDER_LIMIT", placeholder: "MESSAGES",
            standard: "100000",
            meaning: "from one person that wait for another; then the mailbox is full for them"
        ) { value, draft throws(Refusal) in
            draft.configuration.senderLimit = try number(value, in: 1...1_000_000_000)
        },
        Setting(
            name: "history-days", environment: "CHATSERV_HISTORY_DAYS", placeholder: "DAYS",
            standard: "0", meaning: "after which what was read is forgotten; 0 keeps it for ever"
        ) { value, draft throws(Refusal) in
            draft.configuration.historyDays = try number(value, in: 0...36_500)
        },
        Setting(
            name: "room-limit", environment: "CHATSERV_ROOM_LIMIT", placeholder: "ROOMS",
            standard: "100", meaning: "that one person may have open"
        ) { value, draft throws(Refusal) in
            draft.configuration.roomLimit = try number(value, in: 0...1_000_000)
        },
        Setting(
            name: "log", environment: "CHATSERV_LOG", placeholder: "text|json", standard: "text",
            meaning: "how events are written to standard error"
        ) { value, draft throws(Refusal) in
            let formats = LogFormat.allCases
            let index = try choice(value, formats.map(\.rawValue))
            draft.configuration.logFormat = formats[index]
        },
        Setting(
            name: "allow-plaintext", environment: "CHATSERV_ALLOW_PLAINTEXT", placeholder: "0|1",
            standard: "0", meaning: "let passwords cross the network readable for everybody on it"
        ) { value, draft throws(Refusal) in
            draft.configuration.allowsPlaintext = try choice(value, ["0", "1"]) == 1
        },
        Setting(
            name: "hide-names", environment: "CHATSERV_HIDE_NAMES", placeholder: "0|1",
            standard: "0", meaning: "ask for a password for names that do not exist as well"
        ) { value, draft throws(Refusal) in
            draft.configuration.hidesNames = try choice(value, ["0", "1"]) == 1
        },
    ]

    /// For whoever needs these alone.
    static var accounts: Setting { all.first { $0.name == "accounts" }! }  // it stands above
    static var data: Setting { all.first { $0.name == "data" }! }  // it stands above
    static var queueLimit: Setting { all.first { $0.name == "queue-limit" }! }  // and it too

    /// A year.
    private static let secondsMax = 31_536_000

    private static func number(
        _ text: String, in range: ClosedRange<Int>
    ) throws(Refusal) -> Int {
        guard let number = wholeNumber(text, in: range) else {
            throw Refusal(
                expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    private static func choice(_ text: String, _ words: [String]) throws(Refusal) -> Int {
        guard let index = words.firstIndex(of: text) else {
            throw Refusal(expected: words.joined(separator: " or "))
        }
        return index
    }

    private static func path(_ text: String) throws(Refusal) -> String {
        guard !text.isEmpty, !text.utf8.contains(0) else { throw Refusal(expected: "a path") }
        return text
    }
}

/// Digits alone: no sign, no blank, nothing that overflows.
func wholeNumber(_ text: some StringProtocol, in range: ClosedRange<Int>) -> Int? {
    guard (1...12).contains(text.utf8.count),
        text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text),
        range.contains(number)
    else { return nil }
    return number
}
