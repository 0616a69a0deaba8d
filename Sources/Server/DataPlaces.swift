// The command lines of `chatserv check`, `backup` and `restore`: where the data and the account
// file are, and the words that are left.

/// Where a server keeps things, as its own settings have it.
struct DataPlaces: Hashable, Sendable {
    let data: String
    let accounts: String
    /// What is no setting, in order.
    let words: [String]

    static let help = """
          --data FOLDER      CHATSERV_DATA        [./chatserv-data]
          --accounts FILE    CHATSERV_ACCOUNTS    [./user_pass.txt]
        """

    init(
        _ arguments: [String], environment: [String: String]
    ) throws(UsageFault) {
        var values: [String: String] = [:]
        var words: [String] = []
        var rest = arguments[...]
        while let word = rest.popFirst() {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let setting = Self.settings.first(where: { "--\($0.name)" == parts[0] }) else {
                words.append(word)
                continue
            }
            let value = parts.count == 2 ? String(parts[1]) : rest.popFirst()
            guard let value, !value.isEmpty, !value.utf8.contains(0) else {
                throw UsageFault("--\(setting.name): expected \(setting.placeholder) after it")
            }
            values[setting.name] = value
        }
        func place(_ setting: Setting) -> String {
            let inherited = environment[setting.environment].flatMap { $0.isEmpty ? nil : $0 }
            return values[setting.name] ?? inherited ?? setting.standard
        }
        data = place(.data)
        accounts = place(.accounts)
        self.words = words
    }

    private static let settings: [Setting] = [.data, .accounts]
}
