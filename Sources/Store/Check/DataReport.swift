// What a look at all of the data has given: what is there, and what is wrong with it.
package import Protocol

package struct DataReport: Hashable, Sendable {
    package var segments = 0
    /// Of those that can be read through an index.
    package var closedSegments = 0
    /// Of those of which something was forgotten, and of these of which everything was.
    package var thinnedSegments = 0
    package var droppedSegments = 0
    /// When the newest of what is forgotten was written, or later.
    package var historyBegins: WallTime?
    package var letters = 0
    package var lettersToEveryone = 0
    /// Pages in the write-ahead log.
    package var logPages = 0
    /// What the log says from its beginning on, without what the server folded from time to time;
    /// when something of it is forgotten, with that.
    package var replayed = Recovered()
    /// Whether all of the log could be read, so that it is known who exists.
    package var knowsAccounts = false
    /// Things to know that are no damage.
    package var notes: [String] = []
    /// Each names its place.
    package private(set) var findings: [String] = []
    /// Findings beyond the first thousand.
    package private(set) var unlisted = 0

    package init() {}

    package var isSound: Bool { findings.isEmpty }

    package mutating func find(_ place: String, _ what: String) {
        find("\(place): \(what)")
    }

    package mutating func find(_ finding: String) {
        if findings.count < Self.findingsMax {
            findings.append(finding)
        } else {
            unlisted += 1
        }
    }

    mutating func find(_ error: StoreError) {
        find(error.text)
    }

    private static let findingsMax = 1_000
}

extension StoreError {
    package var text: String {
        switch self {
        case .unable(let text), .damaged(let text), .fatal(let text): text
        }
    }
}

/// How far a work has come that takes long.
package struct Progress: Hashable, Sendable {
    package let what: String
    package let done: Int64
    package let of: Int64

    package init(_ what: String, _ done: Int64, of: Int64) {
        self.what = what
        self.done = done
        self.of = of
    }
}
