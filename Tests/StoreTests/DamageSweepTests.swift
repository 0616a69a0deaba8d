import Protocol
import Testing

@testable import Store

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

// Bits that flip and files that end too early, anywhere in the data: whatever was acknowledged is
// delivered as it was written, or it is said, by name, that it is not.

@Suite struct DamageSweepTests {
    /// Data as a server may leave it, with what people must find in it.
    struct Scene: Sendable, CustomTestStringConvertible {
        let name: String
        let files: [String: [UInt8]]
        let traffic: Traffic

        var testDescription: String { name }
    }

    enum Damage: Hashable, CustomStringConvertible {
        case flipped(file: String, bit: Int)
        case cut(file: String, to: Int)

        var description: String {
            switch self {
            case .flipped(let file, let bit): "\(file), bit \(bit % 8) of byte \(bit / 8)"
            case .cut(let file, let size): "\(file), cut to \(size) bytes"
            }
        }
    }

    /// DAMAGE_CASES in the environment asks for more.
    private static let cases = unsafe getenv("DAMAGE_CASES").flatMap {
        unsafe Int(String(cString: $0))
    }

    /// Not kept: the address sanitizer takes what only an enum in a static points to for a leak.
    private static var scenes: [Scene] {
        [
            scene("closed in good order", tidying: true, at: .end),
            scene("closed, nothing indexed", tidying: false, at: .end),
            scene("crashed, with a log begun anew", tidying: true, at: .mid),
            scene("crashed, with all of the log carried home", tidying: true, at: .carried),
            scene("crashed while nobody tidied", tidying: false, at: .mid),
        ]
    }

    @Test(arguments: scenes)
    func `no damage goes unnoticed`(_ scene: Scene) throws {
        var chance = Chance(seed: UInt64(scene.name.utf8.count))
        var outcomes: [Outcome: Int] = [:]
        let files = scene.files.keys.sorted()
        for number in 0..<(Self.cases ?? 40) {
            // Each file is cut in one case of four.
            let file = files[number % files.count]
            let bytes = scene.files[file, default: []]
            let damage: Damage =
                number / files.count % 4 == 3
                ? .cut(file: file, to: chance.below(bytes.count))
                : .flipped(file: file, bit: chance.below(bytes.count * 8))
            let outcome = try Self.outcome(of: damage, to: scene)
            outcomes[outcome, default: 0] += 1
            #expect(outcome != .unnoticed, "\(scene.name): \(damage)")
        }
        let line = outcomes.map { "\($0.key) \($0.value)" }.sorted().joined(separator: ", ")
        print("damage: \(scene.name): \(line)")
    }

    enum Outcome: Hashable {
        case harmless
        case namedAtOpening
        case namedInUse
        case namedByCheckAlone
        case unnoticed
    }

    private static func outcome(of damage: Damage, to scene: Scene) throws -> Outcome {
        let folder = scene.laidOut(with: damage)
        let path = folder.path + "/data"
        let found = try DataCheck.run(folder: path) { _ in }
        var traffic = scene.traffic
        var isNamed = false
        do {
            let store = try SQLiteStore(folder: path)
            let recovered = try store.recover()
            let isAsItWas = recovered == traffic.reference.recover()
            guard try isTrue(store, traffic, &isNamed) else { return .unnoticed }
            // And the server goes on: it must not make things worse without a word.
            do {
                for _ in 1...20 {
                    var further = traffic
                    _ = try store.commit(further.group())
                    traffic = further
                    _ = try store.tidy()
                }
            } catch {
                isNamed = true
            }
            guard try isTrue(store, traffic, &isNamed) else { return .unnoticed }
            store.close()
            if !isNamed, !isAsItWas { return .unnoticed }
        } catch {
            return .namedAtOpening
        }
        do {
            let store = try SQLiteStore(folder: path)
            _ = try store.recover()
            guard try isTrue(store, traffic, &isNamed) else { return .unnoticed }
        } catch {
            isNamed = true
        }
        return isNamed ? .namedInUse : found.isSound ? .harmless : .namedByCheckAlone
    }

    /// Whether everybody gets all there is, or is told what of it is lost.
    private static func isTrue(
        _ store: SQLiteStore, _ traffic: Traffic, _ isNamed: inout Bool
    ) throws -> Bool {
        for reader in traffic.everybody {
            let page: MailPage
            do {
                page = try store.mail(traffic.everything(for: reader), bytes: .max)
            } catch {
                isNamed = true
                continue
            }
            let expected = traffic.reference.mail(traffic.everything(for: reader), bytes: .max)
            func isLost(_ number: MessageNumber) -> Bool {
                page.lost.contains { $0.covers(number) }
            }
            guard page.letters == expected.letters.filter({ !isLost($0.number) }),
                page.news == expected.news.filter({ !isLost($0.number) })
            else { return false }
            if !page.lost.isEmpty || !page.damage.isEmpty { isNamed = true }
        }
        return true
    }

    // MARK: - Scenes

    private enum Moment {
        case mid
        case carried
        case end
    }

    private static func scene(_ name: String, tidying: Bool, at moment: Moment) -> Scene {
        do {
            var traffic = Traffic(seed: 7)
            var options = SQLiteStore.Options()
            options.segmentEntries = 64
            options.recentBytes = 2_000
            options.checkpointPages = 30
            options.checkpointPagesMax = 60
            var subject = try Subject(.sqlite, options: options)
            for _ in 1...120 {
                try subject.commit(traffic.group())
                if tidying { for _ in 1...3 { _ = try subject.tidy() } }
            }
            switch moment {
            case .end: subject.close()
            case .carried: try subject.tidyAll()
            case .mid: break
            }
            let left = try subject.left(with: ["lock"])
            return Scene(name: name, files: left.contents(of: "data"), traffic: traffic)
        } catch {
            fatalError("\(name): \(error)")
        }
    }
}

extension LostLetter {
    fileprivate func covers(_ other: MessageNumber) -> Bool {
        if case .ofAll(let first) = loss {
            first <= other && other <= number
        } else {
            other == number
        }
    }
}

extension DamageSweepTests.Scene {
    func laidOut(with damage: DamageSweepTests.Damage) -> TemporaryFolder {
        let folder = TemporaryFolder(inMemory: true)
        folder.makeFolder("data", mode: 0o700)
        for (name, var bytes) in files {
            switch damage {
            case .flipped(name, let bit): bytes[bit / 8] ^= 1 << (bit % 8)
            case .cut(name, let size): bytes.removeLast(bytes.count - size)
            default: break
            }
            TemporaryFolder.put(bytes, in: "\(folder.path)/data/\(name)")
        }
        return folder
    }
}
