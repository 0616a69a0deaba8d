import Testing

@testable import Delivery

@Suite struct `Mail counts as read` {
    @Test func `by the next line after DONE`() {
        var rule = ReadingRule()
        rule.doneWritten(inputWaiting: false)

        #expect(rule.lineArrived(.sound) == true)
    }

    @Test func `by the close of the peer after a goodbye`() {
        var rule = ReadingRule()
        rule.goodbyeWritten(peerHadClosed: false)

        #expect(rule.closedOrderly(.sound) == true)
    }

    @Test func `by the line after a later DONE, when the first was no proof`() {
        var rule = ReadingRule()
        rule.doneWritten(inputWaiting: true)
        _ = rule.lineArrived(.sound)
        rule.doneWritten(inputWaiting: false)

        #expect(rule.lineArrived(.sound) == true)
    }

    @Test func `by the close of the peer, when the line before the goodbye was no proof`() {
        var rule = ReadingRule()
        rule.doneWritten(inputWaiting: true)
        _ = rule.lineArrived(.sound)
        rule.goodbyeWritten(peerHadClosed: false)

        #expect(rule.closedOrderly(.sound) == true)
    }
}

@Suite struct `Mail does not count as read` {
    @Test func `before DONE`() {
        var rule = ReadingRule()

        #expect(rule.lineArrived(.sound) == false)
    }

    @Test func `when input was waiting before DONE`() {
        var rule = ReadingRule()
        rule.doneWritten(inputWaiting: true)

        #expect(rule.lineArrived(.sound) == false)
    }

    @Test(arguments: [ReadingRule.Evidence.unacknowledged, .foreign, .neither])
    func `without every condition`(evidence: ReadingRule.Evidence) {
        var line = ReadingRule()
        line.doneWritten(inputWaiting: false)
        var close = ReadingRule()
        close.goodbyeWritten(peerHadClosed: false)

        #expect(line.lineArrived(evidence) == false)
        #expect(close.closedOrderly(evidence) == false)
    }

    @Test(arguments: [ReadingRule.Evidence.sound, .unacknowledged, .foreign])
    func `by any line but the next`(evidence: ReadingRule.Evidence) {
        var rule = ReadingRule()
        rule.doneWritten(inputWaiting: false)
        _ = rule.lineArrived(evidence)

        #expect(rule.lineArrived(.sound) == false)
    }

    @Test func `by a line that comes while more is read out`() {
        var rule = ReadingRule()
        rule.doneWritten(inputWaiting: false)
        rule.flushBegan()

        #expect(rule.lineArrived(.sound) == false)
    }

    @Test func `by the end of the input without a goodbye`() {
        var rule = ReadingRule()
        rule.doneWritten(inputWaiting: false)

        #expect(rule.closedOrderly(.sound) == false)
    }

    @Test func `when the peer had closed before the goodbye`() {
        var rule = ReadingRule()
        rule.doneWritten(inputWaiting: false)
        rule.goodbyeWritten(peerHadClosed: true)

        #expect(rule.closedOrderly(.sound) == false)
        #expect(rule.lineArrived(.sound) == false)
    }

    @Test func `by a line after the goodbye`() {
        var rule = ReadingRule()
        rule.goodbyeWritten(peerHadClosed: false)

        #expect(rule.lineArrived(.sound) == false)
    }

    @Test func `twice by one goodbye`() {
        var rule = ReadingRule()
        rule.goodbyeWritten(peerHadClosed: false)
        _ = rule.closedOrderly(.sound)

        #expect(rule.closedOrderly(.sound) == false)
    }
}

extension ReadingRule.Evidence {
    fileprivate static let sound = Self(allAcknowledged: true, ownsMailbox: true)
    fileprivate static let unacknowledged = Self(allAcknowledged: false, ownsMailbox: true)
    fileprivate static let foreign = Self(allAcknowledged: true, ownsMailbox: false)
    fileprivate static let neither = Self(allAcknowledged: false, ownsMailbox: false)
}
