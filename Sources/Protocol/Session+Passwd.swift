// The transitions of a session that changes its password: three lines are taken, and none of them
// has an answer of its own.

extension Session {
    mutating func beginChange(at now: Instant) -> [Effect] {
        becomeListener(.changing([]), [.say(.password)], silenceEnd: now + idleLimit)
    }

    mutating func change(_ lines: [Password?], _ line: Line, at now: Instant) -> [Effect] {
        // A line that cannot be a password still is one of the three: as the old one it is wrong,
        // as another it equals nothing.
        let lines = lines + [Self.password(line)]
        guard lines.count == 3 else {
            return becomeListener(.changing(lines), [], silenceEnd: now + idleLimit)
        }
        guard let another = lines[1], another == lines[2] else {
            return reply(.badArguments(.passwd))
        }
        return work(.change(old: lines[0], new: another))
    }
}
