// A client between a person and any program that calls itself a server. The bytes are a script:
//
//     >send ann hi     the person types it
//     <sent:           the server says it
//     =DO              the server says it, without the end of the line
//     ^                the person says no more
//     $                the connection ends
import Protocol

func tryClient(_ bytes: [UInt8]) throws(Broken) {
    var shell = try ClientShell()
    for step in bytes.split(separator: UInt8(ascii: "\n")) {
        let text = Array(step.dropFirst())
        switch step.first {
        case UInt8(ascii: ">"): shell.typed += lines(of: text)
        case UInt8(ascii: "<"): try shell.hear(text + [UInt8(ascii: "\n")])
        case UInt8(ascii: "="): try shell.hear(text)
        case UInt8(ascii: "^"): shell.inputHasEnded = true
        case UInt8(ascii: "$"): try shell.tell(.connectionEnded)
        default: try shell.hear(step + [UInt8(ascii: "\n")])
        }
        try shell.listenToPerson()
    }
    try shell.tell(.connectionEnded)
    try hold(shell.hasFinished, "the end of the connection is not the end")
}

/// As the console reads them.
private func lines(of text: [UInt8]) -> [Line] {
    var reader = LineReader()
    var start = 0
    let bytes = text + [UInt8(ascii: "\n")]
    return reader.next(in: bytes.span, from: &start).map { [$0] } ?? []
}

private struct ClientShell {
    var typed: [Line] = []
    var inputHasEnded = false
    private(set) var hasFinished = false
    private var session = ClientSession()
    private var reader = LineReader(lineBytesMax: Limits.replyBytes)

    init() throws(Broken) {
        try obey(ClientSession.opening)
    }

    mutating func hear(_ bytes: [UInt8]) throws(Broken) {
        for piece in Cut.somewhere.pieces(of: bytes) {
            var start = 0
            while let line = reader.next(in: piece.span, from: &start) { try tell(.heard(line)) }
        }
    }

    /// While the session asks; what is typed meanwhile waits in the kernel.
    mutating func listenToPerson() throws(Broken) {
        while session.isAsking, !typed.isEmpty { try tell(.typed(typed.removeFirst())) }
        if session.isAsking, inputHasEnded { try tell(.inputEnded) }
    }

    mutating func tell(_ event: ClientSession.Event) throws(Broken) {
        let effects = session.receive(event)
        try hold(!hasFinished || effects.isEmpty, "life after the end: \(effects)")
        try obey(effects)
    }

    private mutating func obey(_ effects: [ClientSession.Effect]) throws(Broken) {
        for effect in effects {
            switch effect {
            case .show(let text):
                try holdHarmless(text, "what is shown")
            case .send(let bytes):
                try hold(
                    bytes.firstIndex(of: UInt8(ascii: "\n")) == bytes.count - 1,
                    "what is sent is not a line")
            case .ask:
                break
            case .finish(let how):
                hasFinished = true
                if let words = how.words { try holdHarmless(words, "the last words") }
            }
        }
        try holdTurn(effects)
    }

    /// Either the person is asked, at the end, or the server is awaited, or all is over.
    private func holdTurn(_ effects: [ClientSession.Effect]) throws(Broken) {
        guard !effects.isEmpty else { return }
        let questions = effects.filter { if case .ask = $0 { true } else { false } }
        switch session.state {
        case .asking(let question):
            try hold(effects.last == .ask(question), "\(question) is not asked")
            try hold(questions.count == 1, "\(questions.count) questions at once")
        case .awaiting:
            try hold(questions.isEmpty && !hasFinished, "asked while the server is awaited")
        case .over:
            try hold(questions.isEmpty && hasFinished, "over without an end")
        }
    }
}
