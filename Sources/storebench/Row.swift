/// One line of the result.
struct Row {
    let what: String
    let target: String
    let measured: String
    /// Nil when there is no target.
    let isReached: Bool?

    var isMissed: Bool { isReached == false }

    static func atLeast(_ what: String, _ target: Double, _ measured: Double, _ unit: String) -> Row
    {
        Row(
            what: what, target: "≥ \(text(target)) \(unit)", measured: "\(text(measured)) \(unit)",
            isReached: measured >= target)
    }

    static func atMost(_ what: String, _ target: Double, _ measured: Double, _ unit: String) -> Row
    {
        Row(
            what: what, target: "≤ \(text(target)) \(unit)", measured: "\(text(measured)) \(unit)",
            isReached: measured <= target)
    }

    /// In the midst, all but one of a hundred, and the longest. The second has the target.
    static func percentiles(
        _ what: String, _ times: [Duration], target: Double? = nil
    ) -> Row {
        let sorted = times.map(\.inMilliseconds).sorted()
        let places = [sorted.count / 2, sorted.count * 99 / 100, sorted.count - 1]
        return Row(
            what: what, target: target.map { "≤ \(text($0)) ms" } ?? "",
            measured: places.map { text(sorted[$0]) }.joined(separator: " / ") + " ms",
            isReached: target.map { sorted[places[1]] <= $0 })
    }

    static func note(_ what: String, _ measured: Double, _ unit: String) -> Row {
        Row(what: what, target: "", measured: "\(text(measured)) \(unit)", isReached: nil)
    }

    static func table(_ rows: [Row]) -> String {
        let lines = rows.map { row in
            let verdict = row.isReached.map { $0 ? "ok" : "MISSED" } ?? ""
            return padded(row.what, 54) + padded(row.target, 18) + padded(row.measured, 18)
                + verdict
        }
        let head = padded("", 54) + padded("target", 18) + "measured"
        return ([head] + lines).joined(separator: "\n")
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }

    /// Whole, with commas, from 100 on; else two places.
    private static func text(_ number: Double) -> String {
        guard number < 100 else {
            let digits = Array(String(Int(number.rounded())))
            return digits.enumerated().map { place, digit in
                let left = digits.count - place
                return place > 0 && left.isMultiple(of: 3) ? ",\(digit)" : "\(digit)"
            }.joined()
        }
        let hundredths = Int((number * 100).rounded())
        let (whole, rest) = hundredths.quotientAndRemainder(dividingBy: 100)
        return rest == 0 ? "\(whole)" : "\(whole).\(rest < 10 ? "0" : "")\(rest)"
    }
}

extension Duration {
    var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }

    var inMilliseconds: Double { inSeconds * 1_000 }
}
