import Protocol

@testable import Delivery

/// Ann and bob are here, carl is away.
struct Town {
    var office = TestOffice("ann", "bob", "carl")
    let ann: SessionID
    let bob: SessionID

    init() {
        ann = office.enter("ann")
        bob = office.enter("bob")
    }
}
