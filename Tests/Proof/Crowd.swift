// Everybody at once, each on a thread of their own, until the server is gone or they are told to
// leave.
import ProofKit
import Sockets
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What all who talk to one life of a server have in common.
final class Scene: Sendable {
    let town: Town
    let history: History
    let program: Program
    let folder: String
    let port: UInt16
    let server: pid_t
    private let isOver = Atomic(false)

    /// The clerk works with the same program, unless it says otherwise.
    init(_ town: Town, _ history: History, _ server: Subject, clerk: Program? = nil) {
        self.town = town
        self.history = history
        program = clerk ?? server.program
        folder = server.folder
        port = server.port
        self.server = server.process.pid
    }

    var goesOn: Bool { !isOver.load(ordering: .relaxed) }

    func end() {
        isOver.store(true, ordering: .relaxed)
    }

    /// Again and again until the scene is over. Who is cut off tries to come back.
    func repeatedly(_ act: () throws -> Void) {
        while goesOn {
            do {
                try act()
            } catch Leaving.cutOff {
                pause(milliseconds: 2)
            } catch Leaving.turnedAway(let reply) where ["connected", "error:busy"].contains(reply)
            {
                // The server has not noticed yet how we left; or a password was just changed.
                pause(milliseconds: 1)
            } catch Leaving.turnedAway(let reply) {
                history.odd("somebody with the right password reads \(reply)")
                return
            } catch {
                pause(milliseconds: 2)
            }
        }
    }

    func pause(milliseconds: Int) {
        usleep(UInt32(milliseconds) * 1_000)
    }
}

/// The threads of a scene.
struct Crowd: ~Copyable {
    private let scene: Scene
    private var threads: [ThreadHandle] = []

    /// Registrations cost a hash each, here and whenever they are looked at again.
    init(_ scene: Scene, seed: UInt64, registrations: Int) throws {
        self.scene = scene
        var chance = Seeded(seed)
        for name in scene.town.people {
            try add(chance.branch()) { Person(name: name, scene: scene, chance: $0).live() }
        }
        let name = "r\(String(seed, radix: 36))"
        try add(chance.branch()) {
            Newcomers(prefix: name, scene: scene, chance: $0).live(registrations)
        }
        if !scene.town.victims.isEmpty {
            try add(chance.branch()) { Guesser(scene: scene, chance: $0).live() }
        }
        if !scene.town.clients.isEmpty {
            try add(chance.branch()) { Clerk(scene: scene, chance: $0).live() }
        }
        if !scene.town.changers.isEmpty {
            try add(chance.branch()) { Changer(scene: scene, chance: $0).live() }
        }
    }

    private mutating func add(
        _ chance: Seeded, _ life: @escaping @Sendable (Seeded) -> Void
    ) throws {
        threads.append(try startThread(named: "person") { life(chance) })
    }

    /// Returns when everybody has left.
    consuming func disperse() {
        scene.end()
        for thread in threads { thread.join() }
    }
}
