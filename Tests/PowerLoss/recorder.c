// Writes down what processes do to one folder, in order, so that the folder can be rebuilt as a power
// cut at any moment would have left it; and makes some of their calls fail.
//
// Preloaded into each of them:  LD_PRELOAD=recorder.so POWER_FOLDER=/abs/folder
//
// POWER_RECORD=/abs/file, outside of the folder, is where it is written down. An entry is a byte that
// says what happened, then three numbers of 8 bytes, lowest first, and as many bytes as the last one
// says:
//
//     kind                  file     number          bytes
//     'o' opened            inode    -               its path, relative to the folder
//     'c' created           inode    -               its path
//     'd' folder made       inode    -               its path
//     'w' written           inode    offset          what was written
//     't' cut, lengthened   inode    new size        -
//     's' flushed           inode    see below       -
//     'u' unlinked          -        -               its path
//     'r' renamed           -        length of old   old path, new path
//
// A change is written down after the kernel has made it, and before anybody else in the process can
// make another; a flush after it has returned, together with the length that the record had before
// it was begun: what came later is not covered by it. So whoever has read an answer of the server
// finds everything that it rests on before the record's end. Threads may do what they like; another
// process has to be kept from changing the same file at the same time, as by a lock on it.
//
// What is not written down, because nobody here does it: writing by mmap (the -shm file apart, which
// no power cut has to preserve), by several buffers, by sendfile and its kin; duplicated descriptors.
//
// CHAOS_FILE=/abs/file is a file of sizeof(struct chaos) bytes that is shared with whoever makes
// trouble. It counts calls of the armed kinds on the folder, and those numbered `first` and so many
// after it fail. All may be written at any time, `kinds` last: to arm, and first: to disarm.
//
// Who wants to kill a process that is recorded sets `held` there and waits until `changing` is 0: a
// change that was made and not written down would make the record a lie.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

// Beyond it a descriptor cannot be known; opening something in the folder fails then.
#define DESCRIPTORS 65536

#define LIE 1000

enum kind { WRITE = 1, FLUSH = 2, OPEN = 4, CUT = 8, READ = 16, NAME = 32 };

struct chaos {
    _Atomic int64_t kinds;  // a sum of the above; 0: nothing fails
    _Atomic int64_t first;  // counted from 1
    _Atomic int64_t count;
    _Atomic int64_t code;   // an errno; 0: half of it is written; LIE: nothing is, without a word
    _Atomic int64_t calls;  // seen so far; to be set to 0 before arming
    _Atomic int64_t failed;
    _Atomic int64_t held;      // nothing may be changed now
    _Atomic int64_t changing;  // so many processes are about to
    char suffix[64];        // of the paths it is about, with a zero behind it
};

static char folder[PATH_MAX];
static size_t folder_length;
static int record = -1;
static struct chaos *chaos;
// By descriptor; 0 for what is not in the folder. The suffix is looked at once, in `open`.
static _Atomic uint64_t inodes[DESCRIPTORS];
static char *_Atomic paths[DESCRIPTORS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int (*real_openat)(int, const char *, int, ...);
static int (*real_close)(int);
static ssize_t (*real_read)(int, void *, size_t);
static ssize_t (*real_pread)(int, void *, size_t, off_t);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_mkdir)(const char *, mode_t);
static int (*real_unlink)(const char *);
static int (*real_rename)(const char *, const char *);

static void give_up(const char *why) {
    dprintf(2, "recorder: %s: %s\n", why, strerror(errno));
    _exit(97);
}

__attribute__((constructor)) static void begin(void) {
    real_openat = dlsym(RTLD_NEXT, "openat64");
    real_close = dlsym(RTLD_NEXT, "close");
    real_read = dlsym(RTLD_NEXT, "read");
    real_pread = dlsym(RTLD_NEXT, "pread64");
    real_write = dlsym(RTLD_NEXT, "write");
    real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    real_mkdir = dlsym(RTLD_NEXT, "mkdir");
    real_unlink = dlsym(RTLD_NEXT, "unlink");
    real_rename = dlsym(RTLD_NEXT, "rename");

    const char *where = getenv("POWER_FOLDER");
    if (!where) return;
    if (!realpath(where, folder)) give_up(where);
    folder_length = strlen(folder);

    const char *into = getenv("POWER_RECORD");
    if (into) {
        int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC;
        record = real_openat(AT_FDCWD, into, flags, 0600);
        if (record < 0) give_up(into);
    }
    const char *trouble = getenv("CHAOS_FILE");
    if (trouble) {
        int file = real_openat(AT_FDCWD, trouble, O_RDWR | O_CLOEXEC);
        if (file < 0) give_up(trouble);
        void *page = mmap(NULL, sizeof *chaos, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        if (page == MAP_FAILED) give_up(trouble);
        real_close(file);
        chaos = page;
    }
}

// MARK: What is in the folder

// The path of something that need not exist any more, in a folder that does; relative to ours. NULL
// when it is elsewhere.
static const char *within(const char *path, char *buffer) {
    char parent[PATH_MAX];
    const char *slash = strrchr(path, '/');
    const char *last = slash ? slash + 1 : path;
    if (!folder_length || strlen(path) >= PATH_MAX || strlen(last) > NAME_MAX) return NULL;
    if (!slash) strcpy(parent, ".");
    else if (slash == path) strcpy(parent, "/");
    else *(char *)mempcpy(parent, path, slash - path) = 0;
    if (!realpath(parent, buffer) || strlen(buffer) + strlen(last) + 2 > PATH_MAX) return NULL;
    strcat(strcat(buffer, "/"), last);
    if (strncmp(buffer, folder, folder_length) || buffer[folder_length] != '/') return NULL;
    return buffer + folder_length + 1;
}

// The path behind a descriptor, as the kernel has it. Empty for our folder itself.
static const char *path_of(int file, char *buffer) {
    char link[32];
    if (!folder_length) return NULL;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, buffer, PATH_MAX - 1);
    if (length < 0) return NULL;
    buffer[length] = 0;
    if (strncmp(buffer, folder, folder_length)) return NULL;
    if (buffer[folder_length] == 0) return buffer + folder_length;
    return buffer[folder_length] == '/' ? buffer + folder_length + 1 : NULL;
}

