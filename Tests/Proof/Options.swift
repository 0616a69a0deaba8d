// The command line of `prove`.
import ProofKit

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

struct Options: Sendable {
    var harnesses: [Harness] = []
    var server = ""
    var seed = UInt64.random(in: 1...999_999)
    var states = 1_000
    var cycles: Int?
    /// Trials at the same time: one waits while the others work.
    var workers = 4

    enum Harness: Sendable {
        case powerLoss(PowerLoss.Control?)
        case killServer
        case killClient
        case failingCalls
        case fullDisk(FullDisk.Cause)

        static let errors: [Harness] =
            [.failingCalls] + FullDisk.Cause.allCases.map(Harness.fullDisk)

        func run(_ options: Options) throws -> Row {
            switch self {
            case .powerLoss(let control):
                return try PowerLoss(options: options, control: control).run()
            case .killServer:
                var harness = KillServer(options: options)
                return try harness.run()
            case .killClient:
                return try KillClient(options: options).run()
            case .failingCalls:
                var harness = try FailingCalls(options: options)
                return try harness.run()
            case .fullDisk(let cause):
                var harness = FullDisk(options: options, cause)
                return try harness.run()
            }
        }
    }

    static let usage = """
        usage: prove power-loss [--control BUG] [--states N]
               prove kill-server [--cycles N]
               prove kill-client [--cycles N]
               prove errors
               prove all

          --server FILE   the chatserv to be tried; else the one that was built beside this
          --seed N        of everything that is left to chance; else a new one
          --control BUG   normal, no-account-flush or no-folder-flush: has to be found
        """

    init?(_ arguments: [String]) {
        var words = arguments.dropFirst()
        guard let name = words.popFirst() else { return nil }
        var control: PowerLoss.Control?
        while let flag = words.popFirst() {
            guard let value = words.popFirst() else { return nil }
            switch flag {
            case "--server": server = value
            case "--seed": if !take(value, into: &seed) { return nil }
            case "--states": if !take(value, into: &states) { return nil }
            case "--cycles":
                var count = 0
                if !take(value, into: &count) { return nil }
                cycles = count
            case "--control":
                guard let bug = PowerLoss.Control(rawValue: value) else { return nil }
                control = bug
            default: return nil
            }
        }
        if server.isEmpty { server = TestServer.path(of: "chatserv") }
        switch name {
        case "power-loss": harnesses = [.powerLoss(control)]
        case "kill-server": harnesses = [.killServer]
        case "kill-client": harnesses = [.killClient]
        case "errors": harnesses = Harness.errors
        case "full-disk": harnesses = FullDisk.Cause.allCases.map(Harness.fullDisk)
        default: return nil
        }
    }

    private func take<Number: FixedWidthInteger>(_ text: String, into number: inout Number) -> Bool
    {
        guard let value = Number(text), value > 0 else { return false }
        number = value
        return true
    }
}
