// What a shell is asked to do, where no conversation shows it.
import Delivery
import Protocol
import Server
import Testing

private let now = Moment(
    instant: Instant(nanoseconds: 1_000_000_000_000), wall: WallTime(seconds: 1_795_000_000))

@Suite struct SwitchboardTests {
    private var switchboard = Switchboard(
        Recovered(), [], rules: PostOffice.Rules(), idleLimit: .seconds(1_800),
        passwordRule: PasswordRule(isExposed: false), capacity: 8, at: now)

    @Test(arguments: [("zoe\n", false), ("zoe\nhalf a line", false), ("zoe\n", true)])
    mutating func `a peer that takes nothing keeps nobody busy`(
        _ said: String, _ saysNoMore: Bool
    ) throws {
        let id = try connect()
        switchboard.received(Array(said.utf8).span, by: id, allAcknowledged: true, at: now)
        if saysNoMore { switchboard.inputEnded(id, allAcknowledged: true, at: now) }

        for _ in 1...3 { turn() }

        #expect(switchboard.hasOutput(id))
        let isBusy = switchboard.isBusy
        #expect(!isBusy)
    }

    private mutating func connect() throws -> SessionID {
        let caller = Caller(address: "127.0.0.1", isLocal: true, mayUsePassword: true)
        let id = switchboard.connected(from: caller, at: now)
        return try #require(id)
    }

    /// Of the loop, while the kernel takes nothing.
    private mutating func turn() {
        switchboard.goOn(at: now)
        for id in switchboard.takeDirty() {
            switchboard.wrote(0, for: id, inputWasWaiting: false, at: now)
        }
    }
}
