import Protocol

/// What a poller's event is about. Sessions have a generation above 0.
enum PollerToken {
    case listener(Int)
    case bell
    case session(SessionID)

    init(_ value: UInt64) {
        let low = Int32(truncatingIfNeeded: value)
        switch UInt32(value >> 32) {
        case 0: self = low < 0 ? .bell : .listener(Int(low))
        case let generation: self = .session(SessionID(slot: low, generation: generation))
        }
    }

    var value: UInt64 {
        switch self {
        case .listener(let index): UInt64(index)
        case .bell: UInt64(UInt32.max)
        case .session(let id): UInt64(id.generation) << 32 | UInt64(UInt32(id.slot))
        }
    }
}
