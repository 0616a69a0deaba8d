import Protocol
import Testing

@testable import Delivery

/// Ann, bob and carl are here and in `#tea`; for bob waits `carl: 1`, `ann: 2`, `ann #tea: 3`,
/// `ann: 4` (to everybody) and `carl #tea: 5`.
private struct Talk {
    var office = TestOffice("ann", "bob", "carl")
    let ann: SessionID
    var bob: SessionID
    let carl: SessionID

    static let all = ["carl: 1", "ann: 2", "ann #tea: 3", "ann: 4", "carl #tea: 5"]

    init() {
        ann = office.enter("ann")
        bob = office.enter("bob")
        carl = office.enter("carl")
        office.reply(ann, to: "create #tea forever")
        for session in [bob, carl] { office.reply(session, to: "join #tea") }
        for session in [ann, bob, carl, bob] { _ = office.fetch(session) }
        office.reply(carl, to: "send bob 1")
        office.reply(ann, to: "send bob 2")
        office.reply(ann, to: "send #tea 3")
        office.reply(ann, to: "broadcast 4")
        office.reply(carl, to: "send #tea 5")
    }
}

@Suite struct `Talking to somebody` {
    private var talk = Talk()

    @Test func `shows what waits from there ahead, and the rest in the end`() {
        var office = talk.office

        #expect(office.exchange(talk.bob, "talk ann") == ["talk:ann", "ann: 2", "ann: 4"])
        #expect(office.exchange(talk.bob, "send ann hello") == ["sent:"])
        #expect(
            office.exchange(talk.bob, "--")
                == ["talk:off", "carl: 1", "ann #tea: 3", "carl #tea: 5"])
        #expect(office.fetch(talk.bob) == [])
        #expect(office.count("bob") == 0)
    }

    @Test func `in a room shows what is said there alone`() {
        var office = talk.office

        #expect(
            office.exchange(talk.bob, "talk #tea") == ["talk:#tea", "ann #tea: 3", "carl #tea: 5"])
        #expect(office.exchange(talk.bob, "--") == ["talk:off", "carl: 1", "ann: 2", "ann: 4"])
        #expect(office.fetch(talk.bob) == [])
    }

    @Test(arguments: [1, 2, 100])
    func `shows it page by page, in order`(page: Int) {
        var office = talk.office
        office.answers.page = page

        #expect(office.exchange(talk.bob, "talk ann") == ["talk:ann", "ann: 2", "ann: 4"])
        office.reply(talk.ann, to: "send (bob #tea carl) 6")
        #expect(office.push(talk.bob) == ["ann: 6"])
        #expect(
            office.exchange(talk.bob, "--")
                == ["talk:off", "carl: 1", "ann #tea: 3", "carl #tea: 5", "ann #tea: 6"])
    }

    @Test func `shows what comes from there at once, and nothing else`() {
        var office = talk.office
        _ = office.exchange(talk.bob, "talk ann")

        for command in ["send bob 6", "broadcast 7"] {
            office.reply(talk.ann, to: command)
            #expect(office.push(talk.bob) == ["ann: \(command.last!)"])  // not empty
        }
        for command in ["send #tea 8", "leave #tea", "send carl 9"] {
            office.reply(talk.ann, to: command)
            #expect(office.push(talk.bob) == nil)
        }
        for command in ["send bob 10", "broadcast 11", "send #tea 12"] {
            office.reply(talk.carl, to: command)
            #expect((office.push(talk.bob) ?? []) == [])
        }

        #expect(
            office.exchange(talk.bob, "--") == [
                "talk:off", "carl: 1", "ann #tea: 3", "carl #tea: 5", "ann #tea: 8",
                "server #tea: ann left", "server #tea: bob is its admin now", "carl: 10",
                "carl: 11", "carl #tea: 12",
            ])
    }

    @Test func `in a room shows comings and goings at once`() {
        var office = talk.office
        _ = office.exchange(talk.bob, "talk #tea")

        office.reply(talk.carl, to: "leave #tea")
        #expect(office.push(talk.bob) == ["server #tea: carl left"])
        office.reply(talk.ann, to: "send (bob #tea) 6")
        #expect(office.push(talk.bob) == ["ann #tea: 6"])
        #expect(office.push(talk.bob) == nil)
    }

    @Test func `to oneself shows one's own`() {
        var office = talk.office

        #expect(office.exchange(talk.bob, "talk bob") == ["talk:bob"])
        #expect(office.exchange(talk.bob, "send bob note") == ["sent:", "bob: note"])
        #expect(office.push(talk.bob) ?? [] == [])
        #expect(office.exchange(talk.bob, "--") == ["talk:off"] + Talk.all)
    }

    @Test(arguments: [
        ("talk zoe", "send:zoe"), ("talk a:b", "send:a:b"), ("talk #milk", "error:room:#milk"),
        ("talk #away", "error:denied:talk"),
    ])
    func `is refused where there is nobody, or nobody for one`(command: String, reply: String) {
        var office = talk.office
        office.reply(talk.carl, to: "create #away")

        #expect(office.exchange(talk.bob, command) == [reply] + Talk.all)
        office.reply(talk.ann, to: "send bob hi")
        #expect(office.push(talk.bob) == nil)
    }

    @Test func `leaves live mode as it was`() {
        var office = talk.office
        _ = office.exchange(talk.bob, "live")
        _ = office.exchange(talk.bob, "talk #tea")

        office.reply(talk.ann, to: "send bob 6")
        #expect(office.push(talk.bob) == nil)
        #expect(office.exchange(talk.bob, "--") == ["talk:off", "ann: 6"])
        office.reply(talk.ann, to: "send bob 7")
        #expect(office.push(talk.bob) == ["ann: 7"])

        _ = office.exchange(talk.bob, "live off")
        _ = office.exchange(talk.bob, "talk #tea")
        _ = office.exchange(talk.bob, "--")
        office.reply(talk.ann, to: "send bob 8")
        #expect(office.push(talk.bob) == nil)
    }

    @Test func `goes from one to the other without a word lost`() {
        var office = talk.office

        #expect(office.exchange(talk.bob, "talk #tea").count == 3)
        #expect(office.exchange(talk.bob, "talk carl") == ["talk:carl", "carl: 1"])
        office.reply(talk.carl, to: "send #tea 6")
        office.reply(talk.carl, to: "send bob 7")
        #expect(office.push(talk.bob) == ["carl: 7"])
        #expect(office.exchange(talk.bob, "talk #tea") == ["talk:#tea", "carl #tea: 6"])
        #expect(office.exchange(talk.bob, "--") == ["talk:off", "ann: 2", "ann: 4"])
    }

    @Test func `shows what could not be read as soon as it can be`() {
        var office = talk.office
        office.recallsNothing = true
        office.line(talk.bob)
        office.reply(talk.bob, to: "talk ann")
        _ = office.collect(talk.bob)
        office.loseMail()
        #expect(office.heard(talk.bob) == [.mail([], isLast: true)])
        office.doneWritten(talk.bob)

        #expect(office.fetch(talk.bob) == ["ann: 2", "ann: 4"])
    }

    @Test func `goes on when one is sent out of the room`() {
        var office = talk.office
        _ = office.exchange(talk.bob, "talk #tea")

        office.reply(talk.ann, to: "kick #tea bob")

        #expect(office.push(talk.bob) == ["server #tea: bob was removed"])
        #expect(office.exchange(talk.bob, "send #tea hi") == ["error:denied:send"])
        #expect(office.exchange(talk.bob, "--") == ["talk:off", "carl: 1", "ann: 2", "ann: 4"])
    }

    @Test func `shows what is lost, once`() {
        var office = talk.office
        office.recallsNothing = true
        let log = office.log
        let lost = log.indices.filter {
            guard case .letter(let letter) = log[$0] else { return false }
            return ["2", "4"].contains(string(letter.text))
        }
        office.answers.damaged = Set(lost.map { MessageNumber(Int64($0 + 1)) })

        let told = office.exchange(talk.bob, "talk ann")
        #expect(told.count == 3)
        #expect(told.dropFirst().allSatisfy { $0.hasSuffix("is damaged") })

        office.line(talk.bob)
        #expect(office.count("bob") == 3)
        #expect(office.exchange(talk.bob, "--").count == 4)
        office.line(talk.bob)
        #expect(office.count("bob") == 0)
    }
}

