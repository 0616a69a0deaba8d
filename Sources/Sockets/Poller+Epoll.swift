// The poller on Linux.

#if os(Linux)
    import CLinux
    import Glibc

    /// Tells which of many descriptors are ready. The contract is in `Poller.swift`.
    ///
    /// Safe, though what the kernel writes holds a union: only its number is ever set or read.
    @safe
    package struct Poller: ~Copyable {
        private let descriptor: FileDescriptor
        private var told = unsafe [epoll_event](repeating: epoll_event(), count: eventsPerWait)

        package init() throws(SystemError) {
            let number = try systemCall("epoll_create1") {
                epoll_create1(Int32(EPOLL_CLOEXEC))
            }
            descriptor = FileDescriptor(owning: number)
        }

        /// Begins to watch. Throws where the kernel cannot: EPERM for a file on disk, which is
        /// always ready, and ENOMEM or ENOSPC.
        package func watch(
            _ number: Int32, for wanted: Interest, token: UInt64
        ) throws(SystemError) {
            _ = try control(EPOLL_CTL_ADD, number, wanted, token)
        }

        /// Watches for something else from now on, or for nothing.
        package func change(_ number: Int32, to wanted: Interest, token: UInt64) {
            do throws(SystemError) {
                _ = try control(EPOLL_CTL_MOD, number, wanted, token)
            } catch {
                preconditionFailure("descriptor \(number) is not watched: \(error)")
            }
        }

        /// Stops watching a descriptor that stays open.
        package func forget(_ number: Int32) {
            do throws(SystemError) {
                _ = try control(EPOLL_CTL_DEL, number, [], 0)
            } catch {
                preconditionFailure("descriptor \(number) is not watched: \(error)")
            }
        }

        /// Replaces the events by what is ready, waiting for the first of them at most so long; for
        /// ever when nil.
        package mutating func wait(
            timeoutNanoseconds: Int64?, into events: inout [PollerEvent]
        ) throws(SystemError) {
            events.removeAll(keepingCapacity: true)
            let timeout = timeoutNanoseconds.map(milliseconds(rounding:)) ?? -1
            let count = try systemCall("epoll_wait") {
                // The array's own pointer and length, for the time of the call.
                unsafe told.withUnsafeMutableBufferPointer {
                    unsafe epoll_wait(descriptor.number, $0.baseAddress, Int32($0.count), timeout)
                }
            }
            for index in 0..<Int(count) {
                let event = unsafe told[index]
                events.append(
                    unsafe PollerEvent(
                        token: event.data.u64, readiness: Readiness(event.events)))
            }
        }

        package consuming func close() {
            let poller = self
            poller.descriptor.close()
        }

        private func control(
            _ operation: Int32, _ number: Int32, _ wanted: Interest, _ token: UInt64
        ) throws(SystemError) -> Int32 {
            var event = unsafe epoll_event()
            unsafe event.events = wanted.epollBits
            unsafe event.data.u64 = token
            // The kernel copies the event during the call.
            return try systemCall("epoll_ctl") {
                unsafe epoll_ctl(descriptor.number, operation, number, &event)
            }
        }
    }

    extension Interest {
        fileprivate var epollBits: UInt32 {
            (contains(.reading) ? EPOLLIN.rawValue : 0)
                | (contains(.writing) ? EPOLLOUT.rawValue : 0)
        }
    }

    extension Readiness {
        fileprivate init(_ bits: UInt32) {
            self = []
            if bits & EPOLLIN.rawValue != 0 { insert(.reading) }
            if bits & EPOLLOUT.rawValue != 0 { insert(.writing) }
            if bits & (EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0 { insert(.over) }
        }
    }
#endif
