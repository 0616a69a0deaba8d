import Protocol
import Testing

@testable import Delivery

@Suite struct `The history of` {
    private var office = TestOffice("ann", "bob", "carl")
    private let ann: SessionID
    private let bob: SessionID
    private let carl: SessionID

    init() {
        ann = office.enter("ann")
        bob = office.enter("bob")
        carl = office.enter("carl")
    }

    @Test func `two is what they have told each other, by whatever way but a room`() {
        var office = office
        office.reply(ann, to: "create #tea")
        for session in [bob, carl] { office.reply(session, to: "join #tea") }
        for (session, command) in [
            (ann, "send bob 1"), (bob, "send ann 2"), (ann, "send carl no"), (carl, "send bob no"),
            (ann, "send (carl bob) 3"), (ann, "broadcast 4"), (carl, "broadcast no"),
            (ann, "send #tea no"), (bob, "send (#tea ann) 5"), (ann, "send bob 6"),
        ] {
            office.reply(session, to: command)
        }
        for session in [ann, bob, carl] { _ = office.fetch(session) }

        let told = ["ann: 1", "bob: 2", "ann: 3", "ann: 4", "bob: 5", "ann: 6"]
        #expect(office.exchange(bob, "history ann") == ["history:6"] + told)
        // What is written to everybody stands with each of its readers, and with oneself.
        #expect(
            office.exchange(ann, "history bob") == [
                "history:5", "ann: 1", "bob: 2", "ann: 3", "bob: 5", "ann: 6",
            ])
        #expect(office.exchange(ann, "history ann") == ["history:1", "ann: 4"])
        #expect(office.exchange(bob, "history ann 2") == ["history:2", "bob: 5", "ann: 6"])
        #expect(office.exchange(bob, "history bob") == ["history:0"])
    }

    @Test func `a room is all that was said and done there`() {
        var office = office
        office.reply(ann, to: "create #tea forever")
        office.reply(ann, to: "send #tea 1")
        office.reply(bob, to: "join #tea")
        office.reply(bob, to: "send (#tea ann) 2")
        office.reply(ann, to: "kick #tea bob")
        office.reply(carl, to: "join #tea")
        _ = office.fetch(carl)

        #expect(
            office.exchange(carl, "history #tea") == [
                "history:5", "ann #tea: 1", "server #tea: bob joined", "bob #tea: 2",
                "server #tea: bob was removed", "server #tea: carl joined",
            ])
    }

    @Test func `what was said ends with what was said last`() {
        var office = office

        office.reply(ann, to: "send bob hi")

        #expect(office.exchange(bob, "history ann") == ["history:1", "ann: hi", "ann: hi"])
    }

    @Test func `a room is for those inside, when it is asked`() {
        var office = office
        office.reply(ann, to: "create #tea forever")
        office.reply(bob, to: "join #tea")
        office.reply(ann, to: "send #tea 1")
        _ = office.fetch(bob)

        #expect(office.exchange(carl, "history #tea") == ["error:denied:history"])
        #expect(office.exchange(bob, "history #tea").first == "history:2")
        office.reply(bob, to: "leave #tea")
        #expect(office.exchange(bob, "history #tea") == ["error:denied:history"])
        #expect(office.exchange(bob, "history #milk") == ["error:room:#milk"])
        office.reply(ann, to: "close #tea")
        #expect(office.exchange(ann, "history #tea").first == "error:room:#tea")
    }

    @Test func `a room is kept from who is sent out while it is looked up`() {
        var office = office
        office.reply(ann, to: "create #tea forever")
        office.reply(bob, to: "join #tea")
        office.hand(bob, "history #tea")

        office.reply(ann, to: "kick #tea bob")
        office.giveMail()

        #expect(office.heard(bob) == [.answer(.denied(.history))])
    }

    @Test(arguments: [("zoe", "send:zoe"), ("a:b", "send:a:b")])
    func `nobody is refused`(name: String, reply: String) {
        var office = office

        #expect(office.exchange(ann, "history \(name)") == [reply])
    }

    @Test(arguments: [20, 40])
    func `nobody is refused with so much of what was typed as others are`(length: Int) {
        var office = office
        let name = String(repeating: "z", count: length)

        let shown = name.prefix(Limits.echoedCharacters)
        #expect(office.exchange(ann, "history \(name)") == ["send:\(shown)"])
        #expect(office.exchange(ann, "talk \(name)") == ["send:\(shown)"])
        #expect(office.exchange(ann, "send \(name) hi") == ["send:\(shown)"])
    }

    @Test func `a name that came back is not that of who had it before`() {
        var office = office
        office.reply(ann, to: "send bob secret")
        office.reply(carl, to: "broadcast hello")
        office.reread(lines("ann", "carl"))
        office.drop(bob)
        office.reread(lines("ann", "bob", "carl"))
        office.commit()
        let bob = office.enter("bob")
        _ = office.fetch(ann)

        #expect(office.exchange(bob, "history ann") == ["history:0"])
        #expect(office.exchange(bob, "history carl") == ["history:0"])
        #expect(office.exchange(ann, "history bob") == ["history:0"])
    }

    @Test func `anybody reads nothing`() {
        var office = office
        office.reply(ann, to: "send bob hi")
        office.reply(ann, to: "history bob")
        _ = office.flush(ann)
        office.drop(bob)
        let again = office.signIn("bob")

        _ = office.reply(again, to: "history ann")
        #expect(office.count("bob") == 1)
        #expect(office.flush(again) == ["ann: hi", "ann: hi"])
    }
}

