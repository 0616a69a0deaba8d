// The poller on Darwin and the BSDs.

#if canImport(Darwin)
    import Darwin

    /// Tells which of many descriptors are ready. The contract is in `Poller.swift`.
    ///
    /// The kernel watches for reading and for writing apart. Both are always registered and what is
    /// not wanted is switched off, so that nothing has to be remembered here.
    package struct Poller: ~Copyable {
        private let descriptor: FileDescriptor
        private var told = [kevent](repeating: kevent(), count: eventsPerWait)

        package init() throws(SystemError) {
            descriptor = FileDescriptor(owning: try systemCall("kqueue") { kqueue() })
        }

        package func watch(
            _ number: Int32, for wanted: Interest, token: UInt64
        ) throws(SystemError) {
            try apply([
                request(number, EVFILT_READ, wanted.contains(.reading), token),
                request(number, EVFILT_WRITE, wanted.contains(.writing), token),
            ])
        }

        package func change(_ number: Int32, to wanted: Interest, token: UInt64) {
            do throws(SystemError) {
                try watch(number, for: wanted, token: token)
            } catch {
                preconditionFailure("descriptor \(number) is not watched: \(error)")
            }
        }

        package func forget(_ number: Int32) {
            do throws(SystemError) {
                try apply([
                    event(number, EVFILT_READ, EV_DELETE, 0),
                    event(number, EVFILT_WRITE, EV_DELETE, 0),
                ])
            } catch {
                preconditionFailure("descriptor \(number) is not watched: \(error)")
            }
        }

        package mutating func wait(
            timeoutNanoseconds: Int64?, into events: inout [PollerEvent]
        ) throws(SystemError) {
            events.removeAll(keepingCapacity: true)
            let count: Int32
            if let timeoutNanoseconds {
                let left = max(0, timeoutNanoseconds)
                var timeout = timespec(
                    tv_sec: Int(left / 1_000_000_000), tv_nsec: Int(left % 1_000_000_000))
                count = try waitOnce(&timeout)
            } else {
                count = try waitOnce(nil)
            }
            for event in told.prefix(Int(count)) {
                // A number travels as the pointer that is handed back.
                let token = unsafe UInt64(UInt(bitPattern: event.udata))
                events.append(PollerEvent(token: token, readiness: Readiness(event)))
            }
        }

        package consuming func close() {
            let poller = self
            poller.descriptor.close()
        }

        private mutating func waitOnce(
            _ timeout: UnsafePointer<timespec>?
        ) throws(SystemError) -> Int32 {
            try systemCall("kevent") {
                // The array's own pointer and length, for the time of the call.
                unsafe told.withUnsafeMutableBufferPointer {
                    unsafe kevent(
                        descriptor.number, nil, 0, $0.baseAddress, Int32($0.count), timeout)
                }
            }
        }

        private func apply(_ changes: [kevent]) throws(SystemError) {
            // The kernel reads so many changes during the call and writes nothing.
            _ = try systemCall("kevent") {
                unsafe kevent(descriptor.number, changes, Int32(changes.count), nil, 0, nil)
            }
        }

        private func request(
            _ number: Int32, _ filter: Int32, _ isWanted: Bool, _ token: UInt64
        ) -> kevent {
            event(number, filter, EV_ADD | (isWanted ? EV_ENABLE : EV_DISABLE), token)
        }

        private func event(
            _ number: Int32, _ filter: Int32, _ flags: Int32, _ token: UInt64
        ) -> kevent {
            var event = kevent()
            event.ident = UInt(number)
            event.filter = Int16(filter)
            event.flags = UInt16(flags)
            // Never followed: the kernel hands it back as it is.
            unsafe event.udata = UnsafeMutableRawPointer(bitPattern: UInt(token))
            return event
        }
    }

    extension Readiness {
        fileprivate init(_ event: kevent) {
            self = Int32(event.filter) == EVFILT_READ ? .reading : .writing
            // The end of one half: for writing it means that the peer takes nothing more.
            if Int32(event.flags) & EV_EOF != 0, Int32(event.filter) == EVFILT_WRITE {
                insert(.over)
            }
        }
    }
#endif
