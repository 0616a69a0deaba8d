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
        case hashIsDone(life: Int, job: Int)
        case outcomesCome(life: Int)
        case faultStrikes
        case faultIsOver(Fault)
        case starts
    }

    /// Things that go wrong now and then, and are over some time later.
    enum Fault: Sendable, CaseIterable {
        case diskIsFull
        case diskIsUnreadable
        case commitIsInterrupted
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

    let seed: UInt64
    let conditions: Conditions
    let sabotage: Sabotage?
    var chance: Chance
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
    var file = AccountFile()
    var model: Model
    var refusedGroupsAtStart = 0
    /// Steps until the next crash.
    var stepsLeft: Int?

    package init(seed: UInt64, operations: Int, sabotage: Sabotage? = nil, prints: Bool = false) {
        self.seed = seed
        self.operations = operations
        self.sabotage = sabotage
        chance = Chance(seed)
        conditions = Conditions(&chance)
        trace = Trace(prints: prints)
        disk = Disk(sabotage: sabotage)
        model = Model(conditions)
        server = ServerProcess(
            disk, file, conditions, recovered: Recovered(),
            at: Moment(instant: now, wall: WallTime(seconds: 0)))
        populate()
    }

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
            for person in people.indices { plan(.personActs(person), in: 0...1_000_000) }
            plan(.faultStrikes, in: 0...10_000_000)
            while phase != .over, let next = agenda.next() {
                now = next.at
                events += 1
                try happen(next.event)
                try turnThePage()
            }
            if phase != .over { throw Violation(.stuck, "nothing happens any more") }
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
        case .hashIsDone(let life, let job): try ifAlive(life) { $0.hashIsDone(job) }
        case .outcomesCome(let life): try ifAlive(life) { $0.outcomesCome() }
        case .faultStrikes: strike()
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
        agenda.plan(event, at: now + chance.delay(microseconds))
    }

    func note(_ what: Happening, _ who: Int, _ amount: Int = 0, _ text: [UInt8] = []) {
        trace.note(what, who, amount, text, at: now)
    }

    private func outcome(_ violation: Violation?) -> Outcome {
        tally.count(.mailComesInPages, times: disk.partialPages)
        tally.count(.mailIsUnreadable, times: disk.refusedPages)
        tally.count(.telnetIsRefused, times: clients.reduce(0) { $0 + $1.tap.refusals })
        return Outcome(
            seed: seed, violation: violation, event: events, hash: trace.hash,
            messages: model.posted.count, tally: tally, ending: violation == nil ? [] : trace.ending
        )
    }
}

/// How a world ended.
package struct Outcome: Sendable {
    package let seed: UInt64
    package let violation: Violation?
    /// In so many events.
    package let event: Int
    package let hash: UInt64
    package let messages: Int
    package let tally: Tally
    /// The last lines of the trace, when something went wrong.
    package let ending: [String]
}

extension Outcome: CustomStringConvertible {
    package var description: String {
        guard let violation else { return "seed \(seed): well, hash \(hash)" }
        return "seed \(seed), event \(event): \(violation)\n"
            + ending.map { "    \($0)" }.joined(separator: "\n")
    }
}
