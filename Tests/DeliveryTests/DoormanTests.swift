import Protocol
import Testing

@testable import Delivery

private let ann = username("ann")
private let bob = username("bob")
private let start = Moment.start

private func doorman(_ kept: [Refusals] = [], at now: Moment = start) -> Doorman {
    Doorman(blockLength: .seconds(60), kept, at: now)
}

extension Doorman {
    /// What is known after so many wrong passwords for ann.
    @discardableResult
    fileprivate mutating func refuse(_ count: Int, at now: Moment = start) -> Refusals {
        for _ in 1..<count { _ = refuse(ann, from: .here, at: now) }
        return refuse(ann, from: .here, at: now).known
    }

    fileprivate func block(at now: Moment = start) -> Duration? {
        block(of: ann, from: .here, at: now.instant)
    }
}

@Suite struct `Wrong passwords` {
    @Test func `lead to a block, the third of them`() {
        var doorman = doorman()

        #expect(doorman.refuse(ann, from: .here, at: start).outcome == .mayTryAgain)
        #expect(doorman.refuse(ann, from: .here, at: start).outcome == .mayTryAgain)
        #expect(doorman.block() == nil)
        #expect(doorman.refuse(ann, from: .here, at: start).outcome == .lockedOut(.seconds(60)))
        #expect(doorman.block() == .seconds(60))
    }

    @Test func `count for one name from one address`() {
        var doorman = doorman()
        doorman.refuse(3)

        #expect(doorman.block(of: bob, from: .here, at: start.instant) == nil)
        #expect(doorman.block(of: ann, from: .from("10.0.0.1"), at: start.instant) == nil)
        #expect(doorman.refuse(bob, from: .here, at: start).outcome == .mayTryAgain)
        #expect(doorman.refuse(ann, from: .from("10.0.0.1"), at: start).outcome == .mayTryAgain)
    }

    @Test func `count for a whole household`() {
        var doorman = doorman()
        for _ in 1...3 { _ = doorman.refuse(ann, from: .from("2001:db8:1:2"), at: start) }

        #expect(doorman.block(of: ann, from: .from("2001:db8:1:2"), at: start.instant) != nil)
        #expect(doorman.block(of: ann, from: .from("2001:db8:1:3"), at: start.instant) == nil)
    }

    @Test func `count for one of two names that look the same`() {
        var doorman = doorman()
        for _ in 1...3 { _ = doorman.refuse(username("ren\u{e9}"), from: .here, at: start) }

        #expect(
            doorman.block(of: username("rene\u{301}"), from: .here, at: start.instant) == nil)
    }

    @Test func `count while they are no older than a block lasts`() {
        var doorman = doorman()
        doorman.refuse(2)

        let last = doorman.refuse(ann, from: .here, at: start + .seconds(60))

        #expect(last.outcome == .lockedOut(.seconds(60)))
    }

    @Test func `do not count when they are older`() {
        var doorman = doorman()
        doorman.refuse(2)

        let later = start + .seconds(60) + .nanoseconds(1)
        #expect(doorman.refuse(ann, from: .here, at: later).outcome == .mayTryAgain)
        #expect(doorman.refuse(ann, from: .here, at: later).outcome == .mayTryAgain)
        #expect(
            doorman.refuse(ann, from: .here, at: later).outcome == .lockedOut(.seconds(60)))
    }

    @Test func `are forgotten after the right one`() {
        var doorman = doorman()
        doorman.refuse(2)

        #expect(
            doorman.accept(ann, from: .here)
                == Refusals(name: "ann", address: "127.0.0.1", failures: [], blockedUntil: nil))
        #expect(doorman.refuse(ann, from: .here, at: start).outcome == .mayTryAgain)
        #expect(doorman.refuse(ann, from: .here, at: start).outcome == .mayTryAgain)
    }

    @Test func `that were not there need not be forgotten`() {
        var doorman = doorman()
        doorman.refuse(2)

        #expect(doorman.accept(bob, from: .here) == nil)
        #expect(doorman.accept(ann, from: .from("10.0.0.1")) == nil)
    }
}

