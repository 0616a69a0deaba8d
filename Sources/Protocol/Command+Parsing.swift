// Commands read from text. Bytes are compared, never characters: "\r\n" is one character to a
// String.

extension Command {
    /// Reads a line that a signed-in client sent.
    package init(_ line: [UInt8]) throws(ProtocolFault) {
        let start = line.drop { $0.isBlank }
        guard !start.isEmpty else {
            self = .fetch
            return
        }
        let wordBytes = start.prefix { !$0.isBlank }
        guard let word = CommandWord(wordBytes) else {
            throw .unknownCommand(String.harmlessBeginning(of: wordBytes))
        }
        guard let command = Command(word, start.dropFirst(wordBytes.count)) else {
            throw .badArguments(word)
        }
        self = command
    }

    /// What a line that cannot be read is answered, by the word it begins with.
    package static func fault(ofLineBeginning bytes: [UInt8]) -> ProtocolFault {
        let wordBytes = bytes.drop { $0.isBlank }.prefix { !$0.isBlank }
        return CommandWord(wordBytes).map { .badArguments($0) } ?? .unknownCommand("")
    }

    /// Nil when what stands behind the word is too little, too much, or bad.
    private init?(_ word: CommandWord, _ rest: ArraySlice<UInt8>) {
        let command: Command? =
            switch word {
            case .who: rest.isNothing ? .who : nil
            case .last: rest.only.flatMap { $0.count(digits: 9) }.map(Command.last)
            case .send: Draft(named: rest).map(Command.post)
            case .broadcast:
                rest.message.map { .post(Draft(to: .everyone, text: $0)) }
            case .fetch: rest.isNothing ? .fetch : nil
            case .logout: rest.isNothing ? .logout : nil
            case .help: rest.isNothing ? .help : nil

            case .create: Self.create(rest.words)
            case .join: rest.only.flatMap(RoomReference.init).map(Command.join)
            case .leave: rest.only.flatMap(RoomName.init(bytes:)).map(Command.leave)
            case .rooms: rest.isNothing ? .rooms : nil
            case .members: rest.only.flatMap(RoomName.init(bytes:)).map(Command.members)
            case .kick: Self.kick(rest.words)
            case .close: rest.only.flatMap(RoomName.init(bytes:)).map(Command.close)

            case .history: Self.history(rest.words)
            case .inbox: rest.isNothing ? .inbox : nil
            case .search: rest.wanted.map(Command.search)
            case .live: Self.live(rest.words)
            case .talk: rest.only.map { .talk(Recipient($0)) }

            case .switch: rest.isNothing ? .switch : nil
            case .passwd: rest.isNothing ? .passwd : nil
            }
        guard let command else { return nil }
        self = command
    }

    /// `#room [limit] [lifetime]`
    private static func create(_ words: [ArraySlice<UInt8>]) -> Command? {
        guard (1...3).contains(words.count), let room = RoomName(bytes: words[0]) else {
            return nil
        }
        var rest = words.dropFirst()
        var limit: Int?
        if let number = rest.first?.count(digits: 9) {
            guard number > 0 else { return nil }
            limit = number
            rest.removeFirst()
        }
        guard let word = rest.popFirst() else { return .create(room, limit: limit, .admin) }
        guard rest.isEmpty, let lifetime = Lifetime(rawValue: word.text) else { return nil }
        return .create(room, limit: limit, lifetime)
    }

    /// `#room <user>`
    private static func kick(_ words: [ArraySlice<UInt8>]) -> Command? {
        guard words.count == 2, let room = RoomName(bytes: words[0]) else { return nil }
        return .kick(room, Recipient(words[1]))
    }

    /// `<user or #room> [count]`
    private static func history(_ words: [ArraySlice<UInt8>]) -> Command? {
        guard (1...2).contains(words.count) else { return nil }
        let whose = Recipient(words[0])
        guard words.count == 2 else {
            return .history(whose, count: Limits.historyLinesUsually)
        }
        guard let count = words[1].count(digits: 9), (1...Limits.historyLines).contains(count)
        else { return nil }
        return .history(whose, count: count)
    }

    /// Nothing, or `off`.
    private static func live(_ words: [ArraySlice<UInt8>]) -> Command? {
        guard let word = words.first else { return .live(true) }
        return words.count == 1 && word.elementsEqual("off".utf8) ? .live(false) : nil
    }
}

extension Draft {
    /// `<to> <message>` or `(<to> … <to>) <message>`.
    fileprivate init?(named rest: ArraySlice<UInt8>) {
        let start = rest.drop { $0.isBlank }
        let names: [ArraySlice<UInt8>]
        let tail: ArraySlice<UInt8>
        if start.first == UInt8(ascii: "(") {
            guard let end = start.firstIndex(of: UInt8(ascii: ")")) else { return nil }
            names = start[start.startIndex..<end].dropFirst().words
            tail = start[(end + 1)...]
        } else {
            let name = start.prefix { !$0.isBlank }
            names = name.isEmpty ? [] : [name]
            tail = start[name.endIndex...]
        }
        guard (1...Limits.recipients).contains(names.count), let text = tail.message else {
            return nil
        }
        self.init(to: .named(names.map(Recipient.init)), text: text)
    }
}

extension Recipient {
    init(_ bytes: ArraySlice<UInt8>) {
        let text = bytes.text
        if let room = RoomName(text) {
            self = .room(room)
        } else if let user = Username(older: text) {
            self = .user(user)
        } else {
            self = .nobody(String.harmlessBeginning(of: bytes))
        }
    }
}

extension RoomReference {
    /// A name, or digits.
    init?(_ word: ArraySlice<UInt8>) {
        if let name = RoomName(bytes: word) {
            self = .name(name)
        } else if word.isDigits {
            self =
                UInt32(word.text).map { .number(RoomNumber($0)) }
                ?? .nothing(String.harmlessBeginning(of: word))
        } else {
            return nil
        }
    }
}

extension RoomName {
    fileprivate init?(bytes: ArraySlice<UInt8>) {
        self.init(bytes.text)
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

/// What stands behind the word of a command.
extension ArraySlice<UInt8> {
    fileprivate var isNothing: Bool { allSatisfy(\.isBlank) }

    fileprivate var words: [ArraySlice<UInt8>] { split { $0.isBlank } }

    /// The word, when there is one and no other.
    fileprivate var only: ArraySlice<UInt8>? {
        let words = words
        return words.count == 1 ? words[0] : nil
    }

    fileprivate var isDigits: Bool {
        !isEmpty && allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    /// Digits, at most so many.
    fileprivate func count(digits: Int) -> Int? {
        guard count <= digits else { return nil }
        return number.map { Int($0) }
    }

    /// Everything behind one separator, exactly.
    fileprivate var message: MessageText? {
        guard let separator = first, separator.isBlank else { return nil }
        return MessageText(Array(dropFirst()))
    }

    /// What is searched for. Letters were made harmless when they were accepted, and so are the
    /// words that should be found in them.
    fileprivate var wanted: String? {
        guard let text = MessageText(Array(self)) else { return nil }
        let words = text.bytes[...].words
        guard words.count <= Limits.searchWords else { return nil }
        return words.map(\.text).joined(separator: " ")
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
