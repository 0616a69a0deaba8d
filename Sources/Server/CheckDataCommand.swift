// `chatserv check`: whether everything that a server has kept is there, and as it was written.
import Delivery
import Store

package enum CheckDataCommand {
    package static let help = """
        usage: chatserv check    looks at all of the data and at the account file; changes nothing

        \(DataCommandLine.help)
        \(DataCommandLine.queueHelp)

        Every segment of the log is read, every row compared with its checksum, every index with
        the letters, every account and mailbox with the log from its beginning on. The server must
        not run; while it does, a copy can be looked at: chatserv backup FILE, and then
        chatserv restore --check FILE.
        Exit: 0 when all is sound, 1 for damage or when it cannot look, 2 for a wrong usage.
        """

    /// The exit code.
    package static func run(
        _ arguments: [String], environment: [String: String], console: inout some Console
    ) -> Int32 {
        if arguments.contains(where: { $0 == "--help" || $0 == "-h" }) {
            console.say(help)
            return 0
        }
        let places: DataCommandLine
        do throws(UsageFault) {
            places = try DataCommandLine(arguments, environment: environment)
            if let word = places.words.first { throw UsageFault("\(quoted(word)) is too much") }
        } catch {
            console.complain("chatserv check: \(error.text)")
            return 2
        }
        do throws(StoreError) {
            var report = try DataCheck.run(folder: places.data) { console.show($0) }
            console.say("data: \(places.data)")
            let line = look(at: places.accounts, &report)
            return report.tell(
                "chatserv check", line, queueLimit: places.queueLimit, to: &console)
        } catch {
            console.complain("chatserv check: \(error.text)")
            return 1
        }
    }

    /// What there is to say of the account file.
    private static func look(at path: String, _ report: inout DataReport) -> String? {
        var file = UserPassFile(path: path)
        do throws(UserPassFileError) {
            let review = AccountsReview(try file.read())
            report.compare(review, path: path)
            return "account file: \(count(review.lines.count, "account")) in \(path)"
        } catch {
            report.find("account file \(error)")
            return nil
        }
    }
}
