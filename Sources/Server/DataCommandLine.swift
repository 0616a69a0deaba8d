// The command lines of `chatserv check`, `backup` and `restore`: those of the server's settings
// that they need, and the words that are left.

struct DataCommandLine: Hashable, Sendable {
    let data: String
    let accounts: String
    let queueLimit: Int
    /// What is no setting, in order.
    let words: [String]

    static let help = """
          --data FOLDER             CHATSERV_DATA           [./chatserv-data]
          --accounts FILE           CHATSERV_ACCOUNTS       [./user_pass.txt]
        """
    static let queueHelp = """
          --queue-limit MESSAGES    CHATSERV_QUEUE_LIMIT    [100000]
        """

    /// Given with a flag, in the environment, or not at all, as for the server.
    init(
        _ arguments: [String], environment: [String: String]
    ) throws(UsageFault) {
        let (flags, words) = try Self.sort(arguments)
        var draft = Setting.Draft()
        for setting in Self.settings {
            let inherited = environment[setting.environment].flatMap { $0.isEmpty ? nil : $0 }
            let (source, value) =
                if let flag = flags[setting.name] {
                    ("--\(setting.name)", flag)
                } else if let inherited {
                    (setting.environment, inherited)
                } else {
                    (setting.name, setting.standard)
                }
            do throws(Setting.Refusal) {
                try setting.take(value, &draft)
            } catch {
                throw UsageFault("\(source) \(quoted(value)): expected \(error.expected)")
            }
        }
        data = draft.configuration.dataPath
        accounts = draft.configuration.accountsPath
        queueLimit = draft.configuration.queueLimit
        self.words = words
    }

    private static func sort(
        _ arguments: [String]
    ) throws(UsageFault) -> (flags: [String: String], words: [String]) {
        var flags: [String: String] = [:]
        var words: [String] = []
        var rest = arguments[...]
        while let word = rest.popFirst() {
            guard word.hasPrefix("-") else {
                words.append(word)
                continue
            }
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let setting = settings.first(where: { "--\($0.name)" == parts[0] }) else {
                throw UsageFault("\(quoted(word)): expected another flag, or none; see --help")
            }
            guard let value = parts.count == 2 ? String(parts[1]) : rest.popFirst() else {
                throw UsageFault("--\(setting.name): expected \(setting.placeholder) after it")
            }
            flags[setting.name] = value
        }
        return (flags, words)
    }

    private static let settings: [Setting] = [.data, .accounts, .queueLimit]

    /// The one word there has to be.
    func onlyFile() throws(UsageFault) -> String {
        guard let file = words.first, words.count == 1, !file.isEmpty, !file.utf8.contains(0) else {
            throw UsageFault("expected one FILE")
        }
        return file
    }
}
