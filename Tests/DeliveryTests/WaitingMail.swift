import Protocol

@testable import Delivery

/// Ann is signed in and has written `1`, `2` and `3` to bob, who is away.
struct WaitingMail {
    var office = TestOffice("ann", "bob", "carl")
    let ann: SessionID
    /// As bob is shown them.
    static let lines = ["ann: 1", "ann: 2", "ann: 3"]

    init() {
        ann = office.signIn("ann")
        for text in ["1", "2", "3"] { write(text) }
    }

    mutating func write(_ text: String) {
        let reply = office.send(ann, to: "bob", text: text)
        precondition(reply == .sent, "\(String(describing: reply)) to \(text)")
    }
}
