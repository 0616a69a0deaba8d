// SQLite, and the variadic calls that Swift cannot make itself.
#pragma once
#include <sqlite3.h>

static inline int csqlite_config_without_memory_statistics(void) {
    return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}
