import Protocol
import Store

// Measures the store through its contract, and says which of its targets it reaches here.

@main
enum StoreBench {
    private static let usage = """
        storebench [--strict] [--messages N] [--conversations] [folder]

        Measures the store in a temporary folder, which is removed at the end, or in the one given,
        which must not exist yet and stays. --strict: exit 1 when a target is missed.
        --messages: how long the log is in which conversations are looked for. 10,000,000, the
        default, take some minutes and 1.2 GB; 200,000 some seconds. --conversations: nothing but
        those.
        """

    private struct Wish {
        var isStrict = false
        var messages = 10_000_000
        var onlyConversations = false
        var folder: String?
    }

    static func main() {
        guard let wish = wish(CommandLine.arguments.dropFirst()) else { return print(usage) }
        let folder = Machine.makeFolder(wish.folder)
        do throws(StoreError) {
            let rows = try measure(wish, in: folder)
            if wish.folder == nil { Machine.remove(folder) }
            print(Row.table(rows))
            if wish.isStrict, rows.contains(where: \.isMissed) {
                Machine.fail("targets missed", code: 1)
            }
        } catch {
            if wish.folder == nil { Machine.remove(folder) }
            Machine.fail("\(error)", code: 1)
        }
    }

    /// Nil when help is wanted.
    private static func wish(_ arguments: ArraySlice<String>) -> Wish? {
        var wish = Wish()
        var rest = arguments
        while let argument = rest.popFirst() {
            switch argument {
            case "--help", "-h": return nil
            case "--strict": wish.isStrict = true
            case "--conversations": wish.onlyConversations = true
            case "--messages":
                guard let count = rest.popFirst().flatMap({ Int($0) }),
                    (Archive.messagesMin...Archive.messagesMax).contains(count)
                else { Machine.fail(usage, code: 2) }
                wish.messages = count
            case _ where argument.hasPrefix("-") || wish.folder != nil:
                Machine.fail(usage, code: 2)
            default: wish.folder = argument
            }
        }
        return wish
    }

    private static func measure(_ wish: Wish, in folder: String) throws(StoreError) -> [Row] {
        let archive = Archive(messages: wish.messages)
        let megabytes = archive.bytes >> 20
        let free = Machine.bytesFree(at: folder) >> 20
        Machine.say("\(folder) will hold up to \(megabytes) MB for a while, and has \(free) MB")
        guard megabytes < free else { throw .unable("\(folder): no room for \(megabytes) MB") }
        var rows: [Row] = []
        if !wish.onlyConversations {
            rows += try appending(folder)
            rows += try reading(folder)
        }
        Machine.say("looking for conversations")
        var conversations = Conversations(folder + "/conversations", in: archive)
        rows += try conversations.measure()
        return rows
    }

    private static func appending(_ folder: String) throws(StoreError) -> [Row] {
        Machine.say("appending, 100 at a time")
        let hundreds = try Throughput.measure(
            folder + "/hundreds", groups: 10_000, of: 100)
        Machine.say("appending, 1,000 at a time")
        let thousands = try Throughput.measure(
            folder + "/thousands", groups: 2_000, of: 1_000)
        return hundreds.rows(rateMin: 200_000, bytesMax: 600)
            + thousands.rows(rateMin: 400_000, bytesMax: nil)
    }

    private static func reading(_ folder: String) throws(StoreError) -> [Row] {
        Machine.say("reading a long queue")
        var rows = try Reading.queue(folder + "/queue")
        Machine.say("opening")
        rows += try Reading.opening(folder + "/opening")
        Machine.say("telling everybody")
        rows += try Reading.broadcast(folder + "/broadcast")
        Machine.say("writing to rooms")
        rows += try RoomLetters.measure(folder + "/rooms")
        return rows
    }
}
