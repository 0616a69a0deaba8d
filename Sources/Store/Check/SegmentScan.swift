import Protocol

/// Reads a segment of the log row by row, whatever stands in its way: what is missing or cannot be
/// read is found, with its numbers, and what follows it is read all the same.
struct SegmentScan {
    private let base: Int64
    private let numbers: Range<Int64>
    /// The open one ends anywhere, but not before this.
    private let end: Int64
    /// Numbers may be missing: they are forgotten.
    private let mayHaveHoles: Bool
    private var isThere: [Bool]
    /// The last that was read.
    private(set) var last: Int64
    private var gaps: [Gap] = []

    private struct Gap {
        var numbers: ClosedRange<Int64>
        let reason: String
    }

    /// `confirmed`: the log goes at least so far.
    init(
        base: Int64, entries: Int64, isOpen: Bool, confirmed: Int64, mayHaveHoles: Bool = false
    ) {
        self.base = base
        self.mayHaveHoles = mayHaveHoles
        isThere = Array(repeating: false, count: Int(entries))
        numbers = max(base, 1)..<base + entries
        // Its first number made it.
        let least = min(max(confirmed, numbers.lowerBound), numbers.upperBound - 1)
        end = isOpen ? least : numbers.upperBound - 1
        last = numbers.lowerBound - 1
    }

    var isComplete: Bool { gaps.isEmpty }

    func hasLost(_ number: Int64) -> Bool {
        gaps.contains { $0.numbers.contains(number) }
    }

    func has(_ number: Int64) -> Bool {
        numbers.contains(number) && isThere[Int(number - base)]
    }

    /// Every entry that can be read, in order, and whether all before it in the segment could be.
    mutating func read(
        _ database: Database, _ report: inout DataReport,
        take: (Entry, Int64, _ isComplete: Bool, inout DataReport) -> Void
    ) {
        var next = numbers.lowerBound
        while next < numbers.upperBound {
            do throws(StoreError) {
                try readOn(from: &next, database, &report, take)
                break
            } catch {
                lose(next, error.text)
                next += 1
            }
        }
        trimEnd()
        let known = max(last, gaps.last?.numbers.upperBound ?? 0)
        if known < end, !mayHaveHoles {
            gaps.append(Gap(numbers: known + 1...end, reason: "missing"))
        }
        for gap in gaps { report.find(place(of: gap.numbers), gap.reason) }
    }

    /// Up to the end, or to what cannot be read.
    private mutating func readOn(
        from next: inout Int64, _ database: Database, _ report: inout DataReport,
        _ take: (Entry, Int64, Bool, inout DataReport) -> Void
    ) throws(StoreError) {
        let table = Schema.segment(base)
        let rows = try database.prepare("SELECT * FROM \(table) WHERE n >= ? ORDER BY n")
        rows.bind(next, 1)
        while try rows.step() {
            let number = rows.integer(0)
            guard number >= next else { throw .damaged("out of order") }
            guard number < numbers.upperBound else {
                return report.find("segment \(table)", "number \(number) does not belong there")
            }
            while next < number, !mayHaveHoles {
                lose(next, "missing")
                next += 1
            }
            next = number
            do throws(StoreError) {
                take(try rows.entry(number, base), number, isComplete, &report)
                last = number
                isThere[Int(number - base)] = true
            } catch {
                lose(number, "not what was written")
            }
            next += 1
        }
    }

    private mutating func lose(_ number: Int64, _ reason: String) {
        if let gap = gaps.last, gap.numbers.upperBound == number - 1, gap.reason == reason {
            gaps[gaps.count - 1].numbers = gap.numbers.lowerBound...number
        } else {
            gaps.append(Gap(numbers: number...number, reason: reason))
        }
    }

    /// Where the end of an open segment cannot be read, nobody knows whether there was more beyond
    /// what had been confirmed.
    private mutating func trimEnd() {
        guard let gap = gaps.last?.numbers, gap.upperBound == numbers.upperBound - 1 else { return }
        gaps[gaps.count - 1].numbers = gap.lowerBound...max(gap.lowerBound, end)
    }

    private func place(of numbers: ClosedRange<Int64>) -> String {
        let table = "segment \(Schema.segment(base))"
        return numbers.count == 1
            ? "\(table), number \(numbers.lowerBound)"
            : "\(table), numbers \(numbers.lowerBound) to \(numbers.upperBound)"
    }
}
