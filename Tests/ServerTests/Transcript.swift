import ProofKit

/// A conversation between some clients and a server, as it is written down in `Tests/Transcripts`.
///
///     # a remark
///     % BLOCK_TIME=10                 a setting, before all else
///     % account dave secret           one more account than alice, bob and carol
///     % only memory                   or `only whole`: where it is played
///     ann> send bob hello             a line of a client, who connects with the first
///     ann> half a line\               without its end
///     ann< [*] bob: hello             what it gets; stamps are stars
///     ann< (end)                      the server has closed its sending half
///     ! ann connects from 10.0.0.1
///     ! ann stops sending             reads on
///     ! ann closes                    in good order
///     ! ann resets
///     ! restart                       in good order
///     ! kill -9
///     ! the disk is full, ! the disk has room
///     @ 61s                           time passes
///
/// In lines `\xff` is a byte, `\{300 a}` is 300 times an `a`, and `\\` a backslash.
struct Transcript {
    enum Action: Hashable {
        case connect(String, from: String)
        case say(String, [UInt8])
        case stopSending(String)
        case close(String)
        case reset(String)
        case wait(Duration)
        case restart
        case kill
        case disk(isFull: Bool)

        /// Who does it. Nil is the world.
        var client: String? {
            switch self {
            case .connect(let name, _), .say(let name, _), .stopSending(let name),
                .close(let name), .reset(let name):
                name
            case .wait, .restart, .kill, .disk: nil
            }
        }
    }

    /// A line that somebody got. Nil is the end.
    struct Heard: Hashable {
        let client: String
        let line: [UInt8]?
    }

    private enum Item {
        case remark(String)
        case action(String, Action)
        case heard(Heard)
    }

    let name: String
    /// As it is written.
    let text: String
    private(set) var settings: [String: String] = [:]
    private(set) var accounts = TestServer.accounts
    private(set) var needsMemory = false
    private(set) var needsWholeLines = false
    private var items: [Item] = []

    init(name: String, text: String) throws {
        self.name = name
        self.text = text
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .dropLast().enumerated()
        {
            do {
                items.append(try read(String(line)))
            } catch {
                throw Missing("\(name):\(index + 1): \(line)")
            }
        }
    }

    // MARK: Playing

    /// The same transcript with what was really heard. Reads no further than it has to.
    func played(on stage: inout some Stage) throws -> String {
        var lines: [String] = []
        for (index, item) in items.enumerated() {
            switch item {
            case .heard:
                // What was heard stands behind the action.
                break
            case .remark(let text):
                lines.append(text)
            case .action(let text, let action):
                lines.append(text)
                let heard = try stage.perform(action, expecting: expected(after: index))
                lines += heard.map(\.text)
            }
        }
        lines += try stage.finish().map(\.text)
        return lines.map { $0 + "\n" }.joined()
    }

    /// What is to be heard between this action and the next.
    private func expected(after index: Int) -> [Heard] {
        items[(index + 1)...].prefix { if case .action = $0 { false } else { true } }
            .compactMap { if case .heard(let heard) = $0 { heard } else { nil } }
    }

    // MARK: Reading

    private struct Unreadable: Error {}

    private mutating func read(_ line: String) throws -> Item {
        if line.isEmpty || line.hasPrefix("#") { return .remark(line) }
        if let rest = line.rest(behind: "% ") {
            try take(option: rest)
            return .remark(line)
        }
        if let rest = line.rest(behind: "@ ") { return .action(line, .wait(try duration(rest))) }
        if let rest = line.rest(behind: "! ") { return .action(line, try event(rest)) }

        let client = line.prefix { $0.isLetter || $0.isNumber }
        let rest = line.dropFirst(client.count)
        guard !client.isEmpty, let mark = rest.first else { throw Unreadable() }
        let words = rest.dropFirst(rest.dropFirst().first == " " ? 2 : 1)
        switch mark {
        case ">":
            let isWhole = !words.hasSuffix("\\") || words.hasSuffix("\\\\")
            guard let bytes = [UInt8](escaped: isWhole ? words : words.dropLast()) else {
                throw Unreadable()
            }
            return .action(line, .say(String(client), isWhole ? bytes + [0x0a] : bytes))
        case "<":
            guard let bytes = [UInt8](escaped: words) else { throw Unreadable() }
            let heard = Heard(client: String(client), line: words == Heard.end ? nil : bytes)
            return .heard(heard)
        default:
            throw Unreadable()
        }
    }

    private mutating func take(option: String) throws {
        if let account = option.rest(behind: "account ") {
            accounts += account + "\n"
        } else if option == "only memory" {
            needsMemory = true
        } else if option == "only whole" {
            needsWholeLines = true
        } else if let sign = option.firstIndex(of: "=") {
            settings[String(option[..<sign])] = String(option[option.index(after: sign)...])
        } else {
            throw Unreadable()
        }
    }

    private func duration(_ text: String) throws -> Duration {
        guard let number = Int(text.dropLast()) else { throw Unreadable() }
        switch text.last {
        case "s": return .seconds(number)
        case "m": return .seconds(number * 60)
        default: throw Unreadable()
        }
    }

    private func event(_ text: String) throws -> Action {
        switch text {
        case "restart": return .restart
        case "kill -9": return .kill
        case "the disk is full": return .disk(isFull: true)
        case "the disk has room": return .disk(isFull: false)
        default: break
        }
        let words = text.split(separator: " ", maxSplits: 1).map(String.init)
        guard words.count == 2 else { throw Unreadable() }
        switch words[1] {
        case "connects": return .connect(words[0], from: "127.0.0.1")
        case "stops sending": return .stopSending(words[0])
        case "closes": return .close(words[0])
        case "resets": return .reset(words[0])
        default:
            guard let address = words[1].rest(behind: "connects from ") else { throw Unreadable() }
            return .connect(words[0], from: address)
        }
    }
}

/// Where a transcript is played.
protocol Stage {
    /// Does it, and gives what was heard: all, or, where one cannot know what is still to come, as
    /// many lines as are expected.
    mutating func perform(
        _ action: Transcript.Action, expecting: [Transcript.Heard]
    ) throws -> [Transcript.Heard]

    /// Ends everything, and gives what nobody had expected.
    mutating func finish() throws -> [Transcript.Heard]
}

extension Transcript.Heard {
    fileprivate static let end = "(end)"

    /// As it stands in a transcript.
    fileprivate var text: String {
        let words = line?.unstamped.escaped ?? Self.end
        return words.isEmpty ? "\(client)<" : "\(client)< \(words)"
    }
}

extension String {
    fileprivate func rest(behind prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }
}
