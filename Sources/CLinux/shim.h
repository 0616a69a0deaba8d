// What Linux offers and the Glibc module does not show.
#pragma once
#ifdef __linux__
// Without _GNU_SOURCE: with it some structures differ from those that the Glibc module shows.
#include <linux/sockios.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>

// Declared by the system for _GNU_SOURCE alone.
extern int accept4(int listener, struct sockaddr *from, socklen_t *length, int flags);

// Variadic. Names the calling thread; the kernel keeps 15 bytes.
static inline int linux_name_thread(const char *name) {
    return prctl(PR_SET_NAME, name, 0, 0, 0);
}

// Swift's Mutex waits on a futex that the thread sanitizer does not see, so every use of it would
// be reported as a race. These say what the lock does. Outside of the sanitizer the two functions
// do not exist, their addresses are null, and nothing is called.
extern void __tsan_acquire(void *) __attribute__((weak));
extern void __tsan_release(void *) __attribute__((weak));

static inline void linux_lock_was_taken(uintptr_t lock) {
    if (__tsan_acquire) __tsan_acquire((void *)lock);
}

static inline void linux_lock_is_given_up(uintptr_t lock) {
    if (__tsan_release) __tsan_release((void *)lock);
}
#endif
