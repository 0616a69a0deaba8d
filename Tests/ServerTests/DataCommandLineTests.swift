// The command lines of `chatserv check`, `backup` and `restore`, and what they count.
import Protocol
import Testing

@testable import Server

@Suite struct DataCommandLineTests {
    @Test func `a flag counts more than the environment, and that more than the default`() throws {
        let environment = [
            "CHATSERV_DATA": "d", "CHATSERV_ACCOUNTS": "", "CHATSERV_QUEUE_LIMIT": "7",
        ]
        let line = try DataCommandLine(
            ["--queue-limit=8", "copy"], environment: environment)

        #expect(line.data == "d")
        #expect(line.accounts == "./user_pass.txt")
        #expect(line.queueLimit == 8)
        #expect(line.words == ["copy"])
    }

    @Test func `settings of the server that they do not need may be wrong`() throws {
        #expect(
            try DataCommandLine([], environment: ["PORT": "x", "CHATSERV_LOG": "y"]).words == [])
    }

    @Test(arguments: [
        (["--data"], "--data: expected FOLDER after it"),
        (["--data="], "--data \"\": expected a path"),
        (
            ["--queue-limit", "x"],
            "--queue-limit \"x\": expected a whole number from 1 to 1000000000"
        ),
        (["--date=x"], "\"--date=x\": expected another flag, or none; see --help"),
        (["-x"], "\"-x\": expected another flag, or none; see --help"),
    ])
    func `what cannot be is refused by its name`(_ words: [String], _ reason: String) {
        #expect(
            performing: { try DataCommandLine(words, environment: [:]) },
            throws: { ($0 as? UsageFault)?.text == reason })
    }

    @Test func `the environment is named when it is wrong`() {
        #expect(
            performing: {
                try DataCommandLine([], environment: ["CHATSERV_QUEUE_LIMIT": "0"])
            },
            throws: {
                ($0 as? UsageFault)?.text.hasPrefix("CHATSERV_QUEUE_LIMIT \"0\": expected") == true
            })
    }

    @Test func `a mailbox holds what is for its owner, and of what is for everybody the rest`() {
        let (ann, bob, eve, old) = (account(1), account(2), account(3), account(4))
        let kept = Recovered(
            head: MessageNumber(30),
            accounts: [
                Recovered.Account(
                    number: ann, name: name("ann"), opened: .zero,
                    cursor: MessageNumber(10), waiting: 2, lastActive: nil),
                Recovered.Account(
                    number: bob, name: name("bob"), opened: .zero,
                    cursor: MessageNumber(20), waiting: 0, lastActive: nil),
                Recovered.Account(
                    number: eve, name: name("eve"), opened: .zero,
                    cursor: MessageNumber(30), waiting: 0, lastActive: nil),
                Recovered.Account(
                    number: old, name: name("old"), opened: .zero,
                    cursor: MessageNumber(0), waiting: 9, lastActive: nil, hasEnded: true),
            ],
            broadcasts: [
                // Read by all but ann; ann's own; not for ann, for whom it was once too many.
                Recovered.Broadcast(number: MessageNumber(20), from: eve, except: []),
                Recovered.Broadcast(number: MessageNumber(21), from: ann, except: [ann]),
                Recovered.Broadcast(number: MessageNumber(22), from: eve, except: [ann]),
            ])

        #expect(kept.mailboxes.map(\.name.text) == ["ann", "bob", "eve"])
        #expect(kept.mailboxes.map(\.count) == [3, 2, 0])
    }

    @Test func `a mailbox holds what was said in rooms while its owner was inside`() {
        let (ann, bob, eve) = (account(1), account(2), account(3))
        let tea = RoomNumber(2)
        var kept = Recovered(
            head: MessageNumber(30),
            accounts: [ann, bob, eve].map { number in
                Recovered.Account(
                    number: number, name: name("user\(number.value)"), opened: .zero,
                    cursor: MessageNumber(10), waiting: 0, lastActive: nil)
            })
        // Eve was inside up to 15; bob came at 12, had no room for 20, and has read up to 21 apart.
        kept.accounts[2].pastSpans = [
            RoomSpan(room: tea, after: MessageNumber(5), through: MessageNumber(15))
        ]
        kept.accounts[1].apart = [.room(tea): MessageNumber(21)]
        kept.rooms[0].letters = [letter(16, from: ann), letter(17, from: bob)]
        kept.rooms[0].absent = [eve]
        kept.rooms.append(
            Recovered.Room(
                number: tea, name: RoomName("#tea")!, maker: ann, admin: ann,  // it is a name
                lifetime: .forever, limit: nil,
                members: [
                    Recovered.Room.Member(account: ann, joined: MessageNumber(4)),
                    Recovered.Room.Member(account: bob, joined: MessageNumber(12)),
                ],
                letters: [
                    letter(9, from: bob), letter(11, from: ann), letter(14, from: ann),
                    letter(20, from: ann, [bob]), letter(21, from: ann), letter(22, from: ann),
                ]))

        #expect(kept.mailboxes.map(\.count) == [1, 2, 2])
    }

    private func letter(
        _ number: Int64, from: AccountNumber, _ except: [AccountNumber] = []
    ) -> Recovered.Room.Letter {
        Recovered.Room.Letter(number: MessageNumber(number), from: from, except: except)
    }

    private func account(_ number: UInt32) -> AccountNumber { AccountNumber(number) }

    private func name(_ text: String) -> Username { Username(text)! }  // the names above are names
}