@Suite struct `A block` {
    @Test func `ends after its time and not before`() {
        var doorman = doorman()
        doorman.refuse(3)

        #expect(doorman.block(at: start + .milliseconds(59_999)) == .milliseconds(1))
        #expect(doorman.block(at: start + .seconds(60)) == nil)
    }

    @Test func `leaves nothing behind`() {
        var doorman = doorman()
        doorman.refuse(3)

        let later = start + .seconds(60)
        #expect(doorman.refuse(ann, from: .here, at: later).outcome == .mayTryAgain)
        #expect(doorman.refuse(ann, from: .here, at: later).outcome == .mayTryAgain)
        #expect(doorman.block(at: later) == nil)
    }

    @Test(arguments: [-1_000_000, -1, 1, 1_000_000])
    func `does not care for the clock on the wall`(seconds: Int64) {
        var doorman = doorman()
        doorman.refuse(2)
        doorman.refuse(1, at: (start + .seconds(10)).clockSet(by: seconds))

        #expect(doorman.block(at: (start + .seconds(69)).clockSet(by: seconds)) == .seconds(1))
        #expect(doorman.block(at: (start + .seconds(70)).clockSet(by: -seconds)) == nil)
    }
}

@Suite struct `Across a restart` {
    /// The machine has been up for two seconds, and the wall clock has gone on by so many.
    private func restart(after seconds: Int64) -> Moment {
        Moment(
            instant: Instant(nanoseconds: 2_000_000_000),
            wall: WallTime(seconds: start.wall.seconds + seconds))
    }

    @Test(arguments: [(0, 60), (1, 59), (59, 1)])
    func `the rest of a block is left`(seconds: Int64, left: Int64) {
        var before = doorman()
        let kept = before.refuse(3)

        let after = doorman([kept], at: restart(after: seconds))

        #expect(after.block(at: restart(after: seconds)) == .seconds(left))
    }

    @Test(arguments: [60, 61, 1_000_000_000_000])
    func `a block that is over is over`(seconds: Int64) {
        var before = doorman()
        let kept = before.refuse(3)

        let after = doorman([kept], at: restart(after: seconds))

        #expect(after.block(at: restart(after: seconds)) == nil)
    }

    @Test(arguments: [-1, -3_600, -1_000_000_000_000])
    func `a clock that was set back makes no block longer`(seconds: Int64) {
        var before = doorman()
        let kept = before.refuse(3)

        let after = doorman([kept], at: restart(after: seconds))

        #expect(after.block(at: restart(after: seconds)) == .seconds(60))
    }

    @Test func `a shorter block is the limit`() {
        var before = doorman()
        let kept = before.refuse(3)

        let after = Doorman(blockLength: .seconds(5), [kept], at: restart(after: 0))

        #expect(after.block(at: restart(after: 0)) == .seconds(5))
    }

    @Test(arguments: [0, 30, -30])
    func `two wrong passwords stay two`(seconds: Int64) {
        var before = doorman()
        let kept = before.refuse(2)

        var after = doorman([kept], at: restart(after: seconds))

        #expect(
            after.refuse(ann, from: .here, at: restart(after: seconds)).outcome
                == .lockedOut(.seconds(60)))
    }

    @Test func `wrong passwords grow old`() {
        var before = doorman()
        let kept = before.refuse(2)

        var after = doorman([kept], at: restart(after: 61))

        #expect(
            after.refuse(ann, from: .here, at: restart(after: 61)).outcome == .mayTryAgain)
        #expect(
            after.refuse(ann, from: .here, at: restart(after: 61)).outcome == .mayTryAgain)
    }

    @Test func `wrong passwords grow old though the clock was set back`() {
        var before = doorman()
        let kept = before.refuse(2)

        var after = doorman([kept], at: restart(after: -3_600))

        let later = restart(after: -3_600) + .seconds(61)
        #expect(after.refuse(ann, from: .here, at: later).outcome == .mayTryAgain)
    }

    @Test func `what was kept says what was known`() {
        var before = doorman()
        let once = before.refuse(1)
        let twice = before.refuse(1, at: start + .seconds(10))
        let thrice = before.refuse(1, at: start + .seconds(20))

        let first = start.wall.seconds
        #expect(once.failures == [first])
        #expect(twice.failures == [first, first + 10])
        #expect(twice.blockedUntil == nil)
        #expect(thrice.failures == [])
        #expect(thrice.blockedUntil == first + 80)
    }

    @Test func `a name that cannot be is passed over`() {
        let kept = Refusals(name: "a b", address: "x", failures: [], blockedUntil: .max / 2)

        var after = Doorman(blockLength: .seconds(60), room: 0, [kept], at: start)

        #expect(after.forgetStalest(at: start.instant) == [])
    }
}