@Suite struct `What was read ahead` {
    private var talk = Talk()

    @Test func `is read when a line follows, and the rest still waits`() {
        var office = talk.office
        _ = office.exchange(talk.bob, "talk ann")
        #expect(office.count("bob") == 5)
        #expect(office.awaitsProof(talk.bob))

        office.line(talk.bob)

        #expect(office.count("bob") == 3)
        office.commit()
        #expect(office.restarted("ann", "bob", "carl").count("bob") == 3)
        #expect(
            office.flushAgain(talk.bob, "bob") == ["carl: 1", "ann #tea: 3", "carl #tea: 5"])
    }

    @Test func `is read as far as it was shown, whatever has come since`() {
        var office = talk.office
        _ = office.exchange(talk.bob, "talk ann")
        office.reply(talk.ann, to: "send bob 6")

        office.line(talk.bob)
        office.commit()

        office = office.restarted("ann", "bob", "carl")
        #expect(
            office.flush(office.signIn("bob"))
                == ["carl: 1", "ann #tea: 3", "carl #tea: 5", "ann: 6"])
    }

    @Test func `comes again in its place when no line followed`() {
        var office = talk.office
        _ = office.exchange(talk.bob, "talk ann")

        #expect(office.flushAgain(talk.bob, "bob") == Talk.all)
    }

    @Test func `is in more than one conversation, each for itself`() {
        var office = talk.office
        _ = office.exchange(talk.bob, "talk ann")
        _ = office.exchange(talk.bob, "talk #tea")
        office.line(talk.bob)
        office.commit()

        #expect(office.count("bob") == 1)
        office = office.restarted("ann", "bob", "carl")
        #expect(office.count("bob") == 1)
        let bob = office.signIn("bob")
        #expect(office.flush(bob) == ["carl: 1"])
        #expect(office.fetch(bob) == [])
        #expect(office.count("bob") == 0)
    }

    @Test func `is not shown again ahead`() {
        var office = talk.office
        _ = office.exchange(talk.bob, "talk ann")
        office.line(talk.bob)
        office.drop(talk.bob)
        office.reply(talk.ann, to: "send bob 6")

        let bob = office.signIn("bob")
        #expect(office.exchange(bob, "talk ann") == ["talk:ann", "ann: 6"])
    }

    @Test func `makes room in the mailbox, and no more than that`() {
        var office = TestOffice("ann", "bob", rules: .init(queueLimit: 2))
        let (ann, bob) = (office.enter("ann"), office.enter("bob"))
        office.reply(ann, to: "send bob 1")
        office.reply(ann, to: "send #lobby 2")
        #expect(office.reply(ann, to: "send bob 3") == "full:bob")

        _ = office.exchange(bob, "talk ann")
        office.line(bob)

        #expect(office.reply(ann, to: "send bob 4") == "sent:")
        #expect(office.reply(ann, to: "send bob 5") == "full:bob")
        office.commit()
        office = office.restarted("ann", "bob")
        #expect(office.reply(office.enter("ann"), to: "send bob 6") == "full:bob")
    }

    @Test func `leaves nothing behind when the rest is read`() {
        var office = talk.office
        _ = office.exchange(talk.bob, "talk ann")
        _ = office.exchange(talk.bob, "--")
        office.line(talk.bob)
        office.commit()

        let bob = office.recovered.accounts[1]
        #expect(bob.apart == [:])
        #expect(bob.waiting == 0)
    }

    @Test func `is not asked for again with the rest`() {
        var office = TestOffice("ann", "bob")
        let (ann, bob) = (office.enter("ann"), office.enter("bob"))
        office.reply(ann, to: "send bob 1")
        office.reply(ann, to: "broadcast 2")
        #expect(office.exchange(bob, "talk ann") == ["talk:ann", "ann: 1", "ann: 2"])

        office.endTalk(bob)

        #expect(office.collect(bob) == [.mail([], isLast: true)])
        #expect(!office.hasReads)
    }

    @Test func `is read by a close after the goodbye as well`() {
        var office = talk.office
        _ = office.exchange(talk.bob, "talk #tea")

        office.leave(talk.bob)
        #expect(office.awaitsProof(talk.bob))
        office.goodbyeWritten(talk.bob)
        office.closeOrderly(talk.bob)

        #expect(office.count("bob") == 3)
        #expect(office.flush(office.signIn("bob")) == ["carl: 1", "ann: 2", "ann: 4"])
    }
}
