// What libFuzzer calls. Which target it drives, FUZZ_TARGET says.
import Fuzzing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

private let target: FuzzTarget = {
    // A text that ends with a NUL; nobody changes the environment.
    guard let name = unsafe getenv("FUZZ_TARGET").map({ unsafe String(cString: $0) }),
        let target = FuzzTarget(rawValue: name)
    else {
        let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: " ")
        fatalError("FUZZ_TARGET is one of: \(names)")
    }
    return target
}()

@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    // libFuzzer's own bytes, with their length, for the time of the call.
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    do throws(Broken) {
        try target.run(bytes)
    } catch {
        fatalError("\(target): \(error)")
    }
    return 0
}
