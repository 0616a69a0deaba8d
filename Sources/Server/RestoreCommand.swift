// `chatserv restore`: a backup in its place again, or the proof that it could be.
import Delivery
import Store

package struct RestoreCommand: Hashable, Sendable {
    enum Work: Hashable, Sendable {
        /// Puts it in place, if it is sound; or whatever it is like.
        case restore(evenDamaged: Bool)
        /// In a scratch folder, which is removed.
        case check
    }

    let work: Work
    let file: String
    let places: DataCommandLine

    package static let help = """
        usage: chatserv restore FILE                   makes data folder and account file again
               chatserv restore --even-damaged FILE    the same, when the backup is found damaged
               chatserv restore --check FILE           only tries, and leaves nothing behind

        \(DataCommandLine.help)
        \(DataCommandLine.queueHelp)

        There must be neither data nor account file yet. The copy is looked at as by chatserv
        check before it is put in its place; --check also opens it as the server does and reads
        all mail that waits, in a folder of TMPDIR or /tmp that is removed afterwards.
        Exit: 0 when all is sound, 1 for damage or when nothing was done, 2 for a wrong usage.
        """

    /// The exit code.
    package static func run(
        _ arguments: [String], environment: [String: String], console: inout some Console
    ) -> Int32 {
        if arguments.contains(where: { $0 == "--help" || $0 == "-h" }) {
            console.say(help)
            return 0
        }
        let command: RestoreCommand
        do throws(UsageFault) {
            command = try RestoreCommand(arguments, environment: environment)
        } catch {
            console.complain("chatserv restore: \(error.text)")
            return 2
        }
        do throws(StoreError) {
            switch command.work {
            case .restore(let evenDamaged):
                return try command.restore(evenDamaged: evenDamaged, &console)
            case .check:
                return try command.check(in: environment["TMPDIR"] ?? "/tmp", &console)
            }
        } catch {
            console.complain("chatserv restore: \(error.text)")
            return 1
        }
    }

    init(_ arguments: [String], environment: [String: String]) throws(UsageFault) {
        let flags = arguments.filter { $0 == "--check" || $0 == "--even-damaged" }
        guard flags.count <= 1 else {
            throw UsageFault("expected one of \(flags[0]) and \(flags[1])")
        }
        work =
            flags.first == "--check" ? .check : .restore(evenDamaged: flags.first != nil)
        places = try DataCommandLine(
            arguments.filter { !flags.contains($0) }, environment: environment)
        file = try places.onlyFile()
    }

    private func restore(
        evenDamaged: Bool, _ console: inout some Console
    ) throws(StoreError) -> Int32 {
        try Restoration.checkThatNothing(at: places.data)
        try Restoration.checkThatNothing(at: places.accounts)
        let draft = Restoration.draft(of: places.data)
        try Restoration.checkThatNothing(at: draft)
        Unfinished.leave { Restoration.remove(draft) }
        defer { Unfinished.nothing() }
        let text = try Restoration.unpack(file, into: draft) { console.show($0) }
        do throws(StoreError) {
            let (report, line) = try look(at: draft, text, &console)
            let code = report.tell(
                "chatserv restore", line, queueLimit: places.queueLimit, to: &console)
            guard code == 0 || evenDamaged else {
                Restoration.remove(draft)
                console.complain(
                    "chatserv restore: nothing was restored; --even-damaged would do it")
                return code
            }
            try Restoration.put(draft, at: places.data, accounts: text, at: places.accounts)
            console.say("restored \(places.data) and \(places.accounts)")
            return code
        } catch {
            Restoration.remove(draft)
            throw error
        }
    }

    private func check(
        in parent: String, _ console: inout some Console
    ) throws(StoreError) -> Int32 {
        let made = Unfinished.make {
            Scratch(in: parent)
        } remove: {
            $0.remove()
        }
        guard let scratch = made else { throw .unable("cannot make a folder in \(parent)") }
        defer {
            scratch.remove()
            Unfinished.nothing()
        }
        let text = try Restoration.unpack(file, into: scratch.data) { console.show($0) }
        var (report, line) = try look(at: scratch.data, text, &console)
        if report.isSound { Rehearsal.run(folder: scratch.data, &report) { console.show($0) } }
        return report.tell(
            "chatserv restore", line, queueLimit: places.queueLimit, to: &console)
    }

    private func look(
        at data: String, _ accounts: [UInt8], _ console: inout some Console
    ) throws(StoreError) -> (DataReport, String) {
        var report = try DataCheck.run(folder: data) { console.show($0) }
        console.say("backup: \(file)")
        let review = AccountsReview(accounts)
        report.compare(review, path: "of \(file)")
        return (report, "account file: \(count(review.lines.count, "account"))")
    }
}
