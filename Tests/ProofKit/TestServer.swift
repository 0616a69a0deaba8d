import Sockets

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A real `chatserv` on a port that was free, in a folder of its own. Gone with its test.
package final class TestServer {
    /// Their secrets are plain words, so that signing in costs no hash.
    package static let accounts = "alice wonderland\nbob builder\ncarol singing\n"

    package let folder: TestFolder
    package private(set) var process: ChildProcess
    package private(set) var port: UInt16
    private let settings: [String: String]
    private let wrapper: [String]

    /// The wrapper is a command that starts the server, which it is given behind its own arguments.
    package init(
        accounts: String = TestServer.accounts, settings: [String: String] = [:],
        under wrapper: [String] = []
    ) throws {
        folder = TestFolder()
        folder.put(accounts, in: "user_pass.txt")
        self.settings = Self.settings(in: folder).merging(settings) { $1 }
        self.wrapper = wrapper
        (process, port) = try Self.start(self.settings, wrapper)
    }

    /// On what is in the folder already.
    package init(on folder: TestFolder, settings: [String: String] = [:]) throws {
        self.folder = folder
        self.settings = Self.settings(in: folder).merging(settings) { $1 }
        wrapper = []
        (process, port) = try Self.start(self.settings, wrapper)
    }

    // MARK: Coming and going

    /// Starts it again on the same data.
    package func start() throws {
        (process, port) = try Self.start(settings, wrapper)
    }

    /// As a power cut would end the process.
    package func kill() {
        process.send(SIGKILL)
        process.waitForExit()
    }

    /// As whoever runs services ends it. Gives how it ended.
    @discardableResult
    package func terminate() -> ChildProcess.Exit {
        process.send(SIGTERM)
        return process.waitForExit()
    }

    // MARK: Clients

    package func connect(from: String = "127.0.0.1", receiveBuffer: Int32? = nil) throws
        -> TestClient
    {
        try TestClient(port: port, from: from, receiveBuffer: receiveBuffer)
    }

    /// Somebody who has signed in, and what waited, `DONE` included.
    package func signIn(
        _ name: String, _ password: String? = nil
    ) throws -> (client: TestClient, mail: [String]) {
        let client = try connect()
        let mail = try client.ask("login \(name) \(password ?? Self.password(of: name))")
        guard mail.first == "welcome" else { throw Missing("no welcome for \(name): \(mail)") }
        return (client, Array(mail.dropFirst()))
    }

    /// Of the accounts above; of all others their name again.
    package static func password(of name: String) -> String {
        ["alice": "wonderland", "bob": "builder", "carol": "singing"][name] ?? name
    }

    // MARK: The log

    package var log: LineTail { process.errors }

    /// Waits until the log has said it so often since the start. Gives the line.
    @discardableResult
    package func logged(_ event: String, times: Int = 1) throws -> String {
        try log.line(containing: event, occurrence: times)
    }

    // MARK: The program

    /// Of another start on the same data, or with other words. The environment is these settings.
    package static func settings(in folder: TestFolder) -> [String: String] {
        [
            "PORT": "0", "CHATSERV_ACCOUNTS": "\(folder.path)/user_pass.txt",
            "CHATSERV_DATA": "\(folder.path)/data", "SWIFT_BACKTRACE": "enable=no",
        ]
    }

    package static let program = path(of: "chatserv")

    /// Programs are built beside the tests.
    package static func path(of program: String) -> String {
        for argument in CommandLine.arguments {
            var folder = argument[...]
            while let slash = folder.lastIndex(of: "/") {
                folder = folder[..<slash]
                let path = "\(folder)/\(program)"
                if unsafe access(path, X_OK) == 0 { return path }
            }
        }
        fatalError("there is no \(program) beside the tests; swift build makes it")
    }

    private static func start(
        _ settings: [String: String], _ wrapper: [String]
    ) throws -> (ChildProcess, UInt16) {
        let words = wrapper + [program]
        let process = try ChildProcess(words[0], Array(words.dropFirst()), environment: settings)
        let line = try process.errors.line(containing: "listening")
        // The last number of the line, whether that is text or JSON.
        guard let digits = line.split(whereSeparator: { !$0.isNumber }).last,
            let port = UInt16(digits)
        else { throw Missing("no port in \(line)") }
        return (process, port)
    }
}
