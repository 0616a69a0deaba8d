// The command line of `prove`.
import ProofKit

struct Options: Sendable {
    /// What to do, and with which bug planted.
    private(set) var tasks: [(Harness, Control?)] = []
    private(set) var server = ""
    private(set) var seed = UInt64.random(in: 1...999_999)
    private(set) var states = 1_000
    private(set) var cycles = 200
    private(set) var clients = 2_000
    /// Of the same kind, each of which fails once.
    private(set) var calls = 1_000
    /// It ends when so much was found.
    private(set) var enough = Int.max
    var control: Control?
    /// At the same time: one waits while the others work.
    let workers = 4

    static let usage = """
        usage: prove power-loss [--states N]     1000 of what a power cut can leave
               prove kill-server [--cycles N]    200 times, under load
               prove kill-client [--clients N]   2000 times, while mail is read out
               prove errors                      of the disk, of descriptors, of the log's pipe;
                                                 each by itself: failing-calls, unreadable-mail,
                                                 full-disk, no-descriptors, unread-log
               prove all                         of these, and every planted bug, which shows
                                                 soon, or the harness is not worth much
               prove short                       in two minutes: a little of each, and the planted
                                                 bugs that show at once

          --control BUG    plants it; then it has to be found
          --calls N        fails only the first so many of each kind
          --enough N       ends each of them, the calls that fail apart, when so much was found
          --server FILE    the chatserv to be tried; else the one that was built beside this
          --seed N         of what is left to chance; else a new one

        Bugs: \(Control.allCases.map(\.rawValue).joined(separator: ", "))
        """

    /// So many of them; with a bug planted, few.
    func states(planted few: Int) -> Int { control == nil ? states : min(states, few) }
    func cycles(planted few: Int) -> Int { control == nil ? cycles : min(cycles, few) }
    func clients(planted few: Int) -> Int { control == nil ? clients : min(clients, few) }

    init?(_ arguments: [String]) {
        var words = arguments.dropFirst()
        guard let name = words.popFirst() else { return nil }
        if name == "short" { (states, cycles, clients, calls, enough) = (200, 20, 200, 3, 1) }
        while let flag = words.popFirst() {
            guard let value = words.popFirst() else { return nil }
            switch flag {
            case "--server":
                server = value
            case "--seed":
                guard let number = UInt64(value) else { return nil }
                seed = number
            case "--states":
                guard let number = Int(value), number > 0 else { return nil }
                states = number
            case "--cycles":
                guard let number = Int(value), number > 0 else { return nil }
                cycles = number
            case "--clients":
                guard let number = Int(value), number > 0 else { return nil }
                clients = number
            case "--calls":
                guard let number = Int(value), number > 0 else { return nil }
                calls = number
            case "--enough":
                guard let number = Int(value), number > 0 else { return nil }
                enough = number
            case "--control":
                guard let bug = Control(rawValue: value) else { return nil }
                control = bug
            default:
                return nil
            }
        }
        if server.isEmpty { server = TestServer.path(of: "chatserv") }
        // One who starts it may have another working directory.
        server = Folder.absolute(server)

        if name == "all" || name == "short" {
            let harnesses: [Harness] = [.powerLoss, .killServer, .killClient] + Harness.errors
            let controls = Control.allCases.filter { name == "all" || $0.showsAtOnce }
            tasks = harnesses.map { ($0, nil) } + controls.map { ($0.harness, $0) }
        } else if let control {
            tasks = [(control.harness, control)]
        } else if let harnesses = Harness.named(name) {
            tasks = harnesses.map { ($0, nil) }
        } else {
            return nil
        }
    }

    /// How to do the same again.
    func again(_ name: String) -> String {
        let bug = control.map { " --control \($0.rawValue)" } ?? ""
        return "prove \(name)\(bug) --seed \(seed)"
    }
}
