// Wrong passwords and blocks, by name and address, as the reference counts them.

import Protocol

struct Door: Sendable {
    private struct Key: Hashable, Sendable {
        let name: String
        let address: String
    }

    private struct Record: Sendable {
        var blockedFrom: Instant?
        var blockedUntil: Instant?
        /// When the passwords came in whose refusal was answered by another try.
        var tries: [Instant] = []
        /// Those from before do not count.
        var triesCountFrom = Instant(nanoseconds: 0)
        /// On disk, in seconds since 1970.
        var keptUntil: Int64?
    }

    private let length: Duration
    /// On disk times are whole seconds.
    private var margin = Duration.zero
    private var keys: [Key] = []
    private var records: [Key: Record] = [:]

    init(length: Duration) {
        self.length = length
    }

    private subscript(key: Key) -> Record {
        get { records[key] ?? Record() }
        set {
            if records.updateValue(newValue, forKey: key) == nil { keys.append(key) }
        }
    }

    // MARK: What the server notes

    mutating func ordered(_ refusals: Refusals, at now: Moment) {
        let key = Key(name: refusals.name, address: refusals.address)
        if refusals.isEmpty || refusals.blockedUntil != nil {
            self[key].tries = []
            self[key].triesCountFrom = now.instant
        }
        guard refusals.blockedUntil != nil else { return }
        self[key].blockedFrom = now.instant
        self[key].blockedUntil = now.instant + length
    }

    mutating func kept(_ refusals: Refusals) {
        let key = Key(name: refusals.name, address: refusals.address)
        self[key].keptUntil = refusals.blockedUntil
    }

    mutating func crashed(forgetsRefusals: Bool) {
        margin = .seconds(1)
        for key in keys where forgetsRefusals { self[key].tries = [] }
    }

    /// A block goes on after a restart, by the wall clock, and never for longer than a whole one.
    mutating func restarted(at now: Moment) {
        for key in keys {
            // A clock may have been set by centuries, which is more than a `Duration` counts in
            // nanoseconds.
            let left = self[key].keptUntil.map {
                Duration.seconds(max(-86_400, min($0 - now.wall.seconds, 31_536_000)))
            }
            self[key].blockedFrom = left.map { _ in now.instant }
            self[key].blockedUntil = left.map { now.instant + min($0, length) }
        }
    }

    /// Whether the block began in an earlier life of the server.
    func isOlder(than start: Instant, _ name: String, _ address: String) -> Bool {
        self[Key(name: name, address: address)].blockedFrom == start
    }

    // MARK: What the server says

    /// `blocked:<seconds>` to a line that came in then.
    func saysBlocked(
        _ name: String, from address: String, seconds: Int, asked: Instant, at now: Instant
    ) throws(Violation) {
        let record = self[Key(name: name, address: address)]
        guard let from = record.blockedFrom, let until = record.blockedUntil, until > asked,
            from <= now
        else {
            throw Violation(.block, "\(name) from \(address) is not blocked, \(seconds) s are said")
        }
        let most = (until - max(from, asked)).secondsRoundedUp
        let least = (until - now).secondsRoundedUp
        guard (max(least, 1)...max(most, 1)).contains(Int64(seconds)) else {
            throw Violation(
                .block, "\(seconds) s are said of \(name), \(least) to \(most) are left")
        }
    }

    /// Anything else than `blocked:` for this name.
    func letsTry(
        _ name: String, from address: String, asked: Instant, at now: Instant
    ) throws(Violation) {
        let record = self[Key(name: name, address: address)]
        guard let from = record.blockedFrom, let until = record.blockedUntil else { return }
        if from < asked, now < until {
            throw Violation(.block, "\(name) from \(address) may try during a block")
        }
    }

    /// A wrong password, and another try is given.
    mutating func refuses(
        _ name: String, from address: String, asked: Instant, at now: Instant
    ) throws(Violation) {
        try letsTry(name, from: address, asked: asked, at: now)
        let key = Key(name: name, address: address)
        if asked > self[key].triesCountFrom { self[key].tries.append(asked) }
        let within = self[key].tries.filter { now - $0 < length - margin }
        if within.count >= Limits.passwordTries {
            throw Violation(.block, "\(name) from \(address) may try a fourth time")
        }
    }

    func locksOut(_ seconds: Int) throws(Violation) {
        guard Int64(seconds) == length.secondsRoundedUp else {
            throw Violation(.block, "\(seconds) s instead of \(length)")
        }
    }
}
