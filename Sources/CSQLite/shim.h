// SQLite, and what of it Swift cannot import: variadic calls and codes made of two others.
#pragma once
#include <errno.h>
#include <sqlite3.h>

static inline int csqlite_config_without_memory_statistics(void) {
    return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

// Closing the connection then leaves the write-ahead log as it is.
static inline int csqlite_leave_log(sqlite3 *database) {
    return sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)0);
}

// Whether a read of the database or of its log has ever failed with one of the errnos for which
// SQLite says SQLITE_CORRUPT in the end.
static inline int csqlite_read_has_failed(sqlite3 *database) {
    int codes[2] = {0, 0};
    sqlite3_file *log = 0;
    sqlite3_file_control(database, "main", SQLITE_FCNTL_LAST_ERRNO, &codes[0]);
    sqlite3_file_control(database, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
    if (log && log->pMethods)
        log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &codes[1]);
    for (int i = 0; i < 2; i++)
        if (codes[i] == EIO || codes[i] == ENXIO || codes[i] == ERANGE) return 1;
    return 0;
}

static const int csqlite_ioerr_short_read = SQLITE_IOERR_SHORT_READ;
static const int csqlite_ioerr_fsync = SQLITE_IOERR_FSYNC;
static const int csqlite_ioerr_dir_fsync = SQLITE_IOERR_DIR_FSYNC;
