import Protocol

/// What of the log somebody may not have read, besides letters to persons: gathered while it is
/// read from its beginning.
struct ReplayedMail {
    private var broadcasts: [Recovered.Broadcast] = []
    private var letters: [RoomNumber: [Recovered.Room.Letter]] = [:]
    private var news: [RoomNumber: [MessageNumber]] = [:]

    /// The ledger does not know the entry yet.
    mutating func take(_ entry: Entry, _ number: MessageNumber, _ ledger: Ledger) {
        switch entry {
        case .letter(let letter):
            switch letter.to {
            case .one, .several: break
            case .everyone(let except):
                broadcasts.append(
                    Recovered.Broadcast(number: number, from: letter.from, except: except))
            case .rooms(let rooms, _, let except):
                for room in rooms where room == .lobby || ledger.rooms[room] != nil {
                    letters[room, default: []].append(
                        Recovered.Room.Letter(
                            number: number, from: letter.from, except: except))
                }
            }
        case .roomChanged(let change) where ledger.rooms[change.room] != nil:
            news[change.room, default: []].append(number)
        default:
            break
        }
    }

    func recovered(head: MessageNumber, _ ledger: Ledger) -> Recovered {
        let accounts = ledger.accounts.values
        let allRead = accounts.lazy.filter(\.exists).map(\.cursor).min() ?? head.value
        let rooms = ledger.recoveredRooms.values.map { room in
            var room = room
            room.letters = letters[room.number, default: []].filter { $0.number.value > allRead }
            room.news = news[room.number, default: []].filter { $0.value > allRead }
            return room
        }
        return Recovered(
            head: head, accounts: accounts.map(\.recovered), lastAccount: ledger.lastAccount,
            broadcasts: broadcasts.filter { $0.number.value > allRead },
            refusals: ledger.refusals.sorted { $0.key < $1.key }.map(\.value),
            rooms: rooms.sorted { $0.number < $1.number })
    }
}
