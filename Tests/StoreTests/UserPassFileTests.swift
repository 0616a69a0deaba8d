// The account file on a real disk, with others at work on it.
import Store
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A file with this text, in a folder of its own.
private struct Sample {
    let folder = TemporaryFolder()
    let path: String

    init(_ text: String) {
        path = folder.path + "/user_pass.txt"
        write(text)
    }

    func write(_ text: String) {
        TemporaryFolder.put(Array(text.utf8), in: path)
    }

    var text: String? {
        TemporaryFolder.contents(of: path).map { String(decoding: $0, as: UTF8.self) }
    }

    var inode: UInt64 {
        var status = stat()
        // A value of our own.
        guard unsafe stat(path, &status) == 0 else { return 0 }
        return UInt64(status.st_ino)
    }
}

private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

/// For appending where nobody else should have been.
private func undisturbed(_ text: [UInt8]) -> Int? {
    Issue.record("nobody has changed the file")
    return nil
}

@Suite struct `The account file` {
    @Test func `is read as it stands`() throws {
        let sample = Sample("alice a\n\0\u{ff}")
        var file = UserPassFile(path: sample.path)

        #expect(try file.read() == bytes("alice a\n\0\u{ff}"))
    }

    @Test func `is missed by its name`() {
        let path = TemporaryFolder().path + "/nowhere"
        var file = UserPassFile(path: path)

        let error = #expect(throws: UserPassFileError.self) { try file.read() }
        #expect(error?.isMissingFile == true)
        #expect(error?.description == "\(path): open: No such file or directory")
    }

    @Test func `is no pipe and no folder`() throws {
        let folder = TemporaryFolder()
        let pipe = folder.path + "/pipe"
        try #require(unsafe mkfifo(pipe, 0o600) == 0)

        for path in [pipe, folder.path] {
            var file = UserPassFile(path: path)
            #expect(throws: UserPassFileError(call: "open", path: path, code: EINVAL)) {
                try file.read()
            }
        }
    }

    @Test func `becomes its owner's alone`() throws {
        let sample = Sample("alice a\n")
        let file = UserPassFile(path: sample.path)
        try #require(unsafe chmod(sample.path, 0o644) == 0)

        #expect(try file.restorePrivacy() == .restored)
        #expect(sample.folder.mode(of: "user_pass.txt") == 0o600)
        #expect(try file.restorePrivacy() == .kept)
    }

    @Test func `is made empty, once`() throws {
        let folder = TemporaryFolder()
        var file = UserPassFile(path: folder.path + "/user_pass.txt")

        try file.create()
        #expect(try file.read() == [])
        #expect(folder.mode(of: "user_pass.txt") == 0o600)
        let error = #expect(throws: UserPassFileError.self) { try file.create() }
        #expect(error?.code == EEXIST)
    }
}

@Suite struct `Appending to the account file` {
    @Test func `puts each line on a line of its own`() throws {
        let sample = Sample("alice a")
        var file = UserPassFile(path: sample.path)
        _ = try file.read()

        #expect(try file.append(bytes("bob b"), examine: undisturbed))
        #expect(try file.append(bytes("carol c"), examine: undisturbed))
        #expect(sample.text == "alice a\nbob b\ncarol c\n")
    }

    @Test func `begins an empty file without a blank line`() throws {
        let sample = Sample("")
        var file = UserPassFile(path: sample.path)
        _ = try file.read()

        #expect(try file.append(bytes("bob b"), examine: undisturbed))
        #expect(sample.text == "bob b\n")
    }

    @Test func `shows what others have written in the meantime`() throws {
        let sample = Sample("alice a\n")
        var file = UserPassFile(path: sample.path)
        _ = try file.read()
        sample.write("alice a\nzoe z\n")

        var seen: [UInt8] = []
        let isAdded = try file.append(bytes("bob b")) { text in
            seen = text
            return text.count
        }

        #expect(isAdded)
        #expect(seen == bytes("alice a\nzoe z\n"))
        #expect(sample.text == "alice a\nzoe z\nbob b\n")
        #expect(try file.append(bytes("carol c"), examine: undisturbed))
    }

