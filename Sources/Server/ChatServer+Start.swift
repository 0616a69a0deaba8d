import Delivery
import Protocol
import Sockets
import Store

// From a configuration to a running loop, or to one line that says why not.

extension ChatServer {
    /// All that the loop is made of.
    struct Parts: ~Copyable {
        let switchboard: Switchboard
        let store: StoreThread
        let hashing: HashingThreads
        let search: SearchThread
        let log: Log
        let signals: SwapBox<Signal>
        let listeners: [Listener]
        let allowsPlaintext: Bool
        let historyDays: Int
    }

    /// Runs the server until somebody ends it. The exit code.
    package static func run(_ configuration: Configuration) -> Int32 {
        Signals.prepare()
        Process.resetCrashHandlers()
        Process.forbidCoreDumps()
        do throws(StartError) {
            var server = try ChatServer(try assemble(configuration))
            let code = server.run()
            server.close()
            return code
        } catch {
            StandardError.write(line: "chatserv: \(error)")
            return 1
        }
    }

    private static func assemble(_ configuration: Configuration) throws(StartError) -> Parts {
        let capacity = Process.raiseDescriptorLimit() - descriptorsKept
        var book = AccountBook(path: configuration.accountsPath)
        _ = try reporting { () throws(AccountBookTrouble) in try book.examine() }
        let listeners = try listen(configuration)
        let isExposed = listeners.contains { !$0.address.isLoopback }
        let rules = PostOffice.Rules(configuration)
        let store = try StoreThread(
            folder: configuration.dataPath, findsSenders: rules.limitsSenders)
        book.expect(store.recovered.accounts.lazy.filter { !$0.hasEnded }.map(\.name))
        let accounts = try reporting { () throws(AccountBookTrouble) in try book.read() }
        do throws(SystemError) {
            let log = try Log(configuration.logFormat)
            let signals = try SwapBox<Signal>()
            try Signals.deliver(into: signals) { $0 }
            let hashing = try HashingThreads(book)
            let search = try SearchThread(folder: configuration.dataPath)

            let now = ServerClock().now
            let switchboard = Switchboard(
                store.recovered, accounts.lines, rules: rules, idleLimit: configuration.idle,
                passwordRule: PasswordRule(isExposed: isExposed),
                capacity: capacity, at: now)

            for note in configuration.warnings {
                log.write("configuration", ["note": note], at: now.wall)
            }
            for note in accounts.notes { log.write("accounts", ["note": note], at: now.wall) }
            if isExposed { explainExposure(log, at: now.wall) }
            log.write(
                "started",
                [
                    "accounts": "\(accounts.lines.count)", "data": configuration.dataPath,
                    "messages": "\(store.recovered.head.value)",
                ], at: now.wall)
            for listener in listeners {
                log.write("listening", ["address": "\(listener.address)"], at: now.wall)
            }
            return Parts(
                switchboard: switchboard, store: store, hashing: hashing, search: search,
                log: log, signals: signals, listeners: listeners,
                allowsPlaintext: configuration.allowsPlaintext,
                historyDays: configuration.historyDays)
        } catch {
            throw .system(error)
        }
    }

    private static func reporting<Result>(
        _ body: () throws(AccountBookTrouble) -> Result
    ) throws(StartError) -> Result {
        do throws(AccountBookTrouble) {
            return try body()
        } catch {
            throw .accounts(error)
        }
    }

    private static func listen(_ configuration: Configuration) throws(StartError) -> [Listener] {
        var listeners: [Listener] = []
        for place in configuration.listen {
            let addresses: [SocketAddress]
            do throws(AddressFault) {
                addresses = try SocketAddress.resolve(host: place.host, port: place.port)
            } catch {
                throw .noSuchHost(error)
            }
            for address in addresses {
                guard address.isLoopback || configuration.allowsPlaintext else {
                    throw .exposed("\(address)")
                }
                do throws(SystemError) {
                    listeners.append(try Listener(at: address))
                } catch {
                    throw .cannotListen("\(address)", error)
                }
            }
        }
        return listeners
    }

    /// What is stricter now, a line each.
    private static func explainExposure(_ log: Log, at now: WallTime) {
        for note in [
            "other machines can connect, and passwords cross the network in the open",
            "new passwords need \(PasswordRule.bytesMin) bytes and may not be common ones",
            "the sample accounts cannot sign in with their published passwords",
        ] {
            log.write("exposed", ["note": note], at: now)
        }
    }

    /// For the data, the account file, listeners and the library.
    private static let descriptorsKept = 64
}
