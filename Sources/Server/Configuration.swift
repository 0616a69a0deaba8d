// What the person who starts the server decides. A flag counts more than the environment, and that
// more than the default; there is no file.
import Protocol

package struct Configuration: Hashable, Sendable {
    package var listen: [Listen]
    package var accountsPath: String
    package var dataPath: String
    package var idle: Duration
    package var block: Duration
    package var registrationOpen: Bool
    package var queueLimit: Int
    /// Of one sender.
    package var senderLimit: Int
    /// 0: for ever.
    package var historyDays = 0
    package var roomLimit = Limits.roomsPerPerson
    package var logFormat: LogFormat
    package var allowsPlaintext: Bool
    package var hidesNames: Bool
    /// For the log, a sentence each.
    package var warnings: [String] = []
}

package enum LogFormat: String, CaseIterable, Hashable, Sendable {
    case text
    case json
}

/// What a command line asks for.
package enum Errand: Hashable, Sendable {
    case run(Configuration)
    case check(Configuration)
    case passwd([String])
    case checkData([String])
    case backup([String])
    case restore([String])
    case help
    case version
    /// It cannot be understood, for this reason.
    case fault(String)
}

extension Configuration {
    /// Neither looks at nor changes anything outside its arguments, which are without the program's
    /// name.
    package static func parse(
        arguments: [String], environment: [String: String]
    ) -> Errand {
        let rest = Array(arguments.dropFirst())
        switch arguments.first {
        case "passwd": return .passwd(rest)
        case "check": return .checkData(rest)
        case "backup": return .backup(rest)
        case "restore": return .restore(rest)
        default: break
        }
        if arguments.contains(where: { $0 == "--help" || $0 == "-h" }) { return .help }
        if arguments.contains("--version") { return .version }
        do throws(UsageFault) {
            let flags = try CommandLineReader.read(arguments)
            let configuration = try assemble(flags.values, environment)
            return flags.isCheck ? .check(configuration) : .run(configuration)
        } catch {
            return .fault(error.text)
        }
    }

    private enum Rank: Int, Comparable {
        case standard
        case environment
        case flag

        static func < (left: Rank, right: Rank) -> Bool { left.rawValue < right.rawValue }
    }

    private static func assemble(
        _ flags: [String: Flag], _ environment: [String: String]
    ) throws(UsageFault) -> Configuration {
        var draft = Setting.Draft()
        var ranks: [String: Rank] = [:]
        for setting in Setting.all {
            let rank: Rank
            let (source, value): (String, String)
            if let flag = flags[setting.name] {
                (rank, source, value) = (.flag, flag.source, flag.value)
            } else if let text = environment[setting.environment], !text.isEmpty {
                (rank, source, value) = (.environment, setting.environment, text)
            } else {
                (rank, source, value) = (.standard, setting.name, setting.standard)
            }
            do throws(Setting.Refusal) {
                try setting.take(value, &draft)
            } catch {
                throw UsageFault("\(source) \(quoted(value)): expected \(error.expected)")
            }
            ranks[setting.name] = rank
        }

        var configuration = draft.configuration
        // Both say where to listen. Who names a port on the command line means it, whatever the
        // environment says about places.
        let listenRank = ranks["listen", default: .standard]
        if listenRank == .standard || ranks["port", default: .standard] > listenRank {
            configuration.listen = [Listen(host: Listen.standardHost, port: draft.port)]
        }
        configuration.warnings = warnings(about: environment)
        return configuration
    }

    private static func warnings(about environment: [String: String]) -> [String] {
        let known = Set(Setting.all.map(\.environment))
        let unknown = environment.keys.filter { $0.hasPrefix("CHATSERV_") && !known.contains($0) }
        if unknown.isEmpty { return [] }
        let names = unknown.sorted().map(quoted).joined(separator: ", ")
        return ["no setting of this server: \(names); chatserv --help lists them all"]
    }

    /// Before anything has been read; nothing of it is left when everything has.
    static let blank = Configuration(
        listen: [], accountsPath: "", dataPath: "", idle: .zero, block: .zero,
        registrationOpen: false, queueLimit: 0, senderLimit: 0, logFormat: .text,
        allowsPlaintext: false,
        hidesNames: false)
}

/// What is wrong with a command line, in one line.
struct UsageFault: Error {
    let text: String

    init(_ text: String) {
        self.text = text
    }
}

/// Words of somebody else, in a line for a terminal.
func quoted(_ text: String) -> String {
    let harmless = MessageText.harmless(Array(text.utf8)) ?? []
    return "\"\(String(decoding: harmless, as: UTF8.self))\""
}