@Suite struct `A long history` {
    private var office = TestOffice("ann", "bob")
    private let ann: SessionID
    private let bob: SessionID

    init() {
        ann = office.enter("ann")
        bob = office.enter("bob")
        for text in 1...7 { office.reply(ann, to: "send bob \(text)") }
        _ = office.fetch(bob)
    }

    private func told(_ range: ClosedRange<Int>) -> [String] { range.map { "ann: \($0)" } }

    @Test(arguments: [1, 2, 3, 100], [1, 3, 7, 1_000])
    func `is looked up piece by piece`(page: Int, count: Int) {
        var office = office
        office.answers.page = page

        let shown = min(count, 7)
        #expect(
            office.exchange(bob, "history ann \(count)")
                == ["history:\(shown)"] + told((8 - shown)...7))
    }

    @Test func `asks for no more than is wanted`() {
        var office = office
        office.answers.page = 2
        office.hand(bob, "history ann 3")
        var counts: [Int] = []
        while case .history(let query)? = office.reads.first?.question {
            counts.append(query.count)
            office.giveMail()
        }

        #expect(counts == [3, 1])
    }

    @Test(arguments: [1, 3, 100])
    func `has as many lines as were announced, though some are forgotten meanwhile`(page: Int) {
        var office = office
        office.answers.page = page
        let last = Int64(office.log.lastIndex { if case .letter = $0 { true } else { false } }! + 1)
        office.reply(bob, to: "history ann")
        office.answers.forgotten = [MessageNumber(last), MessageNumber(last - 3)]

        let lines = office.flush(bob)

        func gone(_ number: Int64) -> String {
            "server: message \(number) is not kept any more"
        }
        #expect(
            lines == [
                "ann: 1", "ann: 2", "ann: 3", gone(last - 3), "ann: 5", "ann: 6", gone(last),
            ])
    }

    @Test(arguments: [1, 3, 100])
    func `has as many lines as were announced, though all are forgotten meanwhile`(page: Int) {
        var office = office
        office.answers.page = page
        office.reply(bob, to: "history ann")
        office.answers.forgotten = Set(office.log.indices.map { MessageNumber(Int64($0 + 1)) })

        #expect(office.flush(bob).count == 7)
    }

    @Test(arguments: [1, 3, 100])
    func `shows what is lost in its place`(page: Int) {
        var office = office
        office.answers.page = page
        let last = office.log.lastIndex { if case .letter = $0 { true } else { false } }! + 1
        office.answers.damaged = [MessageNumber(Int64(last - 5))]

        #expect(
            office.exchange(bob, "history ann") == [
                "history:7", "ann: 1",
                "server: message \(last - 5) from ann cannot be shown: what was kept of it is "
                    + "damaged",
            ] + told(3...7))
    }

    @Test func `says where it begins, when something before it is not kept any more`() {
        var office = office
        office.answers.cut = WallTime(seconds: 1_700_000_000)
        let beginning = "server: what was said before is not kept any more"

        #expect(
            office.exchange(bob, "history ann 20") == ["history:8", beginning] + told(1...7))
        #expect(office.exchange(bob, "history ann 7") == ["history:7"] + told(1...7))
        #expect(office.exchange(bob, "history bob") == ["history:1", beginning])

        office.reply(bob, to: "history ann 20")
        guard case .lines(let lines)? = office.collect(bob).first,
            case .message(let message)? = lines.first
        else {
            Issue.record("no beginning")
            return
        }
        #expect(message.at == WallTime(seconds: 1_700_000_000))
        #expect(message.room == nil)
    }

    @Test func `of a room says in the room where it begins`() {
        var office = office
        office.answers.cut = WallTime(seconds: 1_700_000_000)

        #expect(
            office.exchange(bob, "history #lobby")
                == ["history:1", "server #lobby: what was said before is not kept any more"])
    }

    @Test func `that cannot be looked up is none`() {
        var office = office
        office.hand(bob, "history ann")

        office.loseMail()

        #expect(office.heard(bob) == [.answer(.storage(.history))])
        #expect(office.flush(bob) == [])
    }

    @Test(arguments: [2, 100])
    func `that cannot be read any further says so, line by line`(page: Int) {
        var office = office
        office.answers.page = page
        office.reply(bob, to: "history ann")
        var lines = 0
        if page == 2 {
            _ = office.collect(bob)
            office.giveMail()
            if case .lines(let replies)? = office.heard(bob).first { lines = replies.count }
        }
        _ = office.collect(bob)
        office.loseMail()

        guard case .lines(let replies)? = office.heard(bob).first else {
            Issue.record("no lines")
            return
        }
        #expect(lines + replies.count == 7)
        #expect(replies.allSatisfy { $0.text.hasSuffix("cannot be read now") })
        #expect(office.flush(bob) == [])
    }

    @Test func `is told to nobody who has left in the meantime`() {
        var office = office
        office.hand(bob, "history ann")

        office.drop(bob)
        office.giveMail()
        #expect(office.heard(bob) == [])

        let again = office.enter("bob")
        office.reply(again, to: "history ann")
        _ = office.collect(again)
        office.leave(again)
        office.giveMail()
        #expect(office.heard(again) == [])
    }

    @Test func `comes before what waits, which is told behind it`() {
        var office = office
        office.reply(ann, to: "send bob 8")

        #expect(
            office.exchange(bob, "history ann 2") == ["history:2", "ann: 7", "ann: 8", "ann: 8"])
    }
}

