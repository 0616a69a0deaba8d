#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// SQLite's write-ahead log as a file: how much of it is as it was written.
///
/// The format is described at sqlite.org/fileformat2.html. Numbers stand with their highest byte
/// first; the words of the checksums, which run from the header through all frames, as the first
/// word says.
struct WriteAheadLog {
    /// The same in the header and in every frame that belongs to it.
    let salts: UInt64
    /// Up to the last commit before the first one that is not what was written.
    private(set) var pages = 0

    /// Nil when there is no log, or none that SQLite would look at.
    init?(_ path: String) throws(StoreError) {
        guard unsafe access(path, F_OK) == 0 else { return nil }
        let file = try DataFile(path, for: .reading)
        let header = try file.read(Self.headerBytes, at: 0)
        guard header.count == Self.headerBytes, header.word(0) & ~1 == Self.magic else {
            return nil
        }
        let pageBytes = Int(header.word(8))
        guard (512...65_536).contains(pageBytes), pageBytes.nonzeroBitCount == 1 else { return nil }
        var sum = Sum(isHighestFirst: header.word(0) & 1 == 1)
        sum.add(header[..<24])
        guard sum.isWritten(in: header, at: 24) else { return nil }
        salts = header.salts(16)

        let frameBytes = Self.frameHeaderBytes + pageBytes
        var frames = 0
        while true {
            let offset = Self.headerBytes + frames * frameBytes
            let chunk = try file.read(frameBytes * Self.framesInChunk, at: offset)
            for start in stride(from: 0, through: chunk.count - frameBytes, by: frameBytes) {
                let frame = chunk[start..<start + frameBytes]
                sum.add(frame.prefix(8))
                sum.add(frame.dropFirst(Self.frameHeaderBytes))
                guard chunk.salts(start + 8) == salts, sum.isWritten(in: chunk, at: start + 16)
                else { return }
                frames += 1
                // The size of the database stands in the last frame of a commit alone.
                if chunk.word(start + 4) != 0 { pages = frames }
            }
            guard chunk.count == frameBytes * Self.framesInChunk else { return }
        }
    }

    /// Of the log that is there now. Nil when there is none.
    static func salts(of path: String) throws(StoreError) -> UInt64? {
        guard unsafe access(path, F_OK) == 0 else { return nil }
        let header = try DataFile(path, for: .reading).read(headerBytes, at: 0)
        return header.count == headerBytes ? header.salts(16) : nil
    }

    private static let magic: UInt32 = 0x377f_0682
    private static let headerBytes = 32
    private static let frameHeaderBytes = 24
    private static let framesInChunk = 64

    /// The running checksum: two words, to which the bytes are added in pairs of words.
    private struct Sum {
        let isHighestFirst: Bool
        var first: UInt32 = 0
        var second: UInt32 = 0

        init(isHighestFirst: Bool) {
            self.isHighestFirst = isHighestFirst
        }

        mutating func add(_ bytes: ArraySlice<UInt8>) {
            let words = unsafe bytes.span.bytes
            for offset in stride(from: 0, to: words.byteCount, by: 8) {
                // Both words lie within the bytes: their number is a multiple of 8.
                let (one, two) = unsafe (
                    words.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self),
                    words.unsafeLoadUnaligned(fromByteOffset: offset + 4, as: UInt32.self)
                )
                first &+= word(one) &+ second
                second &+= word(two) &+ first
            }
        }

        private func word(_ word: UInt32) -> UInt32 {
            isHighestFirst ? UInt32(bigEndian: word) : UInt32(littleEndian: word)
        }

        func isWritten(in bytes: [UInt8], at offset: Int) -> Bool {
            bytes.word(offset) == first && bytes.word(offset + 4) == second
        }
    }
}

extension [UInt8] {
    fileprivate func word(_ offset: Int) -> UInt32 {
        self[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }

    fileprivate func salts(_ offset: Int) -> UInt64 {
        UInt64(word(offset)) << 32 | UInt64(word(offset + 4))
    }
}
