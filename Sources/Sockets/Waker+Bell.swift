// What rings: a counter of the kernel's on Linux, a pipe on Darwin.

#if os(Linux)
    import CLinux
    import Glibc

    /// What is read and what is written to, here the same.
    func openBell() throws(SystemError) -> (reading: Int32, writing: Int32) {
        let number = try systemCall("eventfd") {
            eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        }
        return (number, number)
    }
#else
    import Darwin

    /// What is read and what is written to.
    func openBell() throws(SystemError) -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [-1, -1]
        // Two numbers are written to an array of two.
        _ = try systemCall("pipe") { unsafe pipe(&ends) }
        for end in ends {
            certainSystemCall("fcntl") { fcntl(end, F_SETFD, FD_CLOEXEC) }
            certainSystemCall("fcntl") { fcntl(end, F_SETFL, O_NONBLOCK) }
        }
        return (ends[0], ends[1])
    }
#endif
