import Protocol
import Store

// Measures the store through its contract, and says which of its targets it reaches here.

@main
enum StoreBench {
    private static let usage = """
        storebench [--strict] [folder]

        Measures the store in a temporary folder, which is removed at the end, or in the one given,
        which must not exist yet and stays. --strict: exit 1 when a target is missed.
        """

    static func main() {
        var isStrict = false
        var path: String?
        for argument in CommandLine.arguments.dropFirst() {
            switch argument {
            case "--help", "-h": return print(usage)
            case "--strict": isStrict = true
            case _ where argument.hasPrefix("-") || path != nil: Machine.fail(usage, code: 2)
            default: path = argument
            }
        }
        let folder = Machine.makeFolder(path)
        do throws(StoreError) {
            let rows = try measure(in: folder)
            if path == nil { Machine.remove(folder) }
            print(Row.table(rows))
            if isStrict, rows.contains(where: \.isMissed) {
                Machine.fail("targets missed", code: 1)
            }
        } catch {
            if path == nil { Machine.remove(folder) }
            Machine.fail("\(error)", code: 1)
        }
    }

    private static func measure(in folder: String) throws(StoreError) -> [Row] {
        var rows: [Row] = []
        Machine.say("appending, 100 at a time")
        let hundreds = try Throughput.measure(
            folder + "/hundreds", groups: 10_000, of: 100)
        rows += hundreds.rows(rateMin: 200_000, bytesMax: 600)
        Machine.say("appending, 1,000 at a time")
        let thousands = try Throughput.measure(
            folder + "/thousands", groups: 2_000, of: 1_000)
        rows += thousands.rows(rateMin: 400_000, bytesMax: nil)
        Machine.say("reading a long queue")
        rows += try Reading.queue(folder + "/queue")
        Machine.say("opening")
        rows += try Reading.opening(folder + "/opening")
        Machine.say("telling everybody")
        rows += try Reading.broadcast(folder + "/broadcast")
        return rows
    }
}
