import Delivery
import Protocol
import Store

/// What a letter to a room costs its sender, from the post office to `sent:`, however many are
/// inside.
struct RoomLetters {
    /// Somebody who is inside a room, and writes.
    private struct Sender {
        private var store: SQLiteStore
        private var office: PostOffice
        private let draft: Draft
        private(set) var times: [Duration] = []
        private(set) var processorTime = Duration.zero
        private(set) var bytes = 0

        private static let session = SessionID(slot: 0, generation: 1)
        private static let now = Moment(
            instant: Instant(nanoseconds: 1), wall: WallTime(seconds: 1_795_000_000))

        init(_ folder: String, members: UInt32) throws(StoreError) {
            store = try SQLiteStore(folder: folder)
            _ = try store.recover()
            let traffic = Traffic(accounts: members)
            // Letters and digits make a name.
            let (room, name) = (RoomNumber(2), RoomName("#room")!)
            let opening = RoomOpening(
                room: room, name: name, maker: AccountNumber(1), lifetime: .forever, limit: nil,
                at: Self.now.wall)
            try store.fill(traffic.openings() + [.roomOpened(opening)])
            try store.fill(
                (2...members).map { number in
                    .roomChanged(
                        RoomChange(
                            room: room, kind: .joined, account: AccountNumber(number),
                            at: Self.now.wall))
                })
            store.close()

            store = try SQLiteStore(folder: folder)
            let kept = try store.recover()
            // Eight bytes are a password.
            let password = Password(Array("password".utf8))!
            var effects: [PostOffice.Effect] = []
            office = PostOffice(
                kept,
                kept.accounts.map { AccountLine(name: $0.name, secret: .word(password)) },
                rules: PostOffice.Rules(), at: Self.now, effects: &effects)
            office.arrived(
                Self.session,
                from: Caller(address: "127.0.0.1", isLocal: true, mayUsePassword: true))
            let sender = kept.accounts[0].name
            _ = office.prove(Self.session, sender, password, at: Self.now)
            _ = office.verified(Self.session, sender, isRight: true, at: Self.now)
            draft = Draft(
                to: .named([.room(name)]),
                text: MessageText(kept: Array(repeating: UInt8(ascii: "."), count: 100)))
        }

        mutating func write() throws(StoreError) {
            let (bytesBefore, processorStart) = (Machine.bytesWritten ?? 0, Machine.processorTime)
            let start = ContinuousClock.now
            var isConfirmed = false
            for effect in office.post(Self.session, draft, at: Self.now) {
                guard case .keep(let entry, let session) = effect else { continue }
                let number = try store.commit([entry])
                for answer in office.kept(entry, number, for: session, at: Self.now) {
                    if case .tell(_, .answer(.sent)) = answer { isConfirmed = true }
                }
            }
            times.append(ContinuousClock.now - start)
            processorTime += Machine.processorTime - processorStart
            bytes += (Machine.bytesWritten ?? 0) - bytesBefore
            precondition(isConfirmed, "the sender is inside")
        }

        func close() { store.close() }
    }

    private static let letters = 1_000

    static func measure(_ folder: String) throws(StoreError) -> [Row] {
        var few = try Sender(folder + "-few", members: 2)
        var many = try Sender(folder + "-many", members: 10_000)
        // Turn by turn, so that both are disturbed by the same.
        for _ in 0..<letters {
            try few.write()
            try many.write()
        }
        few.close()
        many.close()
        var rows: [Row] = []
        for (sender, members) in [(few, "2"), (many, "10,000")] {
            let of = "a letter to a room of \(members): "
            rows.append(.percentiles(of + "until sent:", sender.times))
            rows.append(
                .note(
                    of + "processor time",
                    sender.processorTime.inSeconds * 1e6 / Double(letters), "µs"))
            if Machine.bytesWritten != nil {
                rows.append(.note(of + "written", Double(sender.bytes) / Double(letters), "B"))
            }
        }
        return rows
    }
}
