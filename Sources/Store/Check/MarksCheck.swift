import Protocol

/// Looks for every conversation of a closed segment in what is said to be there. One that is not
/// said to be would not be found.
struct MarksCheck {
    private let base: Int64
    private let letters: SegmentLetters

    init(base: Int64, _ letters: SegmentLetters) {
        self.base = base
        self.letters = letters
    }

    /// Segments that were closed by an older server have none.
    func run(_ database: Database, _ tables: Set<String>, _ report: inout DataReport) {
        guard tables.contains("conversations") else { return }
        do throws(StoreError) {
            let row = try database.prepare("SELECT * FROM conversations WHERE base = ?")
            row.bind(base, 1)
            guard try row.step() else { return }
            guard let (_, marks) = row.conversationMarks else {
                return report.find(place, "not what was written")
            }
            for party in letters.parties {
                for line in letters.lines(of: party)
                where !marks.mayHold(ConversationMarks.Key(line, of: party)) {
                    return report.find(place, "not the conversations of the letters")
                }
            }
        } catch {
            report.find("conversations", error.text)
        }
    }

    private var place: String { "conversations, \(base)" }
}
