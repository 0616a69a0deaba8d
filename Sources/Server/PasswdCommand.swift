// `chatserv passwd`: accounts for whoever looks after the server. Passwords come from the keyboard
// or from a pipe, never from the command line, which every user of the machine can read.
import Delivery
import Protocol

package struct PasswdCommand: Hashable, Sendable {
    enum Work: Hashable, Sendable {
        case add(Username)
        case change(Username)
        case remove(Username)
        case upgrade
    }

    let work: Work
    let path: String

    package static let help = """
        usage: chatserv passwd add NAME       makes an account, and the account file if need be
               chatserv passwd change NAME    gives it another password
               chatserv passwd remove NAME    ends it; its mail goes with it
               chatserv passwd --upgrade      hashes what is a plain word or SHA-1

          --accounts FILE    CHATSERV_ACCOUNTS    [./user_pass.txt]

        The password is asked for twice, or is one line of standard input.
        A running server reads the file again when it gets SIGHUP.
        """

    /// Runs the command to its end. The exit code.
    package static func run(
        _ arguments: [String], environment: [String: String], console: inout some Console
    ) -> Int32 {
        if arguments.contains(where: { $0 == "--help" || $0 == "-h" }) {
            console.say(help)
            return 0
        }
        do throws(UsageFault) {
            let command = try PasswdCommand(arguments, environment: environment)
            do throws(Trouble) {
                try command.run(&console)
                return 0
            } catch {
                console.complain("chatserv passwd: \(error.text)")
                return 1
            }
        } catch {
            console.complain("chatserv passwd: \(error.text)")
            return 2
        }
    }

    init(_ arguments: [String], environment: [String: String]) throws(UsageFault) {
        var words: [String] = []
        var path = environment["CHATSERV_ACCOUNTS"].flatMap { $0.isEmpty ? nil : $0 }
        var rest = arguments[...]
        while let word = rest.popFirst() {
            if word == "--accounts" {
                guard let next = rest.popFirst(), !next.isEmpty else {
                    throw UsageFault("--accounts: expected FILE after it")
                }
                path = next
            } else if word.hasPrefix("--accounts=") {
                path = String(word.dropFirst("--accounts=".count))
            } else {
                words.append(word)
            }
        }
        self.path = path ?? Setting.accounts.standard

        switch (words.first, words.count) {
        case ("--upgrade", 1): work = .upgrade
        case ("add", 2): work = .add(try Self.newName(words[1]))
        case ("change", 2): work = .change(try Self.name(words[1]))
        case ("remove", 2): work = .remove(try Self.name(words[1]))
        default: throw UsageFault("expected add, change or remove and a name, or --upgrade")
        }
    }

    private static func newName(_ text: String) throws(UsageFault) -> Username {
        guard let name = Username(text) else {
            throw UsageFault(
                "\(quoted(text)): expected up to \(Limits.usernameBytes) letters, digits, . _ or "
                    + "-, no sign first, and no word of the protocol")
        }
        return name
    }

    private static func name(_ text: String) throws(UsageFault) -> Username {
        guard let name = Username(older: text) else {
            throw UsageFault("\(quoted(text)): expected a name that can stand in the account file")
        }
        return name
    }

    /// What went wrong, in one line.
    struct Trouble: Error {
        let text: String
    }
}
