// What two kernels do by themselves: send what there is, tell what has come, reset, give up.

import Protocol
import Server

extension World {
    /// What the kernel of that side can put on the wire, it does.
    func send(_ link: Int, from side: Side) {
        var cutsLeft = phase == .busy ? 4 : 0
        while true {
            let cuts = cutsLeft > 0 && links[link].chance.oneIn(conditions.splitOneIn)
            if cuts { cutsLeft -= 1 }
            let limit = cuts ? links[link].chance.number(1...40) : 65_536
            guard let packet = links[link].nextPacket(from: side, atMost: limit) else {
                if links[link].isBlocked(from: side) { tally.count(.windowIsClosed) }
                return
            }
            if cuts {
                note(.cuts, link, packet.bytes.count)
                tally.count(.packetIsCut)
            }
            dispatch(packet, link, to: side.other)
        }
    }

    private func dispatch(_ packet: Packet, _ link: Int, to side: Side) {
        let planned = now + links[link].delay()
        let arrival = links[link].send(packet, to: side, arrivingAt: planned)
        agenda.plan(.arrives(link, side), at: arrival)
    }

    func acknowledge(_ link: Int, from side: Side) {
        guard links[link][side].oughtToTell else { return }
        let packet = links[link][side].acknowledgement()
        dispatch(packet, link, to: side.other)
    }

    func arrive(_ link: Int, at side: Side) {
        let packet = links[link].arrival(at: side)
        if links[link].isSevered { return }
        note(.arrives, side == .client ? link : -link, packet.bytes.count)

        if packet.reset {
            tally.count(.connectionIsReset)
            links[link][side].reset()
        } else {
            let kernel = links[link][side]
            // Nobody is there who could take it.
            if kernel.isForgotten || (kernel.isClosed && !packet.bytes.isEmpty) {
                links[link][side].reset()
                dispatch(Packet(reset: true), link, to: side.other)
                return
            }
            if links[link][side].waitingBytes > 0, !packet.bytes.isEmpty {
                tally.count(.packetsAreMerged)
            }
            links[link][side].take(packet)
            send(link, from: side)
            if links[link][side].oughtToTell {
                let patience = links[link].chance.one(of: [0, 50, 40_000])
                plan(.acknowledges(link, side), in: 0...patience, by: &links[link].chance)
            }
        }
        switch side {
        case .client:
            wake(client: link, in: clients[link].habits.pause)
        case .server:
            clients[link].talk.arrived(
                through: links[link][.server].arrived, at: now, pagesLost: disk.refusedPages,
                head: server.switchboard.head.value)
            wakeServer(for: link)
        }
    }

    /// The program has taken something: what the peer holds back may come.
    func windowOpened(_ link: Int, at side: Side) {
        guard links[link][side.other].hasToSend else { return }
        agenda.plan(
            .sends(link, side.other), at: now + links[link].delay())
    }

    func shutdown(_ link: Int, _ side: Side) {
        links[link][side].shutdownWriting()
        send(link, from: side)
    }

    func close(_ link: Int, _ side: Side) {
        guard !links[link][side].isClosed else { return }
        let leavesBytesUnread = links[link][side].close()
        note(leavesBytesUnread ? .resets : .closes, side == .client ? link : -link)
        if leavesBytesUnread {
            dispatch(Packet(reset: true), link, to: side.other)
        } else {
            send(link, from: side)
        }
    }

    func abort(_ link: Int, _ side: Side) {
        guard !links[link][side].isClosed else { return }
        links[link][side].abort()
        dispatch(Packet(reset: true), link, to: side.other)
    }

    /// From now on nothing gets through, and nobody is told.
    func sever(_ link: Int) {
        guard !links[link].isSevered else { return }
        note(.vanishes, link)
        tally.count(.peerVanishes)
        links[link].isSevered = true
        // TCP_USER_TIMEOUT, or the questions after a silence.
        plan(.givesUp(link), in: 30_000_000...60_000_000, by: &links[link].chance)
    }

    /// Both kernels have waited for long enough.
    func giveUp(_ link: Int) {
        links[link][.server].reset()
        links[link][.client].reset()
        wakeServer(for: link)
        wake(client: link, in: 0...0)
    }

    func stall(_ link: Int, for length: Duration) {
        note(.stalls, link, Int(length.secondsRoundedUp))
        tally.count(.networkStalls)
        links[link].stalledUntil = now + length
    }
}
