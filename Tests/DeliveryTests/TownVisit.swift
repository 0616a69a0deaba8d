import Protocol

/// Somebody who is here, as the model has it.
struct TownVisit {
    enum Phase: Hashable {
        /// A line is expected.
        case chatting
        /// Waits for the disk.
        case working(TownModel.Answer)
        /// Waits for what is looked up.
        case asking(Question)
        /// A list and mail are told.
        case reading
    }

    enum Question: Hashable {
        case inbox([String])
        case history(Conversation, lines: [String])
    }

    let session: SessionID
    let account: AccountNumber
    /// The head of the log at that time.
    let entered: MessageNumber
    var phase = Phase.reading
    var isLive = false
    var talk: Conversation?
    /// How the other one was called when it began.
    var partner: String?
    /// What is announced and not yet told.
    var list: [String] = []
    /// The places of the lines that are being told.
    var flush: [Int]?
    var shown: Set<Int> = []
    var isProvable = false
    /// There is mail for who wants it at once.
    var isNudged = false
    /// Mail could not be read: nobody is told again until there is more.
    var isBlind = false

    init(_ session: SessionID, _ account: AccountNumber, entered: MessageNumber) {
        self.session = session
        self.account = account
        self.entered = entered
    }

    var wantsMailAtOnce: Bool { isLive || talk != nil }

    /// The places of what is to be told now.
    func due(of person: TownModel.Person) -> [Int] {
        person.lines.indices.filter { place in
            let line = person.lines[place]
            return !line.isRead && !shown.contains(place) && isVisible(line)
                && (talk == nil || talk == line.conversation)
        }
    }

    /// Who comes and goes in the lobby is told to those alone who are here.
    private func isVisible(_ line: TownModel.Line) -> Bool {
        !line.isNews || line.conversation != .room(.lobby) || line.number > entered
    }
}
