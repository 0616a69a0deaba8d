// What must never happen. The numbers are those of the invariants that all harnesses share.

package struct Violation: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Rule: String, Sendable {
        /// I1. Mail disappeared that its reader had not shown to have read.
        case lost = "I1 lost"
        /// I2. Somebody was shown what nobody sent him, or other bytes than were sent.
        case invented = "I2 invented"
        /// The one order: of acknowledgement, for everybody.
        case order = "I3 order"
        /// I4. A cursor went back, or beyond what a flush had shown.
        case cursor = "I4 cursor"
        /// I5. One account, two sessions.
        case twice = "I5 signed in twice"
        /// I6. Said to be kept before it was on disk.
        case early = "I6 early"
        /// I8. A block that is too long, too short, or for somebody else.
        case block = "I8 block"
        /// I9. More memory than a session may have.
        case memory = "I9 memory"
        /// I10. Somebody waits for ever, or mail does.
        case stuck = "I10 stuck"
        /// The processor is kept busy with nothing.
        case spins = "spins"
        /// I11, and every answer in its place.
        case answer = "I11 answer"
        /// I12. A byte that may not leave a socket.
        case byte = "I12 byte"
        /// Who may come in: the right password, one winner of a name, silence as long as it is.
        case door = "door"
        /// Who is inside where, how many, since when, and until when a room lasts.
        case room
        /// A mailbox beyond its limit, or said to be.
        case full = "full"
    }

    package let rule: Rule
    package let detail: String

    init(_ rule: Rule, _ detail: String) {
        self.rule = rule
        self.detail = detail
    }

    package var description: String { "\(rule.rawValue): \(detail)" }
}
