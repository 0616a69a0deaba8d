// What `prove` can be asked for: each harness, and each with a bug planted, which it has to find.

/// One row of the table.
enum Harness: Sendable {
    case powerLoss
    case killServer
    case killClient
    case failingCalls
    case unreadableMail
    case fullDisk(FullDisk.Cause)
    case noDescriptors
    case unreadLog

    static let errors: [Harness] =
        [.failingCalls, .unreadableMail] + FullDisk.Cause.allCases.map(Harness.fullDisk)
        + [.noDescriptors, .unreadLog]

    /// By the word on the command line.
    static func named(_ name: String) -> [Harness]? {
        switch name {
        case "power-loss": [.powerLoss]
        case "kill-server": [.killServer]
        case "kill-client": [.killClient]
        case "errors": errors
        case "failing-calls": [.failingCalls]
        case "unreadable-mail": [.unreadableMail]
        case "full-disk": FullDisk.Cause.allCases.map(Harness.fullDisk)
        case "no-descriptors": [.noDescriptors]
        case "unread-log": [.unreadLog]
        default: nil
        }
    }

    func run(_ options: Options) throws -> Row {
        var row: Row
        switch self {
        case .powerLoss:
            row = try PowerLoss(options: options).run()
        case .killServer:
            var harness = KillServer(options: options)
            row = try harness.run()
        case .killClient:
            row = try KillClient(options: options).run()
        case .failingCalls:
            var harness = try FailingCalls(options: options)
            row = try harness.run()
        case .unreadableMail:
            row = try UnreadableMail(options: options).run()
        case .fullDisk(let cause):
            var harness = FullDisk(options: options, cause)
            row = try harness.run()
        case .noDescriptors:
            var harness = NoDescriptors(options: options)
            row = try harness.run()
        case .unreadLog:
            var harness = UnreadLog(options: options)
            row = try harness.run()
        }
        row.isControl = options.control != nil
        return row
    }
}

/// Bugs as they look from outside. A harness that does not notice them proves nothing.
enum Control: String, CaseIterable, Sendable {
    /// `synchronous=NORMAL`: the log is flushed before a checkpoint only.
    case normal
    /// The account file is not flushed before `registered`.
    case noAccountFlush = "no-account-flush"
    /// Nor the folder, after the account file was replaced.
    case noFolderFlush = "no-folder-flush"
    /// What was confirmed last is not yet in the log when the server is killed.
    case shortLog = "short-log"
    /// Mail goes away because it was written out.
    case readUnnoticed = "read-unnoticed"
    /// A write is taken for done that was not.
    case lyingWrite = "lying-write"

    /// In nearly every state, and not only where the moment is right.
    var showsAtOnce: Bool { self != .noFolderFlush }

    var harness: Harness {
        switch self {
        case .normal, .noAccountFlush, .noFolderFlush: .powerLoss
        case .shortLog: .killServer
        case .readUnnoticed: .killClient
        case .lyingWrite: .failingCalls
        }
    }
}
