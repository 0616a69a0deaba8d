// A command line and an environment, in words that stand on lines of their own; a variable begins
// with `$`.
import Server

func tryConfiguration(_ bytes: [UInt8]) throws(Broken) {
    var arguments: [String] = []
    var variables: [(String, String)] = []
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
        if line.first == UInt8(ascii: "$") {
            let text = String(decoding: line.dropFirst(), as: UTF8.self)
            let end = text.firstIndex(of: "=") ?? text.endIndex
            variables.append((String(text[..<end]), String(text[end...].dropFirst())))
        } else {
            arguments.append(String(decoding: line, as: UTF8.self))
        }
    }

    let errand = parse(arguments, variables)
    // Hashed collections are filled in another order.
    try hold(parse(arguments, variables.reversed()) == errand, "the order of variables counts")
    switch errand {
    case .run(let configuration), .check(let configuration):
        try holdSound(configuration)
        try tryPrinting(configuration)
    case .fault(let reason):
        try holdHarmless(reason, "a refusal")
        try hold(!reason.isEmpty, "a refusal without a reason")
    case .passwd(let words), .checkData(let words), .backup(let words), .restore(let words):
        try hold(words == Array(arguments.dropFirst()), "an errand gets other words")
    case .help, .version:
        break
    }
}

/// The first of several variables with one name counts, in whatever order they come.
private func parse(_ arguments: [String], _ variables: [(String, String)]) -> Errand {
    Configuration.parse(
        arguments: arguments, environment: Dictionary(variables) { min($0, $1) })
}

private func holdSound(_ configuration: Configuration) throws(Broken) {
    try hold((1...16).contains(configuration.listen.count), "it listens nowhere, or everywhere")
    for place in configuration.listen { try holdHarmless("\(place)", "a place to listen at") }
    for path in [configuration.accountsPath, configuration.dataPath] {
        try hold(!path.isEmpty && !path.utf8.contains(0), "no path: \(path)")
    }
    for time in [configuration.idle, configuration.block] {
        try hold(time >= .seconds(1) && time <= .seconds(31_536_000), "\(time) is no time")
    }
    try hold(configuration.queueLimit > 0, "no mailbox holds anything")
    for warning in configuration.warnings { try holdHarmless(warning, "a warning") }
}

/// Written as flags it is the same again, however each is written; and the environment, which says
/// something else, counts less.
private func tryPrinting(_ configuration: Configuration) throws(Broken) {
    var expected = configuration
    expected.warnings = []
    let environment = [
        "PORT": "1", "CHATSERV_LISTEN": "tcp://127.0.0.1:2", "CHATSERV_ACCOUNTS": "elsewhere",
        "CHATSERV_DATA": "elsewhere", "TIME_OUT": "7", "BLOCK_TIME": "7",
        "CHATSERV_REGISTRATION": configuration.registrationOpen ? "closed" : "open",
        "CHATSERV_QUEUE_LIMIT": "7", "CHATSERV_SENDER_LIMIT": "7", "CHATSERV_HISTORY_DAYS": "7",
        "CHATSERV_ROOM_LIMIT": "7", "CHATSERV_HIDE_NAMES": configuration.hidesNames ? "0" : "1",
        "CHATSERV_ALLOW_PLAINTEXT": configuration.allowsPlaintext ? "0" : "1",
    ]
    let joined = configuration.flags.map { "\($0)=\($1)" }
    let apart = configuration.flags.flatMap { flag, value in
        value.hasPrefix("--") ? ["\(flag)=\(value)"] : [flag, value]
    }
    for arguments in [joined, apart] {
        let errand = Configuration.parse(arguments: arguments, environment: environment)
        try hold(errand == .run(expected), "\(arguments) mean \(errand), not \(expected)")
    }
}

extension Configuration {
    fileprivate var flags: [(String, String)] {
        [
            ("--listen", listen.map(\.description).joined(separator: ",")),
            ("--accounts", accountsPath),
            ("--data", dataPath),
            ("--time-out", "\(idle.components.seconds)"),
            ("--block-time", "\(block.components.seconds)"),
            ("--registration", registrationOpen ? "open" : "closed"),
            ("--queue-limit", "\(queueLimit)"),
            ("--sender-limit", "\(senderLimit)"),
            ("--history-days", "\(historyDays)"),
            ("--room-limit", "\(roomLimit)"),
            ("--log", logFormat.rawValue),
            ("--allow-plaintext", allowsPlaintext ? "1" : "0"),
            ("--hide-names", hidesNames ? "1" : "0"),
        ]
    }
}
