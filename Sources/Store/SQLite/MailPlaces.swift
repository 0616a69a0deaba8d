import Protocol

/// Where somebody's mail is in one segment: the list of the reader, that of everybody and what
/// cannot be read, merged by number.
struct MailPlaces {
    let reader: AccountNumber
    let base: Int64
    /// Nothing beyond it is looked at.
    let range: ClosedRange<Int64>
    /// From the beginning of the range on.
    var own: ArraySlice<Line>
    var everyones: ArraySlice<Line>
    var gaps: ArraySlice<ClosedRange<Int64>>

    struct Place {
        let number: Int64
        /// Whether only the letter itself knows if it is for this reader.
        let mayLeaveOut: Bool
        /// What is lost if nothing can be read there.
        let loss: LostLetter.Loss
        let isReadable: Bool
    }

    mutating func next() -> Place? {
        while true {
            let (ownNext, everyonesNext) = (number(of: own.first), number(of: everyones.first))
            if let gap = gaps.first, gap.upperBound < min(ownNext, everyonesNext) {
                gaps.removeFirst()
                guard gap.overlaps(range) else { continue }
                let rest = gap.clamped(to: range)
                return Place(
                    number: rest.upperBound, mayLeaveOut: false,
                    loss: .ofAll(from: MessageNumber(rest.lowerBound)), isReadable: false)
            }
            let line: Line
            let loss: LostLetter.Loss
            if ownNext < everyonesNext {
                line = own.removeFirst()
                if line.flags.contains(.sent) { continue }
                loss = .ofOwn(from: line.other)
            } else if let first = everyones.popFirst() {
                line = first
                if line.other == reader { continue }
                loss = .ofBroadcast(from: line.other)
            } else {
                return nil
            }
            let number = number(of: line)
            guard range.contains(number) else { return nil }
            return Place(
                number: number, mayLeaveOut: line.flags.contains(.leavesSomeOut), loss: loss,
                isReadable: true)
        }
    }

    private func number(of line: Line?) -> Int64 {
        line.map { base + Int64($0.offset) } ?? .max
    }
}