@Suite struct `A search` {
    private var office = TestOffice("ann", "bob", "carl")
    private let ann: SessionID
    private let bob: SessionID

    init() {
        ann = office.enter("ann")
        bob = office.enter("bob")
        office.reply(ann, to: "create #tea forever")
        office.reply(bob, to: "join #tea")
        for command in ["send bob 1", "send #tea 2", "broadcast 3", "send (#tea bob) 4"] {
            office.reply(ann, to: command)
        }
        _ = office.fetch(bob)
        _ = office.fetch(bob)
    }

    /// The newest letters, the newest first.
    private func newest(_ count: Int) -> [MessageNumber] {
        office.log.indices.filter { if case .letter = office.log[$0] { true } else { false } }
            .suffix(count).reversed().map { MessageNumber(Int64($0 + 1)) }
    }

    @Test func `is asked for oneself, and for where one is now`() {
        var office = office
        office.hand(bob, "search green  tea")

        #expect(
            office.searches.map(\.query) == [
                SearchQuery(
                    reader: office.number("bob"), opened: MessageNumber(2),
                    rooms: [.lobby, RoomNumber(2)], words: "green tea",
                    count: Limits.searchLines, head: MessageNumber(Int64(office.log.count)))
            ])

        office.giveFound([])
        office.reply(bob, to: "leave #lobby")
        office.reply(ann, to: "close #tea")
        office.hand(bob, "search tea")
        #expect(office.searches.map(\.query.rooms) == [[]])
    }

    @Test func `shows what was found, the oldest first, where it was said`() {
        var office = office
        office.hand(bob, "search tea")
        office.giveFound(newest(4))

        #expect(office.heard(bob) == [.answer(.search(count: 4))])
        #expect(office.flush(bob) == ["ann: 1", "ann #tea: 2", "ann: 3", "ann: 4"])
    }

    @Test func `shows to who wrote it where they wrote it`() {
        var office = office
        office.reply(ann, to: "leave #tea")
        office.hand(ann, "search tea")
        office.giveFound(newest(4))

        _ = office.heard(ann)
        #expect(
            office.flush(ann).prefix(4) == ["ann: 1", "ann #tea: 2", "ann: 3", "ann #tea: 4"])
    }

    @Test(arguments: [0, 2])
    func `says that it is behind in a line that is counted`(count: Int) {
        var office = office
        office.hand(bob, "search tea")
        office.giveFound(newest(count), isBehind: true)

        #expect(office.heard(bob) == [.answer(.search(count: count + 1))])
        #expect(office.flush(bob) == ["ann: 3", "ann: 4"].suffix(count) + ["indexing"])
    }

    @Test func `that is behind says so also when what was found cannot be read`() {
        var office = office
        office.hand(bob, "search tea")
        office.giveFound(newest(1), isBehind: true)
        _ = office.heard(bob)
        _ = office.collect(bob)
        office.loseMail()

        guard case .lines(let lines)? = office.heard(bob).first else {
            Issue.record("no lines")
            return
        }
        #expect(lines.count == 2)
        #expect(lines.last == .indexing)
        #expect(office.flush(bob) == [])
    }

    @Test func `finds nothing in good order`() {
        var office = office
        office.hand(bob, "search tea")
        office.giveFound([])

        #expect(office.heard(bob) == [.answer(.search(count: 0))])
        #expect(office.flush(bob) == [])
    }

    @Test func `that cannot be done says so`() {
        var office = office
        office.hand(bob, "search tea")
        office.loseSearches()

        #expect(office.heard(bob) == [.answer(.storage(.search))])
        #expect(office.flush(bob) == [])
    }

    @Test func `is told to nobody who has left in the meantime`() {
        var office = office
        office.hand(bob, "search tea")

        office.drop(bob)
        office.giveFound(newest(2))

        #expect(office.heard(bob) == [])
    }
}
