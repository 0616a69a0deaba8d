// What the loop may ask of the kernel's poller. Two kernels, one contract: `Poller+Epoll.swift` and
// `Poller+Kqueue.swift` each hold a `Poller` with
//
//     init() throws(SystemError)
//     func watch(_ number: Int32, for wanted: Interest, token: UInt64) throws(SystemError)
//     func change(_ number: Int32, to wanted: Interest, token: UInt64)
//     func forget(_ number: Int32)
//     mutating func wait(timeoutNanoseconds: Int64?, into events: inout [PollerEvent])
//         throws(SystemError)
//     consuming func close()
//
// It is level-triggered: what is ready and not dealt with is told again. Closing a descriptor
// forgets it. A token is whatever the caller wants back with the event; a slot with its generation,
// say, so that an event for somebody who has left is recognised.

/// What a descriptor is watched for. Nothing at all is allowed.
package struct Interest: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    package static let reading = Interest(rawValue: 1)
    package static let writing = Interest(rawValue: 2)
}

/// What a descriptor is ready for.
package struct Readiness: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// There are bytes, a connection, or the end of the stream.
    package static let reading = Readiness(rawValue: 1)
    package static let writing = Readiness(rawValue: 2)
    /// Reset, or ended by both sides. Linux tells it whatever was asked for and tells it for ever,
    /// so read what is left and close. Darwin tells it with reading or writing.
    package static let over = Readiness(rawValue: 4)
}

/// One descriptor is ready. One wait may tell of the same token twice: reading and writing apart.
package struct PollerEvent: Hashable, Sendable {
    package let token: UInt64
    package let readiness: Readiness
}

/// How many events one wait tells at most; the rest comes with the next, and nobody is left out
/// since the kernel goes round.
let eventsPerWait = 512

/// Never less than asked for, so that nobody wakes just before the time and asks again and again.
func milliseconds(rounding nanoseconds: Int64) -> Int32 {
    let whole = nanoseconds / 1_000_000 + (nanoseconds % 1_000_000 > 0 ? 1 : 0)
    return Int32(clamping: max(0, whole))
}
