// The words of a command line, sorted into settings. Knows names and values, not what they mean.

/// A value with the way it was given, for the sentence that refuses it.
struct Flag: Hashable, Sendable {
    let source: String
    let value: String
}

enum CommandLineReader {
    struct Result: Sendable {
        /// By the setting's name. Of several the last counts.
        var values: [String: Flag] = [:]
        var isCheck = false
    }

    static func read(_ arguments: [String]) throws(UsageFault) -> Result {
        var result = Result()
        var hasPort = false
        var rest = arguments[...]

        while let word = rest.popFirst() {
            if word == "--check" {
                result.isCheck = true
            } else if word.hasPrefix("-") {
                let (setting, value) = try flag(word, &rest)
                result.values[setting.name] = Flag(source: "--\(setting.name)", value: value)
            } else if !hasPort {
                hasPort = true
                result.values["port"] = Flag(source: "port", value: word)
            } else {
                throw UsageFault("\(quoted(word)): expected one port, and flags")
            }
        }
        return result
    }

    /// `--name value`, `--name=value`, or `--name` alone for what is on or off.
    private static func flag(
        _ word: String, _ rest: inout ArraySlice<String>
    ) throws(UsageFault) -> (Setting, String) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard let setting = Setting.all.first(where: { "--\($0.name)" == parts[0] }) else {
            throw UsageFault("\(quoted(String(parts[0]))) is no setting; see chatserv --help")
        }
        if parts.count == 2 { return (setting, String(parts[1])) }
        if setting.isSwitch {
            guard let next = rest.first, ["0", "1"].contains(next) else { return (setting, "1") }
            rest.removeFirst()
            return (setting, next)
        }
        guard let next = rest.first, !next.hasPrefix("--") else {
            throw UsageFault("--\(setting.name): expected \(setting.placeholder) after it")
        }
        rest.removeFirst()
        return (setting, next)
    }
}
