// `chatserv backup`: everything a server keeps, in one file, while it runs.
import Store

package enum BackupCommand {
    package static let help = """
        usage: chatserv backup FILE    copies the data and the account file into a new file

        \(DataCommandLine.help)

        The server may run. What is copied is the state of one moment; until it is done the
        server's write-ahead log grows. FILE holds all mail and all password hashes: keep it as
        safe as those.
        Exit: 0 when FILE is complete and on disk, 1 when there is none, 2 for a wrong usage.
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
        let file: String
        do throws(UsageFault) {
            places = try DataCommandLine(arguments, environment: environment)
            file = try places.onlyFile()
        } catch {
            console.complain("chatserv backup: \(error.text)")
            return 2
        }
        do throws(StoreError) {
            Unfinished.leave { Backup.removeDraft(of: file) }
            defer { Unfinished.nothing() }
            let summary = try Backup.write(
                data: places.data, accounts: places.accounts, to: file
            ) { console.show($0) }
            if let note = summary.note { console.complain("note: \(note)") }
            console.say(
                "\(file): \(summary.bytes) bytes, with "
                    + "\(count(Int(summary.entries), "entry", "entries")) in "
                    + "\(count(Int(summary.segments), "segment")) and "
                    + "\(summary.accountFileBytes) bytes of account file")
            return 0
        } catch {
            console.complain("chatserv backup: \(error.text)")
            return 1
        }
    }
}
