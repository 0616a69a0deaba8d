import Protocol

@testable import Store

/// How the store answers in a test: by the rules of the reference, in pages as small as it likes,
/// with some of what it kept damaged or forgotten.
struct StoreAnswers {
    /// So many lines make a page of mail, and so many numbers are found by one look back.
    var page = 100
    var damaged: Set<MessageNumber> = []
    var forgotten: Set<MessageNumber> = []
    /// All that was said before is not kept any more.
    var cut: WallTime?

    enum Answer {
        case page(MailPage)
        case inbox([Unread])
        case history(HistoryPage)
    }

    func answer(_ question: StoreQuestion, of store: MemoryStore, at now: WallTime) -> Answer {
        switch question {
        case .mail(let query):
            .page(firstPage(of: store.mail(query, bytes: .max), at: now))
        case .inbox(let query):
            .inbox(store.inbox(query))
        case .history(let query):
            .history(lookBack(store.history(query), query.count))
        case .entries(let numbers):
            .page(
                firstPage(
                    of: store.entries(numbers.filter { !forgotten.contains($0) }, bytes: .max),
                    at: now))
        }
    }

    private func lookBack(_ whole: HistoryPage, _ count: Int) -> HistoryPage {
        guard whole.numbers.count > page else {
            return HistoryPage(
                numbers: whole.numbers, next: nil, cut: whole.numbers.count < count ? cut : nil)
        }
        let numbers = Array(whole.numbers.prefix(page))
        return HistoryPage(numbers: numbers, next: numbers.last)
    }

    /// What stands under one number stays together.
    private func firstPage(of whole: MailPage, at now: WallTime) -> MailPage {
        let all = whole.letters.map(\.number) + whole.news.map(\.number)
        let numbers = all.sorted()
        let end = numbers.count > page ? numbers[page - 1] : numbers.last ?? .zero
        let letters = whole.letters.filter { $0.number <= end }
        return MailPage(
            letters: letters.filter { !damaged.contains($0.number) },
            news: whole.news.filter { $0.number <= end },
            lost: letters.filter { damaged.contains($0.number) }.map { lost($0, at: now) },
            isLast: end == numbers.last ?? .zero)
    }

    private func lost(_ stored: StoredLetter, at now: WallTime) -> LostLetter {
        let sender = stored.letter.from
        let loss: LostLetter.Loss =
            if let room = stored.room {
                .ofRoom(room, from: sender)
            } else if case .everyone = stored.letter.to {
                .ofBroadcast(from: sender)
            } else {
                .ofOwn(from: sender)
            }
        return LostLetter(loss, stored.number, about: now)
    }
}
