import Protocol
import Store

/// How long the newest of a conversation take to be found in a long log, and to be read.
struct Conversations {
    private let folder: String
    private var archive: Archive

    init(_ folder: String, in archive: Archive) {
        self.folder = folder
        self.archive = archive
    }

    mutating func measure() throws(StoreError) -> [Row] {
        var store = try SQLiteStore(folder: folder)
        _ = try store.recover()
        try archive.write(to: &store)
        store.close()

        var rows: [Row] = []
        for place in Archive.Place.allCases {
            rows.append(try cold(place))
        }
        let opened = try SQLiteStore(folder: folder)
        _ = try opened.recover()
        for place in Archive.Place.allCases {
            let questions = archive.questions(place)
            for question in questions { _ = try ask(question, opened) }
            var times: [Duration] = []
            let start = Machine.processorTime
            for question in questions { times.append(try ask(question, opened)) }
            let used = Machine.processorTime - start
            rows.append(row(place, "warm", times))
            rows.append(
                .note(
                    "… processor time for each",
                    used.inSeconds * 1e6 / Double(questions.count), "µs"))
        }
        opened.close()
        return rows
    }

    /// The first question to a store that has just been opened, whose file nobody has read of
    /// late.
    private func cold(_ place: Archive.Place) throws(StoreError) -> Row {
        var times: [Duration] = []
        let questions = archive.questions(place)
        for question in questions.prefix(Self.coldMax) {
            Machine.forget(folder + "/messages.db")
            let store = try SQLiteStore(folder: folder)
            _ = try store.recover()
            Machine.forget(folder + "/messages.db")
            times.append(try ask(question, store))
            store.close()
        }
        return row(place, "cold", times)
    }

    /// Each opens the store anew.
    private static let coldMax = 20

    private func row(_ place: Archive.Place, _ how: String, _ times: [Duration]) -> Row {
        .percentiles("the newest \(Archive.page) \(place.text), \(how)", times, target: 5)
    }

    private func ask(
        _ question: HistoryQuery, _ store: SQLiteStore
    ) throws(StoreError) -> Duration {
        var numbers: [MessageNumber] = []
        var letters = 0
        let taken = try ContinuousClock().measured { () throws(StoreError) in
            var before: MessageNumber? = question.before
            while let next = before {
                let page = try store.history(
                    HistoryQuery(
                        reader: question.reader, conversation: question.conversation,
                        before: next, count: question.count - numbers.count))
                numbers += page.numbers
                before = page.next
            }
            letters = try store.entries(numbers, bytes: Limits.mailPageBytes).letters.count
        }
        precondition(letters == question.count, "\(letters) of \(question) are found")
        return taken
    }
}

extension Archive.Place {
    fileprivate var text: String {
        switch self {
        case .newPerson: "with a person, of now"
        case .oldPerson: "with a person, of long ago"
        case .newRoom: "in a room, of now"
        case .oldRoom: "in a room, of long ago"
        }
    }
}

extension ContinuousClock {
    fileprivate func measured<Failure>(
        _ body: () throws(Failure) -> Void
    ) throws(Failure) -> Duration {
        let start = now
        try body()
        return now - start
    }
}
