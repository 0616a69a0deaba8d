// Who was inside the room of those who remember, at times at which that is certain: a going in or
// out that a kill has cut off may have happened, or not.

extension Diary {
    static let room = "#tea"

    /// Somebody went in or out.
    struct Move: Sendable {
        /// Afterwards.
        let isInside: Bool
        let began: ContinuousClock.Instant
        /// When it was confirmed.
        var ended: ContinuousClock.Instant?
    }
}

/// One person's moves, in order.
struct Whereabouts {
    private(set) var moves: [Diary.Move] = []

    mutating func append(_ more: [Diary.Move]) {
        moves += more
    }

    /// Whether they were inside the whole time; nil when it is not certain. To the end of all times
    /// when there is none.
    func isInside(
        from began: ContinuousClock.Instant, through ended: ContinuousClock.Instant?
    ) -> Bool? {
        let last = moves.last { move in ended.map { move.began < $0 } ?? true }
        guard let last else { return false }
        guard let confirmed = last.ended, confirmed <= began else { return nil }
        return last.isInside
    }
}

extension DiaryChecker {
    /// When everybody has read everything: what was said in the room.
    mutating func checkRoom(_ attempt: Diary.Attempt, of author: String) {
        let end = attempt.sent ?? attempt.denied
        let wasInside = whereabouts(of: author).isInside(from: attempt.began, through: end)
        if attempt.sent != nil, wasInside == false { report("\(author): wrote from outside") }
        if attempt.denied != nil, wasInside == true { report("\(author): was inside, and denied") }

        for (name, place) in whereabouts where name != author {
            let isShown = wasShown(attempt.text, to: name)
            switch place.isInside(from: attempt.began, through: attempt.sent) {
            case true? where attempt.sent != nil && !isShown:
                report("\(name): \(attempt.text) of \(author) is lost in the room")
            case false? where isShown:
                report("\(name): \(attempt.text) of \(author) is for those inside")
            case true?, false?, nil:
                break
            }
        }
    }

    /// What `members` says now, when nobody moves any more.
    mutating func check(members: [String]) {
        for (name, place) in whereabouts {
            guard let isInside = place.isInside(from: .now, through: nil) else { continue }
            if isInside != members.contains(name) {
                report("\(name): \(isInside ? "is" : "is not") inside, but: \(members)")
            }
        }
    }
}
