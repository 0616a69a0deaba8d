import Sockets
import Testing

struct SwapBoxTests {
    @Test func `things come out in the order in which they were put in`() throws {
        let box = try SwapBox<Int>()
        var batch = [2, 3]
        var out = [99]

        box.put(1)
        box.put(&batch)
        box.put(4)

        #expect(batch.isEmpty)
        #expect(box.count == 4)
        box.take(into: &out)
        #expect(out == [1, 2, 3, 4])
        #expect(box.count == 0)
        box.take(into: &out)
        #expect(out.isEmpty)
    }

    @Test func `the bell rings once for a taker that found nothing, and only then`() throws {
        let box = try SwapBox<Int>()
        var out: [Int] = []

        box.put(1)
        #expect(try !isRinging(box.waker))
        box.take(into: &out)
        box.put(2)
        #expect(try !isRinging(box.waker))
        box.take(into: &out)
        box.take(into: &out)
        box.put(3)
        #expect(try isRinging(box.waker))
        box.waker.clear()
        box.put(4)
        #expect(try !isRinging(box.waker))
        box.take(into: &out)
        #expect(out == [3, 4])
    }

    @Test func `a ceiling is kept`() throws {
        let box = try SwapBox<Int>()
        var out: [Int] = []

        #expect(box.offer(1, ceiling: 2))
        #expect(box.offer(2, ceiling: 2))
        #expect(!box.offer(3, ceiling: 2))
        box.put(4)
        box.take(into: &out)
        #expect(out == [1, 2, 4])
        #expect(box.offer(5, ceiling: 2))
    }

    @Test func `a closed box gives what it has and takes nothing`() throws {
        let box = try SwapBox<Int>()
        var batch = [2]
        var out: [Int] = []
        box.put(1)

        box.close()
        box.put(&batch)
        box.put(3)
        #expect(box.offer(4, ceiling: 1))

        #expect(batch.isEmpty)
        #expect(box.takeWaiting(into: &out))
        #expect(out == [1])
        #expect(!box.takeWaiting(into: &out))
        #expect(out.isEmpty)
    }

    @Test func `closing wakes who sleeps`() throws {
        let box = try SwapBox<Int>()
        let ended = try SwapBox<Bool>()
        let taker = try startThread(named: "taker") {
            var out: [Int] = []
            ended.put(box.takeWaiting(into: &out))
        }

        box.close()
        taker.join()

        var answers: [Bool] = []
        ended.take(into: &answers)
        #expect(answers == [false])
    }

    @Test(arguments: [1, 7, 512])
    func `two threads put in, one that sleeps takes out`(batchSize: Int) throws {
        let box = try SwapBox<Int>()
        let producers = try [0, 1_000_000].map { start in
            try startThread(named: "producer") { produce(start, batchSize, into: box) }
        }

        var taken: [Int] = []
        var out: [Int] = []
        while taken.count < 100_000, box.takeWaiting(into: &out) { taken += out }
        for producer in producers { producer.join() }

        #expect(taken.filter { $0 < 1_000_000 } == Array(0..<50_000))
        #expect(taken.filter { $0 >= 1_000_000 } == Array(1_000_000..<1_050_000))
    }

    @Test func `two threads put in, a poller takes out`() throws {
        let box = try SwapBox<Int>()
        let producers = try [0, 1_000_000].map { start in
            try startThread(named: "producer") { produce(start, 64, into: box) }
        }
        var poller = try Poller()
        try poller.watch(box.waker.number, for: .reading, token: 1)

        var taken: [Int] = []
        var out: [Int] = []
        var events: [PollerEvent] = []
        while true {
            box.take(into: &out)
            taken += out
            if taken.count == 100_000 { break }
            if !out.isEmpty { continue }
            try poller.wait(timeoutNanoseconds: aWhile, into: &events)
            try #require(events.count == 1)
            box.waker.clear()
        }
        for producer in producers { producer.join() }
        poller.close()

        #expect(taken.filter { $0 < 1_000_000 } == Array(0..<50_000))
        #expect(taken.filter { $0 >= 1_000_000 } == Array(1_000_000..<1_050_000))
    }

    private func isRinging(_ waker: Waker) throws -> Bool {
        var poller = try Poller()
        var events: [PollerEvent] = []
        try poller.watch(waker.number, for: .reading, token: 0)
        try poller.wait(timeoutNanoseconds: 0, into: &events)
        poller.close()
        return !events.isEmpty
    }
}

/// Puts 50,000 numbers in, by ones or in batches.
private func produce(_ start: Int, _ batchSize: Int, into box: SwapBox<Int>) {
    var batch: [Int] = []
    for number in start..<start + 50_000 {
        if batchSize == 1 {
            box.put(number)
            continue
        }
        batch.append(number)
        if batch.count == batchSize { box.put(&batch) }
    }
    box.put(&batch)
}
