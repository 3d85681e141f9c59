/* Makes one system call on files under a folder fail; loaded with LD_PRELOAD by benchmarks/faults.py (Linux). */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>

/* In a file that all processes map; faults.py has the same. */
struct state {
    volatile long armed;  /* whether calls are counted */
    volatile long calls;  /* how many there were */
    volatile long target; /* the number of the call that fails, from 1 */
    volatile long error;  /* its errno */
    volatile long sticky; /* whether all later calls fail too, as on a full disk */
    volatile long hit;    /* whether a call has failed */
    char call[64];        /* its name */
};
static struct state *state;
static const char *root;
static size_t length;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("FAULTS_STATE");
    root = getenv("FAULTS_ROOT");
    if (!path || !root) return;
    length = strlen(root);
    int file = open(path, O_RDWR);
    if (file < 0) return;
    void *map = mmap(0, sizeof(struct state), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (map != MAP_FAILED) state = map;
    close(file);
}

static int below(const char *path) { return !strncmp(path, root, length); }

static int path_counts(int folder, const char *path) {
    char link[64], name[4096];
    if (path[0] == '/') return below(path);
    if (folder == AT_FDCWD) return getcwd(name, sizeof name) && below(name);
    snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
    ssize_t size = readlink(link, name, sizeof name - 1);
    if (size <= 0) return 0;
    name[size] = 0;
    return below(name);
}

/* Counts a call; returns whether it must fail. A full disk only fails calls that need room. */
static int fails(const char *call, int needs_room) {
    if (!needs_room && (state->error == ENOSPC || state->error == EDQUOT)) return 0;
    long number = __sync_add_and_fetch(&state->calls, 1);
    if (number != state->target && !(state->sticky && state->target && number > state->target)) return 0;
    if (!state->hit) strncpy(state->call, call, sizeof state->call - 1);
    state->hit = 1;
    errno = (int)state->error;
    return 1;
}

#define ARMED (state && state->armed)
#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) real = dlsym(RTLD_NEXT, name)
#define ON_FILE(type, name, room, file, parameters, ...) \
    type name parameters { \
        REAL(type, #name, TYPES); \
        if (ARMED && path_counts(file, "") && fails(#name, room)) return -1; \
        return real(__VA_ARGS__); \
    }
#define ON_PATH(name, room, folder, path, parameters, ...) \
    int name parameters { \
        REAL(int, #name, TYPES); \
        if (ARMED && path_counts(folder, path) && fails(#name, room)) return -1; \
        return real(__VA_ARGS__); \
    }

#define TYPES int, void *, size_t
ON_FILE(ssize_t, read, 0, f, (int f, void *b, size_t n), f, b, n)
#undef TYPES
#define TYPES int, void *, size_t, off_t
ON_FILE(ssize_t, pread, 0, f, (int f, void *b, size_t n, off_t o), f, b, n, o)
ON_FILE(ssize_t, pread64, 0, f, (int f, void *b, size_t n, off_t o), f, b, n, o)
#undef TYPES
#define TYPES int, const void *, size_t
ON_FILE(ssize_t, write, 1, f, (int f, const void *b, size_t n), f, b, n)
#undef TYPES
#define TYPES int, const void *, size_t, off_t
ON_FILE(ssize_t, pwrite, 1, f, (int f, const void *b, size_t n, off_t o), f, b, n, o)
ON_FILE(ssize_t, pwrite64, 1, f, (int f, const void *b, size_t n, off_t o), f, b, n, o)
#undef TYPES
#define TYPES int, const struct iovec *, int
ON_FILE(ssize_t, writev, 1, f, (int f, const struct iovec *v, int n), f, v, n)
#undef TYPES
#define TYPES int, int, off_t *, size_t
ON_FILE(ssize_t, sendfile, 1, f, (int f, int from, off_t *o, size_t n), f, from, o, n)
ON_FILE(ssize_t, sendfile64, 1, f, (int f, int from, off_t *o, size_t n), f, from, o, n)
#undef TYPES
#define TYPES int
ON_FILE(int, fsync, 1, f, (int f), f)
ON_FILE(int, fdatasync, 1, f, (int f), f)
ON_FILE(int, syncfs, 1, f, (int f), f)
#undef TYPES
#define TYPES int, off_t
ON_FILE(int, ftruncate, 1, f, (int f, off_t n), f, n)
ON_FILE(int, ftruncate64, 1, f, (int f, off_t n), f, n)
#undef TYPES
#define TYPES int, off_t, off_t
ON_FILE(int, posix_fallocate, 1, f, (int f, off_t o, off_t n), f, o, n)
#undef TYPES
#define TYPES const char *, const char *
ON_PATH(rename, 1, AT_FDCWD, b, (const char *a, const char *b), a, b)
ON_PATH(link, 1, AT_FDCWD, b, (const char *a, const char *b), a, b)
#undef TYPES
#define TYPES int, const char *, int, const char *
ON_PATH(renameat, 1, e, b, (int d, const char *a, int e, const char *b), d, a, e, b)
#undef TYPES
#define TYPES int, const char *, int, const char *, int
ON_PATH(linkat, 1, e, b, (int d, const char *a, int e, const char *b, int g), d, a, e, b, g)
#undef TYPES
#define TYPES const char *
ON_PATH(unlink, 0, AT_FDCWD, a, (const char *a), a)
ON_PATH(rmdir, 0, AT_FDCWD, a, (const char *a), a)
#undef TYPES
#define TYPES int, const char *, int
ON_PATH(unlinkat, 0, d, a, (int d, const char *a, int g), d, a, g)
#undef TYPES
#define TYPES const char *, mode_t
ON_PATH(mkdir, 1, AT_FDCWD, a, (const char *a, mode_t m), a, m)
#undef TYPES
#define TYPES int, const char *, mode_t
ON_PATH(mkdirat, 1, d, a, (int d, const char *a, mode_t m), d, a, m)
#undef TYPES

/* After a call has failed for want of room, the disk is full. */
#define STATVFS(name, kind) \
    int name(const char *path, struct kind *status) { \
        REAL(int, #name, const char *, struct kind *); \
        int answer = real(path, status); \
        if (ARMED && state->hit && state->error == ENOSPC && below(path)) status->f_bavail = 0; \
        return answer; \
    }
STATVFS(statvfs, statvfs)
STATVFS(statvfs64, statvfs64)

DIR *opendir(const char *path) {
    REAL(DIR *, "opendir", const char *);
    if (ARMED && path_counts(AT_FDCWD, path) && fails("opendir", 0)) return NULL;
    return real(path);
}

#define OPEN(name, types, parameters, folder, ...) \
    int name parameters { \
        mode_t mode = 0; \
        if (flags & (O_CREAT | __O_TMPFILE)) { \
            va_list list; \
            va_start(list, flags); \
            mode = va_arg(list, mode_t); \
            va_end(list); \
        } \
        REAL(int, #name, types, int, ...); \
        if (ARMED && path_counts(folder, path) && fails(#name, (flags & (O_CREAT | O_TRUNC)) != 0)) return -1; \
        return real(__VA_ARGS__, flags, mode); \
    }
#define A const char *
OPEN(open, A, (const char *path, int flags, ...), AT_FDCWD, path)
OPEN(open64, A, (const char *path, int flags, ...), AT_FDCWD, path)
#undef A
#define A int, const char *
OPEN(openat, A, (int d, const char *path, int flags, ...), d, d, path)
OPEN(openat64, A, (int d, const char *path, int flags, ...), d, d, path)
