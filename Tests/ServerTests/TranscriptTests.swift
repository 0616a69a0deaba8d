import ProofKit
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Every conversation in `Tests/Transcripts` is held as it is written. `RECORD=1 make test` writes
/// down what is said instead, to be reviewed like code.
@Suite(.serialized) struct TranscriptTests {
    @Test(arguments: names)
    func `in memory`(_ name: String) throws {
        let transcript = try Self.transcript(name)
        var stage = try MemoryStage(transcript, byteByByte: false)
        let played = try transcript.played(on: &stage)

        if unsafe getenv("RECORD") != nil {
            TestFolder.put(played, in: Self.path(of: name))
        } else {
            expect(played, toBe: transcript)
        }
    }

    @Test(arguments: names)
    func `in memory, byte by byte`(_ name: String) throws {
        let transcript = try Self.transcript(name)
        guard !transcript.needsWholeLines else { return }
        var stage = try MemoryStage(transcript, byteByByte: true)

        expect(try transcript.played(on: &stage), toBe: transcript)
    }

    @Test(arguments: names)
    func `over sockets`(_ name: String) throws {
        let transcript = try Self.transcript(name)
        guard !transcript.needsMemory else { return }
        var stage = try SocketStage(transcript)

        expect(try transcript.played(on: &stage), toBe: transcript)
    }

    @Test func `there are transcripts`() {
        #expect(Self.names.count >= 20)
    }

    /// The first line that differs says more than two texts.
    private func expect(_ played: String, toBe transcript: Transcript) {
        let heard = played.split(separator: "\n", omittingEmptySubsequences: false)
        let written = transcript.text.split(separator: "\n", omittingEmptySubsequences: false)
        let place =
            zip(heard, written).enumerated().first { $1.0 != $1.1 }?.offset
            ?? min(heard.count, written.count)
        #expect(
            played == transcript.text,
            """
            \(transcript.name):\(place + 1)
            written: \(place < written.count ? written[place] : "nothing")
            heard:   \(place < heard.count ? heard[place] : "nothing")
            """)
    }

    // MARK: The files

    private static let folder: String = {
        let place = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        return "/\(place)/Transcripts"
    }()

    private static let names = TestFolder.names(in: folder).filter { $0.hasSuffix(".txt") }
        .map { String($0.dropLast(4)) }

    private static func path(of name: String) -> String { "\(folder)/\(name).txt" }

    private static func transcript(_ name: String) throws -> Transcript {
        let bytes = TestFolder.contents(of: path(of: name)) ?? []
        return try Transcript(name: name, text: String(decoding: bytes, as: UTF8.self))
    }
}
