// Commands as text. Bytes are compared, never characters: "\r\n" is one character to a String.

extension Command {
    /// Reads a line that a signed-in client sent.
    package init(_ line: [UInt8]) throws(ProtocolFault) {
        let start = line.drop { $0.isBlank }
        guard !start.isEmpty else {
            self = .fetch
            return
        }
        let wordBytes = start.prefix { !$0.isBlank }
        let rest = start.dropFirst(wordBytes.count)
        guard let word = CommandWord(wordBytes) else {
            throw .unknownCommand(Self.echo(wordBytes))
        }

        switch word {
        case .who: self = try .who.unlessMore(rest, word)
        case .fetch: self = try .fetch.unlessMore(rest, word)
        case .logout: self = try .logout.unlessMore(rest, word)
        case .help: self = try .help.unlessMore(rest, word)
        case .last: self = try .last(minutes: Self.minutes(rest))
        case .send: self = try .post(Self.letter(rest))
        case .broadcast:
            guard let text = Self.message(rest) else { throw .badArguments(.broadcast) }
            self = .post(Draft(to: .everyone, text: text))
        }
    }

    /// What a line that cannot be read is answered, by the word it begins with.
    package static func fault(ofLineBeginning bytes: [UInt8]) -> ProtocolFault {
        let wordBytes = bytes.drop { $0.isBlank }.prefix { !$0.isBlank }
        return CommandWord(wordBytes).map { .badArguments($0) } ?? .unknownCommand("")
    }

    private func unlessMore(
        _ rest: ArraySlice<UInt8>, _ word: CommandWord
    ) throws(ProtocolFault) -> Command {
        guard rest.allSatisfy(\.isBlank) else { throw .badArguments(word) }
        return self
    }

    private static func minutes(_ rest: ArraySlice<UInt8>) throws(ProtocolFault) -> Int {
        let digits = rest.drop { $0.isBlank }.prefix { !$0.isBlank }
        let tail = rest[digits.endIndex...]
        guard (1...9).contains(digits.count), tail.allSatisfy(\.isBlank),
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { throw .badArguments(.last) }
        return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    /// `<to> <message>` or `(<to> … <to>) <message>`.
    private static func letter(_ rest: ArraySlice<UInt8>) throws(ProtocolFault) -> Draft {
        let start = rest.drop { $0.isBlank }
        let names: [ArraySlice<UInt8>]
        let tail: ArraySlice<UInt8>
        if start.first == UInt8(ascii: "(") {
            guard let end = start.firstIndex(of: UInt8(ascii: ")")) else {
                throw .badArguments(.send)
            }
            names = start[start.startIndex..<end].dropFirst().split { $0.isBlank }
            tail = start[(end + 1)...]
        } else {
            let name = start.prefix { !$0.isBlank }
            names = name.isEmpty ? [] : [name]
            tail = start[name.endIndex...]
        }
        guard (1...Limits.recipients).contains(names.count), let text = message(tail) else {
            throw .badArguments(.send)
        }
        return Draft(to: .named(names.map(Recipient.init)), text: text)
    }

    /// Everything behind one separator, exactly.
    private static func message(_ rest: ArraySlice<UInt8>) -> MessageText? {
        guard let separator = rest.first, separator.isBlank else { return nil }
        return MessageText(Array(rest.dropFirst()))
    }

    /// As much of an unknown word as may be repeated.
    private static func echo(_ word: ArraySlice<UInt8>) -> String {
        String.harmlessBeginning(of: word)
    }

    /// The line that says it. What `init` reads is the same command again.
    package var text: [UInt8] {
        switch self {
        case .who: Array("who".utf8)
        case .last(let minutes): Array("last \(minutes)".utf8)
        case .fetch: Array("fetch".utf8)
        case .logout: Array("logout".utf8)
        case .help: Array("help".utf8)
        case .post(let draft): draft.line
        }
    }
}

extension Draft {
    fileprivate var line: [UInt8] {
        switch to {
        case .everyone:
            Array("broadcast ".utf8) + text.bytes
        // What nobody is called may begin like a list of names.
        case .named(let recipients)
        where recipients.count == 1 && recipients[0].text.utf8.first != UInt8(ascii: "("):
            Array("send \(recipients[0].text) ".utf8) + text.bytes
        case .named(let recipients):
            Array("send (\(recipients.map(\.text).joined(separator: " "))) ".utf8) + text.bytes
        }
    }
}

extension Recipient {
    fileprivate init(_ bytes: ArraySlice<UInt8>) {
        let text = String(decoding: bytes, as: UTF8.self)
        if let room = RoomName(text) {
            self = .room(room)
        } else if let user = Username(older: text) {
            self = .user(user)
        } else {
            self = .nobody(String.harmlessBeginning(of: bytes))
        }
    }

    /// As it is written in a line.
    package var text: String {
        switch self {
        case .user(let name): name.text
        case .room(let name): name.text
        case .nobody(let text): text
        }
    }
}

extension CommandWord {
    init?(_ bytes: ArraySlice<UInt8>) {
        guard bytes.count <= 16,
            let word = CommandWord(rawValue: String(decoding: bytes, as: UTF8.self))
        else { return nil }
        self = word
    }
}

extension String {
    /// The first 32 characters of what somebody typed, made harmless, fit to be repeated.
    static func harmlessBeginning(of bytes: ArraySlice<UInt8>) -> String {
        // Four bytes hold the longest character; cut before anything is decoded.
        let prefix = Array(bytes.prefix(Limits.echoedCharacters * 4 + 4))
        let scalars = String(decoding: prefix, as: UTF8.self).unicodeScalars
            .prefix(Limits.echoedCharacters)
        let harmless = MessageText.harmless(Array(String(scalars).utf8)) ?? []
        return String(decoding: harmless, as: UTF8.self)
    }
}