static uint64_t inode_of(int file) {
    return file >= 0 && file < DESCRIPTORS ? inodes[file] : 0;
}

static const char *name_of(int file) {
    return inode_of(file) ? paths[file] : NULL;
}

static void forget(int file) {
    if (file < 0 || file >= DESCRIPTORS || !inodes[file]) return;
    inodes[file] = 0;
    free(atomic_exchange(&paths[file], NULL));
}

// MARK: Which calls fail

static int is_about(const char *path) {
    size_t length = strlen(path), wanted = strnlen(chaos->suffix, sizeof chaos->suffix);
    return length >= wanted && !memcmp(path + length - wanted, chaos->suffix, wanted);
}

// -1: the call goes on. 0: half of it does. Else with what it fails.
static int trouble(enum kind kind, const char *path) {
    if (!chaos || !path || !(chaos->kinds & kind) || !is_about(path)) return -1;
    int64_t call = atomic_fetch_add(&chaos->calls, 1) + 1, first = chaos->first;
    if (call < first || call - first >= chaos->count) return -1;
    atomic_fetch_add(&chaos->failed, 1);
    return (int)chaos->code;
}

static int fails(enum kind kind, const char *path) {
    int code = trouble(kind, path);
    if (code <= 0 || code == LIE) return 0;
    errno = code;
    return 1;
}

// MARK: Writing it down

// What stands between these two is made and written down, or neither.
static void begin_change(void) {
    pthread_mutex_lock(&lock);
    while (chaos) {
        atomic_fetch_add(&chaos->changing, 1);
        if (!chaos->held) return;
        atomic_fetch_sub(&chaos->changing, 1);
        usleep(100);
    }
}

static void end_change(void) {
    if (chaos) atomic_fetch_sub(&chaos->changing, 1);
    pthread_mutex_unlock(&lock);
}

static void note(char kind, uint64_t inode, uint64_t number, const void *bytes, uint64_t count) {
    if (record < 0) return;
    int code = errno;
    struct iovec parts[5] = {
        {&kind, 1}, {&inode, 8}, {&number, 8}, {&count, 8}, {(void *)bytes, count},
    };
    if (writev(record, parts, 5) != (ssize_t)(25 + count)) give_up("the record");
    errno = code;
}

static void note_path(char kind, uint64_t inode, const char *path) {
    note(kind, inode, 0, path, strlen(path));
}

// MARK: The calls

// One try to make it and another to open it: so it is certain which of them it was.
static int make_or_open(int place, const char *path, int flags, mode_t mode, int *created) {
    *created = 0;
    if (!(flags & O_CREAT)) return real_openat(place, path, flags, mode);
    for (;;) {
        int file = real_openat(place, path, flags | O_EXCL, mode);
        *created = file >= 0;
        if (file >= 0 || errno != EEXIST || flags & O_EXCL) return file;
        file = real_openat(place, path, flags & ~O_CREAT, mode);
        if (file >= 0 || errno != ENOENT) return file;
    }
}

static int open_any(int place, const char *path, int flags, mode_t mode) {
    char buffer[PATH_MAX];
    int isRelative = place != AT_FDCWD && path[0] != '/';
    const char *wanted = isRelative ? NULL : within(path, buffer);
    if (!wanted) return real_openat(place, path, flags, mode);
    if (fails(OPEN, wanted)) return -1;

    begin_change();
    int created;
    int file = make_or_open(place, path, flags, mode, &created);
    const char *name = file < 0 ? NULL : path_of(file, buffer);
    if (name && file >= DESCRIPTORS) {
        real_close(file);
        errno = EMFILE;
        file = -1;
    } else if (name) {
        struct stat status;
        fstat(file, &status);
        forget(file);
        paths[file] = strdup(name);
        inodes[file] = status.st_ino;
        note_path(created ? 'c' : 'o', status.st_ino, name);
        if (!created && flags & O_TRUNC) note('t', status.st_ino, 0, NULL, 0);
    }
    end_change();
    return file;
}

