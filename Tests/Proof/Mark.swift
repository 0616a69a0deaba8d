// When something happened, and which of it a crash or a power cut comes after.

/// A moment of a run: its place in the order of everything, and how long the record of the disk
/// was.
struct Mark: Hashable, Sendable {
    let order: Int
    let length: Int

    /// Before everything.
    static let beginning = Mark(order: 0, length: 0)
}

/// Where a run is cut off.
enum Cut: Sendable {
    /// At a place in the order of what the clients saw.
    case order(Int)
    /// Behind an entry of the record, which is so long then.
    case length(Int)

    /// Whether what was answered at that moment was answered before.
    func covers(_ answer: Mark?) -> Bool {
        guard let answer else { return false }
        return switch self {
        case .order(let order): answer.order <= order
        case .length(let length): answer.length <= length
        }
    }

    /// Whether something may have come of what was begun at that moment.
    func mayCover(_ beginning: Mark?) -> Bool {
        guard let beginning else { return false }
        return switch self {
        case .order(let order): beginning.order <= order
        // What was begun when the record was exactly so long has not left a trace in it.
        case .length(let length): beginning.length < length
        }
    }
}
