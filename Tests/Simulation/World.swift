// A whole world under one seed: people, their programs, the network, the server, its disk and its
// clocks. Nothing in it happens by itself, so that what went wrong once goes wrong again.

import Delivery
import Protocol
import Server
import Store

/// What stops the server, or everything. Thrown through all it was doing.
enum Fatal: Error {
    case crash
    case violation(Violation)
}

func objecting(_ body: () throws(Violation) -> Void) throws(Fatal) {
    do throws(Violation) {
        try body()
    } catch {
        throw .violation(error)
    }
}

package final class World {
    enum Event: Sendable {
        case arrives(Int, Side)
        case sends(Int, Side)
        case acknowledges(Int, Side)
        case givesUp(Int)
        case clientWakes(Int)
        case personActs(Int)
        case turn(life: Int)
        case storeTakes(life: Int)
        case storeWorks(life: Int)
        case storeReports(life: Int)
        case storeTidies(life: Int)
        case hashIsDone(life: Int, job: Int)
        case outcomesCome(life: Int)
        case searchIsDone(life: Int, SearchQuery, SessionID)
        case faultStrikes(Int)
        case faultIsOver(Fault)
        case starts
    }

    /// Things that go wrong now and then, and are over some time later.
    enum Fault: Sendable, CaseIterable {
        case diskIsFull
        case diskIsUnreadable
        /// The server is killed, or the power fails, between two calls.
        case commitIsInterrupted
        case callsFail
        case flushFails
        case fileIsSpoilt
        case wallSteps
        case serverStops
        case fileChanges
        case linkStalls
        case linkIsSevered
        case serverPauses
    }

    enum Phase: Hashable, Sendable {
        case busy
        /// The faults are over; everybody leaves.
        case healing(until: Instant)
        /// Every account's mail is looked at, one after the other, three times.
        case inspecting(round: Int, account: Int, until: Instant)
        /// The last time it is another server that is asked.
        case restarting
        case over
    }

    let script: Script
    let conditions: Conditions
    /// Of the server and its machine, in this life.
    var chance: Chance
    private let eventsMax: Int
    /// What there was that a script can be without; nil when nobody asks.
    private var recorded: [Script.Part: [Script.Place]]?
    var agenda = Agenda()
    var trace: Trace
    var phase = Phase.busy
    /// Lines that will still be said before the faults stop.
    var operations: Int
    var events = 0
    var tally = Tally()

    var now = Instant(nanoseconds: 1_000_000_000)
    var wallOffset: Int64 = 1_790_000_000
    let wallOffsetAtFirst: Int64 = 1_790_000_000
    var zone: Int32 = 3_600

    var people: [Person] = []
    var clients: [Client] = []
    /// Those that are not gone.
    var present: [Int] = []
    var links: [Link] = []
    /// The client of each link is at the same index; so is the server's name for it.
    var server: ServerProcess
    var isUp = false
    /// Which life of the server it is: what was planned in an earlier one is void.
    var life = 0
    var startedAt = Instant(nanoseconds: 0)
    /// Nothing happens in it before.
    var pausedUntil = Instant(nanoseconds: 0)
    let disk: Disk
    var file: AccountFile
    var model: Model
    var refusedGroupsAtStart = 0
    /// Steps until the next crash.
    var stepsLeft: Int?

    package convenience init(seed: UInt64, operations: Int, sabotage: Sabotage? = nil) {
        self.init(Script(seed: seed, operations: operations, sabotage: sabotage))
    }

    /// A longer one than `eventsMax` is given up, as if nothing had gone wrong.
    package init(
        _ script: Script, eventsMax: Int = .max, isRecorded: Bool = false, prints: Bool = false
    ) {
        self.script = script
        self.eventsMax = eventsMax
        recorded = isRecorded ? [:] : nil
        operations = script.operations
        chance = Chance(script.seed, .life, 0)
        conditions = Conditions(script)
        trace = Trace(prints: prints)
        disk = Disk(
            conditions, Chance(script.seed, .disk, 0), sabotage: script.sabotage)
        file = AccountFile(path: disk.accountFile)
        model = Model(conditions)
        server = ServerProcess(
            disk, conditions, Recovered(), Town(), [],
            at: Moment(instant: now, wall: WallTime(seconds: 0)))
        populate()
    }

    var sabotage: Sabotage? { script.sabotage }

    var moment: Moment {
        Moment(
            instant: now,
            wall: WallTime(
                seconds: wallOffset + now.nanoseconds / 1_000_000_000, offset: zone))
    }

    /// What the server believes the time to be.
    var serverMoment: Moment {
        guard sabotage == .timeIsTheWallClock else { return moment }
        return Moment(instant: now + .seconds(wallOffset - wallOffsetAtFirst), wall: moment.wall)
    }

    // MARK: From the beginning to the end

    package func run() -> Outcome {
        do throws(Violation) {
            try start()
            for person in people.indices where includes(.people, person) {
                plan(.personActs(person), in: 0...1_000_000, by: &people[person].chance)
            }
            agenda.plan(.faultStrikes(0), at: now)
            while phase != .over, events < eventsMax, let next = agenda.next() {
                now = next.at
                events += 1
                try happen(next.event)
                try turnThePage()
            }
            if phase != .over, events < eventsMax {
                throw Violation(.stuck, "nothing happens any more")
            }
            return outcome(nil)
        } catch {
            return outcome(error)
        }
    }

    private func happen(_ event: Event) throws(Violation) {
        switch event {
        case .arrives(let link, let side): arrive(link, at: side)
        case .sends(let link, let side): send(link, from: side)
        case .acknowledges(let link, let side): acknowledge(link, from: side)
        case .givesUp(let link): giveUp(link)
        case .clientWakes(let client): try wake(client)
        case .personActs(let person): act(person)
        case .turn(let life): try ifAlive(life) { world throws(Fatal) in try world.turn() }
        case .storeTakes(let life): try ifAlive(life) { $0.storeTakes() }
        case .storeWorks(let life):
            try ifAlive(life) { world throws(Fatal) in try world.storeWorks() }
        case .storeReports(let life): try ifAlive(life) { $0.storeReports() }
        case .storeTidies(let life):
            try ifAlive(life) { world throws(Fatal) in try world.storeTidies() }
        case .hashIsDone(let life, let job):
            try ifAlive(life) { world throws(Fatal) in try world.hashIsDone(job) }
        case .outcomesCome(let life): try ifAlive(life) { $0.outcomesCome() }
        case .searchIsDone(let life, let query, let session):
            try ifAlive(life) { $0.search(query, for: session) }
        case .faultStrikes(let number): strike(number)
        case .faultIsOver(let fault): relieve(fault)
        case .starts: try start()
        }
    }

    /// For the server: nothing of a former life counts, and it may end any time.
    private func ifAlive(
        _ life: Int, _ body: (World) throws(Fatal) -> Void
    ) throws(Violation) {
        guard isUp, life == self.life else { return }
        do throws(Fatal) {
            try body(self)
        } catch {
            switch error {
            case .crash: try crash()
            case .violation(let violation): throw violation
            }
        }
    }

    func plan(_ event: Event, in microseconds: ClosedRange<Int>) {
        plan(event, in: microseconds, by: &chance)
    }

    func plan(_ event: Event, in microseconds: ClosedRange<Int>, by chance: inout Chance) {
        agenda.plan(event, at: now + chance.delay(microseconds))
    }

    /// Whether the script has this.
    func includes(_ part: Script.Part, _ numbers: Int...) -> Bool {
        let place = Script.Place(numbers)
        let isThere = script.has(part, place)
        if isThere { record(part, place) }
        return isThere
    }

    func record(_ part: Script.Part, _ place: Script.Place) {
        recorded?[part, default: []].append(place)
    }

    func note(_ what: Happening, _ who: Int, _ amount: Int = 0, _ text: [UInt8] = []) {
        trace.note(what, who, amount, text, at: now)
    }

    private func outcome(_ violation: Violation?) -> Outcome {
        tally.count(.mailComesInPages, times: disk.partialPages)
        tally.count(.callFails, times: disk.drive.failedCalls)
        tally.count(.unflushedWriteIsLost, times: disk.drive.lostWrites)
        tally.count(.unflushedWriteIsTorn, times: disk.drive.tornWrites)
        tally.count(.mailIsUnreadable, times: disk.refusedPages)
        tally.count(.telnetIsRefused, times: clients.reduce(0) { $0 + $1.tap.refusals })
        return Outcome(
            script: script, violation: violation, events: events, hash: trace.hash,
            messages: model.posted.count, tally: tally,
            ending: violation == nil ? [] : trace.ending, recorded: recorded ?? [:])
    }
}

/// How a world ended.
package struct Outcome: Sendable {
    package let script: Script
    package let violation: Violation?
    package let events: Int
    package let hash: UInt64
    package let messages: Int
    package let tally: Tally
    /// The last lines of the trace, when something went wrong.
    package let ending: [String]
    let recorded: [Script.Part: [Script.Place]]
}

extension Outcome: CustomStringConvertible {
    package var description: String {
        guard let violation else { return "seed \(script.seed): well, hash \(hash)" }
        return "seed \(script.seed), event \(events): \(violation)\n"
            + ending.map { "    \($0)" }.joined(separator: "\n")
    }
}
