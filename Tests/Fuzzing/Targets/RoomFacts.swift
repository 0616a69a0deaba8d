// What the post office believes of rooms, held against what the log says of them: both are the same
// function of what was kept. A mirror shows the rooms.
import Protocol
import Server
import Store

struct RoomFacts {
    private var rooms: [RoomNumber: Room] = [:]

    private struct Room: Hashable {
        /// Of a room that is open: who it was in the end nobody asks.
        let admin: AccountNumber?
        let isClosed: Bool
        let members: [Recovered.Room.Member]
        let absent: [AccountNumber]
    }

    /// When nothing is on its way any more.
    init(_ switchboard: Switchboard) throws(Broken) {
        let mirror = Mirror(reflecting: switchboard)
        guard let all = mirror.descendant("office", "rooms", "byNumber") else {
            throw Broken("nothing shows the rooms")
        }
        for entry in Mirror(reflecting: all).children {
            let pair = Mirror(reflecting: entry.value).children.map(\.value)
            guard pair.count == 2, let number = pair[0] as? RoomNumber else {
                throw Broken("nothing shows the rooms by number")
            }
            let fields = Dictionary(
                Mirror(reflecting: pair[1]).children.map { ($0 ?? "", $1) }
            ) { first, _ in first }
            guard let isClosed = fields["isClosed"] as? Bool,
                let members = fields["members"] as? [Recovered.Room.Member],
                let absent = fields["absent"] as? Set<AccountNumber>,
                let joining = fields["joining"] as? Int, let arriving = fields["arriving"] as? Int
            else { throw Broken("nothing shows who is inside") }
            try hold(joining == 0 && arriving == 0, "nothing is on its way to room \(number)")
            rooms[number] = Room(
                admin: isClosed ? nil : fields["admin"] as? AccountNumber, isClosed: isClosed,
                members: members, absent: absent.sorted())
        }
    }

    func holdTrue(_ log: MemoryStore) throws(Broken) {
        let recovered = log.recover()
        let ended = Set(recovered.accounts.filter(\.hasEnded).map(\.number))
        let rooms = rooms.mapValues { room in
            // Whether those are away who are no more makes no difference.
            Room(
                admin: room.admin, isClosed: room.isClosed, members: room.members,
                absent: room.absent.filter { !ended.contains($0) })
        }
        var kept: [RoomNumber: Room] = [:]
        for room in recovered.rooms {
            kept[room.number] = Room(
                admin: room.isClosed ? nil : room.admin, isClosed: room.isClosed,
                members: room.members, absent: room.absent)
        }
        try hold(rooms == kept, "the log says \(kept), the post office \(rooms)")
    }
}