#define MODE                                                                                       \
    mode_t mode = 0;                                                                               \
    if (flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE) {                                     \
        va_list list;                                                                              \
        va_start(list, flags);                                                                     \
        mode = va_arg(list, mode_t);                                                               \
        va_end(list);                                                                              \
    }

int open(const char *path, int flags, ...) { MODE return open_any(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE return open_any(AT_FDCWD, path, flags, mode); }
int openat(int place, const char *path, int flags, ...) {
    MODE return open_any(place, path, flags, mode);
}
int openat64(int place, const char *path, int flags, ...) {
    MODE return open_any(place, path, flags, mode);
}

int close(int file) {
    // Before the number can be somebody else's.
    forget(file);
    return real_close(file);
}

ssize_t read(int file, void *bytes, size_t count) {
    if (fails(READ, name_of(file))) return -1;
    return real_read(file, bytes, count);
}
ssize_t pread(int file, void *bytes, size_t count, off_t offset) {
    if (fails(READ, name_of(file))) return -1;
    return real_pread(file, bytes, count, offset);
}
ssize_t pread64(int file, void *bytes, size_t count, off_t offset) {
    return pread(file, bytes, count, offset);
}

// At an offset, or where the descriptor stands when that is negative.
static ssize_t write_any(int file, const void *bytes, size_t count, off_t offset) {
    int code = trouble(WRITE, name_of(file));
    if (code == LIE) return count;
    if (code > 0) {
        errno = code;
        return -1;
    }
    if (code == 0 && count > 1) count /= 2;

    begin_change();
    off_t start = offset;
    if (offset < 0) {
        int isAppending = fcntl(file, F_GETFL) & O_APPEND;
        start = lseek(file, 0, isAppending ? SEEK_END : SEEK_CUR);
    }
    ssize_t done = offset < 0 ? real_write(file, bytes, count)
                              : real_pwrite(file, bytes, count, offset);
    if (done > 0) note('w', inode_of(file), start, bytes, done);
    end_change();
    return done;
}

ssize_t write(int file, const void *bytes, size_t count) {
    if (!inode_of(file)) return real_write(file, bytes, count);
    return write_any(file, bytes, count, -1);
}
ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) {
    if (!inode_of(file) || offset < 0) return real_pwrite(file, bytes, count, offset);
    return write_any(file, bytes, count, offset);
}
ssize_t pwrite64(int file, const void *bytes, size_t count, off_t offset) {
    return pwrite(file, bytes, count, offset);
}

int ftruncate(int file, off_t size) {
    uint64_t inode = inode_of(file);
    if (!inode) return real_ftruncate(file, size);
    if (fails(CUT, name_of(file))) return -1;
    begin_change();
    int result = real_ftruncate(file, size);
    if (!result) note('t', inode, size, NULL, 0);
    end_change();
    return result;
}
int ftruncate64(int file, off_t size) { return ftruncate(file, size); }

static int flush(int file, int (*real)(int)) {
    uint64_t inode = inode_of(file);
    if (!inode) return real(file);
    if (fails(FLUSH, name_of(file))) return -1;
    pthread_mutex_lock(&lock);
    off_t length = record < 0 ? 0 : lseek(record, 0, SEEK_END);
    pthread_mutex_unlock(&lock);
    int result = real(file);
    if (!result) {
        pthread_mutex_lock(&lock);
        note('s', inode, length, NULL, 0);
        pthread_mutex_unlock(&lock);
    }
    return result;
}
int fsync(int file) { return flush(file, real_fsync); }
int fdatasync(int file) { return flush(file, real_fdatasync); }

int mkdir(const char *path, mode_t mode) {
    char buffer[PATH_MAX];
    const char *name = within(path, buffer);
    if (!name) return real_mkdir(path, mode);
    if (fails(NAME, name)) return -1;
    begin_change();
    int result = real_mkdir(path, mode);
    if (!result) {
        struct stat status;
        stat(path, &status);
        note_path('d', status.st_ino, name);
    }
    end_change();
    return result;
}

int unlink(const char *path) {
    char buffer[PATH_MAX];
    const char *name = within(path, buffer);
    if (!name) return real_unlink(path);
    if (fails(NAME, name)) return -1;
    begin_change();
    int result = real_unlink(path);
    if (!result) note_path('u', 0, name);
    end_change();
    return result;
}

int rename(const char *from, const char *to) {
    char one[2 * PATH_MAX], other[PATH_MAX];
    const char *old = within(from, one), *new = within(to, other);
    if (!old || !new) return real_rename(from, to);
    if (fails(NAME, new)) return -1;
    begin_change();
    int result = real_rename(from, to);
    if (!result) {
        size_t length = strlen(old);
        // Both paths, one behind the other.
        char both[2 * PATH_MAX];
        strcat(strcpy(both, old), new);
        note('r', 0, length, both, strlen(both));
    }
    end_change();
    return result;
}
