// An account file looked at to its end, whatever is wrong with it: for whoever has to mend it.
package import Protocol

/// All that is wrong with an account file, and what can be understood of it.
package struct AccountsReview: Hashable, Sendable {
    package private(set) var lines: [AccountLine] = []
    package private(set) var faults: [AccountsFault] = []
    package let tornTail: Accounts.TornTail?
    /// Whose line it is that was cut short, if that can be told.
    package let tornName: Username?

    package init(_ text: [UInt8]) {
        var scanner = AccountScanner()
        var places: [[UInt8]: (line: Int, name: Username)] = [:]
        while true {
            do throws(AccountsFault) {
                guard let line = try scanner.next(in: text.span) else { break }
                guard let account = line.account else { continue }
                let folded = Array(account.name.folded.utf8)
                if let other = places[folded] {
                    faults.append(
                        AccountsFault(
                            line: line.number,
                            reason: other.name == account.name
                                ? .sameName(asLine: other.line)
                                : .sameNameButForCase(asLine: other.line)))
                } else {
                    places[folded] = (line.number, account.name)
                    lines.append(account)
                }
            } catch {
                faults.append(error)
            }
        }
        tornTail = scanner.tornTail
        tornName = scanner.tornTail.flatMap { Self.name(in: text[$0.offset...]) }
    }

    /// The whole first word of a line that goes on behind it.
    private static func name(in line: ArraySlice<UInt8>) -> Username? {
        let word = line.prefix { !$0.isBlank && $0 != UInt8(ascii: ",") && $0 != 0 }
        guard word.endIndex < line.endIndex, line[word.endIndex] != 0 else { return nil }
        return String(validating: word, as: UTF8.self).flatMap { Username(older: $0) }
    }
}
