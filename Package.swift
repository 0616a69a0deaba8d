// swift-tools-version: 6.2
import PackageDescription

// The same strictness everywhere, tests included. What each setting is for: docs/ARCHITECTURE.md.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

func ring(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let package = Package(
    name: "chatserv",
    platforms: [.macOS(.v26)],
    products: [
        .executable(name: "chatserv", targets: ["chatserv"]),
        .executable(name: "chat", targets: ["chat"]),
    ],
    dependencies: [],
    targets: [
        .systemLibrary(
            name: "CSQLite", pkgConfig: "sqlite3",
            providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite3"])]),
        .systemLibrary(
            name: "CSodium", pkgConfig: "libsodium",
            providers: [.apt(["libsodium-dev"]), .brew(["libsodium"])]),
        .systemLibrary(name: "CLinux"),

        ring("Protocol"),
        ring("Delivery", ["Protocol"]),
        ring("Store", ["Protocol", "CSQLite"]),
        ring("Sockets", [.target(name: "CLinux", condition: .when(platforms: [.linux]))]),
        ring("Server", ["Protocol", "Delivery", "Store", "Sockets", "CSodium"]),

        program("chatserv", ["Server"]),
        program("chat", ["Protocol", "Sockets"]),
        program("storebench", ["Protocol", "Delivery", "Store"]),

        tests("ProtocolTests", ["Protocol"]),
        tests("DeliveryTests", ["Protocol", "Delivery", "Store"]),
        tests("StoreTests", ["Protocol", "Store"]),
        tests("SocketsTests", ["Sockets"]),
        // Optimized always: it makes thousands of worlds in every test run.
        .target(
            name: "Simulation",
            dependencies: ["Protocol", "Delivery", "Store", "Server", "ProofKit", "CSQLite"],
            path: "Tests/Simulation", swiftSettings: strict + [.unsafeFlags(["-O"])]),
        .executableTarget(
            name: "simulate", dependencies: ["Simulation", "ProofKit"], path: "Tests/Simulate",
            swiftSettings: strict),
        tests("SimulationTests", ["Simulation"]),
        .target(
            name: "ProofKit", dependencies: ["Sockets"], path: "Tests/ProofKit",
            swiftSettings: strict),
        .executableTarget(
            name: "prove", dependencies: ["Sockets", "Store", "ProofKit"], path: "Tests/Proof",
            swiftSettings: strict),
        tests(
            "ServerTests",
            ["Protocol", "Delivery", "Store", "Sockets", "Server", "ProofKit"]),
        .target(
            name: "Fuzzing", dependencies: ["Protocol", "Delivery", "Store", "Server"],
            path: "Tests/Fuzzing/Targets", swiftSettings: strict),
        tests("FuzzReplayTests", ["Fuzzing", "ProofKit"]),
        tests("TidyTests", []),
    ]
)

// libFuzzer brings its own `main`, which nothing else can be linked with.
if Context.environment["CHATSERV_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "fuzz", dependencies: ["Fuzzing"], path: "Tests/Fuzzing/Entry",
            swiftSettings: strict))
}
