import Protocol

/// Old segments on their way to hold only what somebody has not read, or nothing; the oldest first.
///
///     begun ─► dating ─► gathering ─► collecting ─┬─► the tables are dropped
///                                                 └─► deleting ─► indexing ─► thinned
///
/// Every slice that writes is a transaction of its own. From the first number that is deleted to
/// the last list that is written the segment is marked as `thinning`: numbers may be missing, and
/// lists may still name them. A crash on the way costs the work again, nothing else: what was read
/// never becomes unread, so that what is wanted now is among what was wanted then.
///
/// What is damaged stays as it is.
struct Forgetting {
    enum Step {
        case begun
        /// Left when it is known how new the newest entry is; for segments that do not say so.
        case dating(next: Int64, newest: WallTime?)
        /// Left when it is known who is behind.
        case gathering(Thinning, next: AccountNumber)
        /// Left when it is known what somebody has not read.
        case collecting(Thinning, ArraySlice<Party>)
        /// Left when all else is gone from the log.
        case deleting(Thinning, ArraySlice<ClosedRange<Int64>>)
        /// Left when it is gone from the lists as well, from that of the last party on.
        case indexing(Thinning, above: Edge?)
    }

    /// The parties from here on are done with.
    struct Edge {
        let party: Party
        /// The first of them that still has a list.
        let next: Party?
    }

    /// What is not older stays, and all that comes after it.
    let before: WallTime
    /// In the array of closed segments.
    var place = 0
    var step = Step.begun
}

/// What is to stay of a segment. Shared by the steps, each of which adds to it.
final class Thinning {
    let range: ClosedRange<Int64>
    let base: Int64
    var stragglers: Stragglers
    private var isWanted: [Bool]
    private(set) var wanted = 0

    init(base: Int64, range: ClosedRange<Int64>) {
        self.base = base
        self.range = range
        stragglers = Stragglers(range: range)
        isWanted = Array(repeating: false, count: range.count)
    }

    func want(_ number: Int64) {
        guard range.contains(number), !wants(number) else { return }
        isWanted[Int(number - range.lowerBound)] = true
        wanted += 1
    }

    func wants(_ number: Int64) -> Bool {
        isWanted[Int(number - range.lowerBound)]
    }

    func wants(_ line: Line) -> Bool {
        wants(base + Int64(line.offset))
    }

    /// All the others, in pieces of at most so many.
    func unwanted(piece: Int) -> [ClosedRange<Int64>] {
        var pieces: [ClosedRange<Int64>] = []
        for number in range where !wants(number) {
            if let last = pieces.last, last.upperBound == number - 1, last.count < piece {
                pieces[pieces.count - 1] = last.lowerBound...number
            } else {
                pieces.append(number...number)
            }
        }
        return pieces
    }
}