@Suite struct `The table of wrong passwords` {
    private func address(_ number: Int) -> String { "10.0.0.\(number)" }

    /// Room for a hundred, and wrong passwords from so many addresses, a second between them.
    private func doorman(_ count: Int) -> Doorman {
        let kept = (0..<count).map {
            Refusals(
                name: "ann", address: address($0),
                failures: [start.wall.seconds - 50 + Int64($0 % 50)], blockedUntil: nil)
        }
        return Delivery.Doorman(blockLength: .seconds(60), room: 100, kept, at: start)
    }

    @Test func `makes room for a tenth more when it is full`() {
        var doorman = doorman(99)

        let last = doorman.refuse(ann, from: .here, at: start)
        let oneMore = doorman.refuse(bob, from: .here, at: start)

        #expect(last.forgotten == [])
        #expect(oneMore.forgotten.map(\.address).sorted() == stalest(10))
        #expect(oneMore.forgotten.allSatisfy { $0.isEmpty })
        #expect(doorman.refuse(bob, from: .from("x"), at: start).forgotten == [])
    }

    /// Those with the oldest wrong passwords.
    private func stalest(_ count: Int) -> [String] {
        (0..<(count / 2)).flatMap { [address($0), address($0 + 50)] }.sorted()
    }

    @Test func `needs no room for who is in it`() {
        var doorman = doorman(100)

        let again = doorman.refuse(ann, from: .from(address(0)), at: start)

        #expect(again.forgotten == [])
        #expect(again.known.failures.count == 2)
    }

    @Test func `drops all that is over`() {
        var doorman = doorman(100)

        let later = start.instant + .seconds(35)
        #expect(doorman.forgetStalest(at: later).count == 50)
        #expect(doorman.forgetStalest(at: later) == [])
    }

    @Test func `keeps no more than there is room for when it is read back`() {
        var doorman = doorman(103)

        #expect(doorman.forgetStalest(at: start.instant).count == 3)
    }
}

@Suite struct `Asking for names` {
    private let stranger = Caller.from("203.0.113.9")

    private func asks(
        _ doorman: inout Doorman, _ caller: Caller, _ count: Int, at now: Moment = start
    ) -> [Bool] {
        (0..<count).map { _ in doorman.asksTooMuch(caller, at: now.instant) }
    }

    @Test func `is for twenty a minute`() {
        var doorman = doorman()

        let answers = asks(&doorman, stranger, Limits.nameProbesPerMinute + 1)

        #expect(answers.dropLast().allSatisfy { !$0 })
        #expect(answers.last == true)
    }

    @Test func `goes on after a minute`() {
        var doorman = doorman()
        _ = asks(&doorman, stranger, Limits.nameProbesPerMinute)

        #expect(asks(&doorman, stranger, 1, at: start + .milliseconds(59_999)) == [true])
        #expect(asks(&doorman, stranger, 1, at: start + .seconds(60)) == [false])
    }

    @Test func `is counted for each address`() {
        var doorman = doorman()
        _ = asks(&doorman, stranger, Limits.nameProbesPerMinute)

        #expect(asks(&doorman, .from("203.0.113.10"), 1) == [false])
    }

    @Test func `is free on this machine`() {
        var doorman = doorman()

        #expect(asks(&doorman, .here, 1_000).allSatisfy { !$0 })
    }

    @Test func `is counted for so many addresses and no more`() {
        var doorman = Doorman(blockLength: .seconds(60), room: 100, [], at: start)
        _ = asks(&doorman, stranger, Limits.nameProbesPerMinute)

        for number in 2...99 { _ = asks(&doorman, .from("\(number)"), 1) }
        #expect(asks(&doorman, stranger, 1) == [true])

        for number in 100...101 { _ = asks(&doorman, .from("\(number)"), 1) }
        #expect(asks(&doorman, stranger, 1) == [false])
    }
}
