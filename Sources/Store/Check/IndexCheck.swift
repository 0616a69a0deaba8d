import Protocol

/// Compares the index of a closed segment with the letters of the segment, list by list.
struct IndexCheck {
    private let base: Int64
    private let letters: SegmentLetters
    /// What could not be read of the segment: nothing can be said about these.
    private let scan: SegmentScan
    /// It may name what is forgotten.
    private let isThinning: Bool
    /// Those whose lists have not been seen yet.
    private var expected: ArraySlice<Party>
    private var missing: Set<Int64> = []
    /// Whose list comes next, as the last one says. Nil when that one cannot be read.
    private var next: Int64? = Party.everyone.rawValue
    private static let nobody = Int64.max

    init(_ segment: SegmentRow, _ letters: SegmentLetters, _ scan: SegmentScan) {
        base = segment.base
        isThinning = segment.state == .thinning
        self.letters = letters
        self.scan = scan
        let parties = letters.parties
        expected = ((parties.first == .everyone ? [] : [Party.everyone]) + parties)[...]
    }

    mutating func run(_ database: Database, _ report: inout DataReport) {
        do throws(StoreError) {
            let rows = try database.prepare("SELECT * FROM \(Schema.index(base)) ORDER BY party")
            while try rows.step() {
                let party = rows.integer(0)
                miss(before: party, &report)
                follow(party, &report)
                compare(rows, &report)
            }
            miss(before: Self.nobody, &report)
            follow(Self.nobody, &report)
        } catch {
            report.find(place, error.text)
        }
    }

    private var place: String { "index \(Schema.index(base))" }

    private mutating func miss(before party: Int64, _ report: inout DataReport) {
        while let other = expected.first?.rawValue, other < party {
            expected.removeFirst()
            missing.insert(other)
            report.find(place, "the list of \(Party(rawValue: other)) is missing")
        }
        if expected.first?.rawValue == party { expected.removeFirst() }
    }

    private mutating func follow(_ party: Int64, _ report: inout DataReport) {
        if let next, next != party, !missing.contains(next) {
            report.find(place, "the list of \(Party(rawValue: next)) does not come where it should")
        }
    }

    private mutating func compare(_ row: Statement, _ report: inout DataReport) {
        let party = Party(rawValue: row.integer(0))
        guard row.isIntact(seed: Schema.indexSeed(base)), let words: [UInt64] = row.words(2) else {
            next = nil
            return report.find(place, "the list of \(party) is not what was written")
        }
        next = row.isNull(1) ? Self.nobody : row.integer(1)
        let known = words.filter { word in
            let number = base + Int64(Line(bits: word).offset)
            return isThinning ? scan.has(number) : !scan.hasLost(number)
        }
        if known != letters.lines(of: party).map(\.bits) {
            report.find(place, "the list of \(party) is not that of the letters")
        }
    }
}
