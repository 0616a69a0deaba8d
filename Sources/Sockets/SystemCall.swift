// The one way into the kernel: a call that a signal cut short is made again, a call that only a bug
// of ours can make fail traps, and every other failure is thrown with its name.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What the call returned, once it did not return -1.
@inline(__always)
func systemCall<Value: SignedInteger>(
    _ name: String, _ call: () -> Value
) throws(SystemError) -> Value {
    while true {
        let value = call()
        if value != -1 { return value }
        switch errno {
        case EINTR: continue
        case EBADF, EFAULT, ENOTSOCK: preconditionFailure("\(name) was given what is not ours")
        case let code: throw SystemError(call: name, code: code)
        }
    }
}

/// For calls that cannot fail on what we give them.
@inline(__always)
@discardableResult
func certainSystemCall<Value: SignedInteger>(_ name: String, _ call: () -> Value) -> Value {
    do throws(SystemError) {
        return try systemCall(name, call)
    } catch {
        preconditionFailure("\(error)")
    }
}

/// Gives the number back. Never made again after EINTR: the number is free by then, and may already
/// be another thread's.
func closeDescriptor(_ number: Int32) {
    if close(number) == -1, errno == EBADF {
        preconditionFailure("descriptor \(number) was closed twice")
    }
}