    @Test func `shows again what turned out not to be sound`() throws {
        let sample = Sample("alice a\nbob $argon")
        var file = UserPassFile(path: sample.path)
        _ = try file.read()
        file.forget()

        #expect(try file.append(bytes("carol c")) { _ in 8 })
        #expect(sample.text == "alice a\ncarol c\n")
    }

    @Test func `adds nothing where that is not wanted`() throws {
        let sample = Sample("zoe z\n")
        var file = UserPassFile(path: sample.path)

        #expect(try !file.append(bytes("zoe y")) { _ in nil })
        #expect(sample.text == "zoe z\n")
    }

    @Test func `cuts off first what is not sound`() throws {
        let sample = Sample("alice a\nbob $argon")
        var file = UserPassFile(path: sample.path)

        #expect(try file.append(bytes("carol c")) { _ in 8 })
        #expect(sample.text == "alice a\ncarol c\n")
    }

    @Test func `goes on in the file that took the place of the one that was read`() throws {
        let sample = Sample("alice a\n")
        var file = UserPassFile(path: sample.path)
        _ = try file.read()
        let other = sample.folder.path + "/other"
        TemporaryFolder.put(bytes("zoe z\n"), in: other)
        try #require(unsafe rename(other, sample.path) == 0)

        #expect(try file.append(bytes("bob b")) { $0.count })
        #expect(sample.text == "zoe z\nbob b\n")
    }

    @Test func `on a full disk leaves the file as it was`() async {
        await #expect(processExitsWith: .success) {
            let sample = Sample("alice a\n")
            var file = UserPassFile(path: sample.path)
            _ = try file.read()
            // Room for a part of the line, as on a disk that becomes full.
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit(rlim_cur: 12, rlim_max: 100)
            #if canImport(Glibc)
                let fileSize = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
            #else
                let fileSize = RLIMIT_FSIZE
            #endif
            // A value of our own.
            unsafe setrlimit(fileSize, &limit)

            let error = #expect(throws: UserPassFileError.self) {
                try file.append(bytes("bob b"), examine: undisturbed)
            }
            #expect(error?.code == EFBIG)
            #expect(sample.text == "alice a\n")

            limit.rlim_cur = 100
            unsafe setrlimit(fileSize, &limit)
            // What went wrong half way makes it look again.
            var looked = false
            let isAdded = try file.append(bytes("bob b")) { text in
                looked = true
                return text.count
            }
            #expect(isAdded && looked)
            #expect(sample.text == "alice a\nbob b\n")
            exit(sample.text == "alice a\nbob b\n" && error?.code == EFBIG ? 0 : 1)
        }
    }
}

@Suite struct `Rewriting the account file` {
    @Test func `puts another file in its place`() throws {
        let sample = Sample("alice a\n")
        let before = sample.inode
        try #require(unsafe chmod(sample.path, 0o640) == 0)
        var file = UserPassFile(path: sample.path)

        #expect(try file.rewrite { $0 + bytes("bob b\n") })
        #expect(sample.text == "alice a\nbob b\n")
        #expect(sample.inode != before)
        #expect(sample.folder.mode(of: "user_pass.txt") == 0o640)
        #expect(TemporaryFolder.contents(of: sample.path + ".new") == nil)
        #expect(try file.append(bytes("carol c"), examine: undisturbed))
    }

    @Test func `can be left alone`() throws {
        let sample = Sample("alice a\n")
        let before = sample.inode
        var file = UserPassFile(path: sample.path)

        #expect(try !file.rewrite { _ in nil })
        #expect(sample.inode == before)
    }

    @Test func `does not mind what a crash left`() throws {
        let sample = Sample("alice a\n")
        TemporaryFolder.put(bytes("half a fi"), in: sample.path + ".new")
        var file = UserPassFile(path: sample.path)

        #expect(try file.rewrite { _ in bytes("bob b\n") })
        #expect(sample.text == "bob b\n")
    }

