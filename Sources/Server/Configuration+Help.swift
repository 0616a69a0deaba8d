// `chatserv --help`, made from the table of settings.
import Protocol

extension Configuration {
    package static let version = "chatserv \(Version.number)"

    package static var help: String {
        var lines = [
            "\(version): messages for whoever is there, and for whoever comes later",
            "",
            "usage: chatserv [port] [--setting value ...]",
            "       chatserv passwd add|change|remove NAME",
            "       chatserv passwd --upgrade",
            "       chatserv check",
            "       chatserv backup FILE",
            "       chatserv restore [--check] FILE",
            "",
            "A flag counts more than the environment variable beside it.",
            "",
        ]
        for setting in Setting.all {
            let value = setting.isSwitch ? "[0|1]" : setting.placeholder
            let flag = "--\(setting.name) \(value)"
            lines.append(
                "  \(padded(flag, to: 28))\(padded(setting.environment, to: 26))"
                    + "[\(setting.standard)]")
            lines.append("      \(setting.meaning)")
        }
        lines += [
            "",
            "  --check      looks at settings, account file and data folder, and exits",
            "  --version    says which version this is",
            "  --help       says this; behind passwd, check, backup, restore it says more",
            "",
            "Signals: HUP reads the account file again, TERM and INT end the server.",
            "Exit: 0 after TERM or INT, 2 when a setting is wrong, 1 for all else.",
            "",
        ]
        return lines.joined(separator: "\n")
    }

    private static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.utf8.count))
    }
}