    @Test func `keeps a symbolic link what it is`() throws {
        let sample = Sample("alice a\n")
        let link = sample.folder.path + "/link"
        try #require(unsafe symlink(sample.path, link) == 0)
        var file = UserPassFile(path: link)

        #expect(try file.rewrite { _ in bytes("bob b\n") })
        #expect(sample.text == "bob b\n")
        #expect(TemporaryFolder.contents(of: link) == bytes("bob b\n"))
        sample.write("zoe z\n")
        #expect(TemporaryFolder.contents(of: link) == bytes("zoe z\n"))
    }

    @Test func `keeps the owner`() throws {
        // Only root can give files away.
        guard geteuid() == 0 else { return }
        let sample = Sample("alice a\n")
        try #require(unsafe chown(sample.path, 12_345, 54_321) == 0)
        var file = UserPassFile(path: sample.path)

        #expect(try file.rewrite { _ in bytes("bob b\n") })
        var status = stat()
        // A value of our own.
        try #require(unsafe stat(sample.path, &status) == 0)
        #expect(status.st_uid == 12_345)
        #expect(status.st_gid == 54_321)
    }

    @Test func `cuts the end off a file that is as it was read`() throws {
        let sample = Sample("alice a\nbob $argon")
        var file = UserPassFile(path: sample.path)
        _ = try file.read()

        #expect(try file.truncate(to: 8))
        #expect(sample.text == "alice a\n")
        #expect(try file.append(bytes("bob b"), examine: undisturbed))
    }

    @Test func `cuts nothing off a file that has changed`() throws {
        let sample = Sample("alice a\nbob $argon")
        var file = UserPassFile(path: sample.path)
        _ = try file.read()
        sample.write("alice a\nbob b\ncarol c\n")

        #expect(try !file.truncate(to: 8))
        #expect(sample.text == "alice a\nbob b\ncarol c\n")
    }
}

@Suite struct `Several at work on the account file` {
    @Test func `every line that was confirmed is there, once`() async throws {
        let sample = Sample("# 0\n")
        let path = sample.path

        // Each with a value of its own, like processes that know nothing of each other.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<2 {
                group.addTask {
                    var file = UserPassFile(path: path)
                    for number in 0..<100 {
                        let line = bytes("w\(writer)-\(number) secret")
                        _ = try file.append(line) { $0.count }
                        // There may be fewer threads than tasks.
                        await Task.yield()
                    }
                }
            }
            group.addTask {
                var file = UserPassFile(path: path)
                for number in 1...100 {
                    // The remark changes, and with it where every line begins.
                    _ = try file.rewrite { text in
                        let rest = text.drop { $0 != UInt8(ascii: "\n") }
                        return bytes("# \(number)\(number % 3 == 0 ? " etc." : "")") + rest
                    }
                    await Task.yield()
                }
            }
            try await group.waitForAll()
        }

        let lines = try #require(sample.text).split(separator: "\n")
        #expect(lines.first == "# 100")
        let expected = (0..<2).flatMap { writer in
            (0..<100).map { "w\(writer)-\($0) secret" }
        }
        #expect(lines.dropFirst().map(String.init).sorted() == expected.sorted())
    }

    @Test func `one writer's lines stand in its order`() async throws {
        let sample = Sample("")
        let path = sample.path

        await withTaskGroup(of: Void.self) { group in
            for writer in 0..<2 {
                group.addTask {
                    var file = UserPassFile(path: path)
                    for number in 100..<150 {
                        _ = try? file.append(bytes("w\(writer)-\(number)")) { $0.count }
                        await Task.yield()
                    }
                }
            }
        }

        let lines = try #require(sample.text).split(separator: "\n")
        #expect(lines.count == 100)
        for writer in 0..<2 {
            let own = lines.filter { $0.hasPrefix("w\(writer)") }
            #expect(own == own.sorted())
        }
    }
}
