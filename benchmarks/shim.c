/* Watches the system calls on files below a folder; loaded with LD_PRELOAD by benchmarks/shim.py (Linux).

   What it does with them is the mode: one call fails, the process is killed at one, all that change something are
   recorded with their data, or all that would change something outside of the folder are refused. All processes of an
   operation share one counter. To add a mode: a name in ``modes``, what it does in ``begin`` (before a call) and ``end``
   (after it), and which paths count in ``counts``. To add a call: one HOOK. A call of which the shim does not know shows
   when a record is replayed: the replay differs from the folder.

   A run without a target, in which no call fails or kills, can list the calls with their sites instead: for each, the
   path and the functions of Python and of libraries that led to it. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum modes { FAIL, KILL, RECORD, REFUSE };
enum moments { BEFORE, AFTER, HALFWAY }; /* of a kill; halfway is for what writes data */

/* In a file that all processes map; shim.py has the same. */
struct state {
    volatile long armed;  /* whether calls are counted */
    volatile long mode;   /* one of ``modes`` */
    volatile long moment; /* one of ``moments`` */
    volatile long calls;  /* how many there were */
    volatile long target; /* the number of the call that fails or kills, from 1 */
    volatile long error;  /* the errno of a failing call */
    volatile long sticky; /* whether all later calls fail too, as on a full disk */
    volatile long hit;    /* whether a call has failed, killed or was refused */
    volatile long sites;  /* whether the sites of calls are recorded, if there is no target */
    char call[64];        /* its name */
    char path[4096];      /* of a refused call */
};

/* A recorded call; then follow its path, its other path and its data. */
struct event {
    char kind[16];
    long process, inode, modified, offset, path, other, size; /* modified: the file's time, in nanoseconds */
};

static struct state *state;
static const char *root, *allowed;
static size_t length;
static int state_file = -1, log_file = -1;
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static __thread int dying;
static __thread char counted[4096]; /* the path of the call */

#define CHANGES 1    /* the call changes something on the disk */
#define NEEDS_ROOM 2 /* it fails on a full disk */
#define BY_FILE 4    /* it is about an open file, so the right to use that was given before */
#define ARMED (state && state->armed)

/* Paths */

static void full_path(int folder, const char *path, char *full) {
    char link[64];
    *full = 0;
    if (path[0] == '/') {
        snprintf(full, 4096, "%s", path);
        return;
    }
    snprintf(link, sizeof link, folder == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d", folder);
    ssize_t size = readlink(link, full, 4095);
    full[size > 0 ? size : 0] = 0;
    if (size > 0 && *path) snprintf(full + size, 4096 - size, "/%s", path);
}

static int below(const char *path, const char *folder, size_t size) {
    return !strncmp(path, folder, size) && (path[size] == '/' || !path[size]);
}

/* In the mode REFUSE: whether a path is outside of the folder, once the links on the way to it are followed. */
static int outside(const char *path) {
    char above[4096], real[4096 + 256];
    snprintf(above, sizeof above, "%s", path);
    char *name = strrchr(above, '/');
    if (name) *name++ = 0;
    if (!name || !realpath(*above ? above : "/", real)) return 0; /* the call fails by itself */
    snprintf(real + strlen(real), 256, "/%s", name);
    if (below(real, root, length)) return 0;
    for (const char *one = allowed; one && *one; one = strchr(one, ':') ? strchr(one, ':') + 1 : NULL)
        if (below(real, one, strcspn(one, ":"))) return 0;
    strncpy(state->path, real, sizeof state->path - 1);
    return 1;
}

static int path_counts(int folder, const char *path) {
    if (!path) return 0; /* Rust asks statx(0, NULL, ...) whether the system has it, once a call of it has failed */
    full_path(folder, path, counted);
    return state->mode == REFUSE ? outside(counted) : below(counted, root, length);
}

/* In the mode REFUSE the file could not have been opened. */
static int file_counts(int file) { return state->mode != REFUSE && path_counts(file, ""); }

static int is_there(int folder, const char *path) {
    struct stat status;
    return !syscall(SYS_newfstatat, folder, path, &status, AT_SYMLINK_NOFOLLOW);
}

/* Before and after a call */

static void die(void) {
    for (;;) kill(getpid(), SIGKILL);
}

static void lock(int kind) {
    struct flock range = {.l_type = kind, .l_whence = SEEK_SET, .l_start = 0, .l_len = 1};
    while (fcntl(state_file, kind == F_UNLCK ? F_SETLK : F_SETLKW, &range) && errno == EINTR) {}
}

#define FRAMES 40

/* Records where a call comes from: its number, name and path, the functions of libraries as offsets, those of Python. */
static void note_site(long number, const char *call) {
    static void *(*thread)(void);
    static void (*dump)(int, void *);
    void *frames[FRAMES];
    int saved = errno;
    if (!dump) {
        thread = dlsym(RTLD_DEFAULT, "PyGILState_GetThisThreadState");
        dump = dlsym(RTLD_DEFAULT, "_Py_DumpTraceback");
    }
    int count = backtrace(frames, FRAMES);
    pthread_mutex_lock(&turn);
    lock(F_WRLCK);
    dprintf(log_file, "\001%ld\002%s\002%s\002", number, call, counted);
    for (int i = 2; i < count; i++) {
        Dl_info info;
        if (dladdr(frames[i], &info)) dprintf(log_file, "%lx ", (long)frames[i] - (long)info.dli_fbase);
    }
    dprintf(log_file, "\002");
    void *own = dump && thread ? thread() : NULL;
    if (own) dump(log_file, own);
    lock(F_UNLCK);
    pthread_mutex_unlock(&turn);
    errno = saved;
}

/* Returns whether the call must fail. */
static int begin(const char *call, int what) {
    if (state->mode != FAIL && !(what & CHANGES)) return 0;
    if (state->mode == REFUSE) {
        strncpy(state->call, call, sizeof state->call - 1);
        __sync_add_and_fetch(&state->hit, 1);
        dprintf(log_file, "%s %s\n", call, state->path);
        errno = EACCES;
        return 1;
    }
    if (state->mode == RECORD) { /* one call at a time, so that the order of the record is that of their effects */
        pthread_mutex_lock(&turn);
        lock(F_WRLCK);
        __sync_add_and_fetch(&state->calls, 1);
        return 0;
    }
    /* A full disk only fails calls that need room. */
    if (state->mode == FAIL && !(what & NEEDS_ROOM) && (state->error == ENOSPC || state->error == EDQUOT)) return 0;
    if (state->mode == FAIL && what & BY_FILE && state->error == EACCES) return 0;
    long number = __sync_add_and_fetch(&state->calls, 1);
    if (state->sites && !state->target) note_site(number, call);
    int later = state->mode == FAIL && state->sticky && state->target && number > state->target;
    if (number != state->target && !later) return 0;
    if (!state->hit) strncpy(state->call, call, sizeof state->call - 1);
    state->hit = 1;
    if (state->mode == KILL) {
        if (state->moment == BEFORE) die();
        dying = 1;
        return 0;
    }
    errno = (int)state->error;
    return 1;
}

static void end(int what) {
    if (dying) die();
    if (state->mode == RECORD && what & CHANGES) {
        int saved = errno;
        lock(F_UNLCK);
        pthread_mutex_unlock(&turn);
        errno = saved;
    }
}

/* How much of some bytes is written: half of them if the process is killed halfway. */
static size_t part(size_t size) { return dying && state->moment == HALFWAY ? size / 2 : size; }

/* The record */

static void note(const char *kind, struct stat *file_status, const char *path, const char *other, long offset,
                 long size, int file) {
    char data[1 << 16], own[64];
    struct event event = {.process = getpid(), .inode = file_status->st_ino, .offset = offset, .size = size};
    event.modified = file_status->st_mtim.tv_sec * 1000000000l + file_status->st_mtim.tv_nsec;
    event.path = strlen(path), event.other = strlen(other);
    strncpy(event.kind, kind, sizeof event.kind - 1);
    struct iovec head[] = {{&event, sizeof event}, {(void *)path, event.path}, {(void *)other, event.other}};
    syscall(SYS_writev, log_file, head, 3);
    if (file < 0) return;
    snprintf(own, sizeof own, "/proc/self/fd/%d", file); /* it may be open for writing alone */
    int again = syscall(SYS_openat, AT_FDCWD, own, O_RDONLY | O_CLOEXEC);
    for (long done = 0, got; done < size; done += got) {
        got = syscall(SYS_pread64, again, data, size - done < sizeof data ? size - done : sizeof data, offset + done);
        if (got <= 0) break; /* the record is then too short, which its reader notices */
        syscall(SYS_write, log_file, data, got);
    }
    syscall(SYS_close, again);
}

static void note_file(const char *kind, int file, long offset, long size, int with_data) {
    struct stat status = {0};
    char path[4096];
    if (offset < 0) offset = syscall(SYS_lseek, file, 0, SEEK_CUR) - size;
    syscall(SYS_fstat, file, &status);
    full_path(file, "", path);
    note(kind, &status, path, "", offset, size, with_data ? file : -1);
}

static void note_path(const char *kind, int folder, const char *path, int other_folder, const char *other) {
    struct stat status = {0};
    char full[4096], other_full[4096] = "";
    full_path(folder, path, full);
    if (other) full_path(other_folder, other, other_full);
    syscall(SYS_newfstatat, AT_FDCWD, *other_full ? other_full : full, &status, AT_SYMLINK_NOFOLLOW);
    note(kind, &status, full, other_full, 0, 0, -1);
}

/* The calls */

#define HOOK(type, name, types, parameters, arguments, counted, what, done) \
    type name parameters { \
        static type(*real) types; \
        if (!real) real = dlsym(RTLD_NEXT, #name); \
        if (!ARMED || !(counted)) return real arguments; \
        int kind = what; \
        if (state->mode != FAIL && !(kind & CHANGES)) return real arguments; \
        if (begin(#name, kind)) return -1; \
        type answer = real arguments; \
        if (state->mode == RECORD && answer >= 0) { done; } \
        end(kind); \
        return answer; \
    }
#define WRITES (CHANGES | NEEDS_ROOM)
#define WRITTEN(offset) note_file("write", f, offset, answer, 1)
#define ON_FILE(type, name, types, parameters, arguments, what, done) \
    HOOK(type, name, types, parameters, arguments, file_counts(f), (what) | BY_FILE, done)

ON_FILE(ssize_t, read, (int, void *, size_t), (int f, void *b, size_t n), (f, b, n), 0, )
#define READ(name) \
    ON_FILE(ssize_t, name, (int, void *, size_t, off_t), (int f, void *b, size_t n, off_t o), (f, b, n, o), 0, )
READ(pread) READ(pread64)

ON_FILE(ssize_t, write, (int, const void *, size_t), (int f, const void *b, size_t n), (f, b, part(n)), WRITES,
        WRITTEN(-1))
#define PWRITE(name) \
    ON_FILE(ssize_t, name, (int, const void *, size_t, off_t), (int f, const void *b, size_t n, off_t o), \
            (f, b, part(n), o), WRITES, WRITTEN(o))
PWRITE(pwrite) PWRITE(pwrite64)
ON_FILE(ssize_t, writev, (int, const struct iovec *, int), (int f, const struct iovec *v, int n), (f, v, part(n)),
        WRITES, WRITTEN(-1))
#define PWRITEV(name) \
    ON_FILE(ssize_t, name, (int, const struct iovec *, int, off_t), (int f, const struct iovec *v, int n, off_t o), \
            (f, v, part(n), o), WRITES, WRITTEN(o))
PWRITEV(pwritev) PWRITEV(pwritev64)
#define SENDFILE(name) \
    ON_FILE(ssize_t, name, (int, int, off_t *, size_t), (int f, int from, off_t *o, size_t n), (f, from, o, part(n)), \
            WRITES, WRITTEN(-1))
SENDFILE(sendfile) SENDFILE(sendfile64)
ON_FILE(ssize_t, copy_file_range, (int, off_t *, int, off_t *, size_t, unsigned),
        (int from, off_t *a, int f, off_t *b, size_t n, unsigned g), (from, a, f, b, part(n), g), WRITES,
        WRITTEN(b ? *b - answer : -1))

#define FLUSH(name, kind) ON_FILE(int, name, (int), (int f), (f), WRITES, note_file(kind, f, 0, 0, 0))
FLUSH(fsync, "sync") FLUSH(fdatasync, "sync") FLUSH(syncfs, "sync all")
#define TRUNCATE(name) \
    ON_FILE(int, name, (int, off_t), (int f, off_t n), (f, n), WRITES, note_file("truncate", f, 0, n, 0))
TRUNCATE(ftruncate) TRUNCATE(ftruncate64)
#define FALLOCATE(name) \
    ON_FILE(int, name, (int, off_t, off_t), (int f, off_t o, off_t n), (f, o, n), WRITES, \
            if (!answer) note_file("extend", f, 0, o + n, 0))
FALLOCATE(posix_fallocate) FALLOCATE(posix_fallocate64)
#define FALLOCATE_AS(name) \
    ON_FILE(int, name, (int, int, off_t, off_t), (int f, int m, off_t o, off_t n), (f, m, o, n), WRITES, \
            note_file(m ? "unknown" : "extend", f, 0, o + n, 0))
FALLOCATE_AS(fallocate) FALLOCATE_AS(fallocate64)
ON_FILE(int, fchmod, (int, mode_t), (int f, mode_t m), (f, m), CHANGES, note_file("status", f, 0, 0, 0))
#define TIMES const struct timespec
ON_FILE(int, futimens, (int, TIMES *), (int f, TIMES t[2]), (f, t), CHANGES,
        note_file("status", f, 0, 0, 0))

#define NOTED(kind, folder, path) note_path(kind, folder, path, 0, NULL)
#define ON_PATH(name, types, parameters, arguments, folder, path, what, done) \
    HOOK(int, name, types, parameters, arguments, path_counts(folder, path), what, done)
#define C const char *
ON_PATH(unlink, (C), (C a), (a), AT_FDCWD, a, CHANGES, NOTED("unlink", AT_FDCWD, a))
ON_PATH(rmdir, (C), (C a), (a), AT_FDCWD, a, CHANGES, NOTED("unlink", AT_FDCWD, a))
ON_PATH(unlinkat, (int, C, int), (int d, C a, int g), (d, a, g), d, a, CHANGES, NOTED("unlink", d, a))
ON_PATH(mkdir, (C, mode_t), (C a, mode_t m), (a, m), AT_FDCWD, a, WRITES, NOTED("mkdir", AT_FDCWD, a))
ON_PATH(mkdirat, (int, C, mode_t), (int d, C a, mode_t m), (d, a, m), d, a, WRITES, NOTED("mkdir", d, a))
ON_PATH(link, (C, C), (C a, C b), (a, b), AT_FDCWD, b, WRITES, note_path("link", AT_FDCWD, a, AT_FDCWD, b))
ON_PATH(linkat, (int, C, int, C, int), (int d, C a, int e, C b, int g), (d, a, e, b, g), e, b, WRITES,
        note_path("link", d, a, e, b))
ON_PATH(symlink, (C, C), (C a, C b), (a, b), AT_FDCWD, b, WRITES, note_path("unknown", AT_FDCWD, b, AT_FDCWD, b))
ON_PATH(symlinkat, (C, int, C), (C a, int e, C b), (a, e, b), e, b, WRITES, note_path("unknown", e, b, e, b))
#define TRUNCATE_AT(name) \
    ON_PATH(name, (C, off_t), (C a, off_t n), (a, n), AT_FDCWD, a, WRITES, NOTED("unknown", AT_FDCWD, a))
TRUNCATE_AT(truncate) TRUNCATE_AT(truncate64)
ON_PATH(chmod, (C, mode_t), (C a, mode_t m), (a, m), AT_FDCWD, a, CHANGES, NOTED("status", AT_FDCWD, a))
ON_PATH(fchmodat, (int, C, mode_t, int), (int d, C a, mode_t m, int g), (d, a, m, g), d, a, CHANGES,
        NOTED("status", d, a))
ON_PATH(utimensat, (int, C, TIMES *, int), (int d, C a, TIMES t[2], int g), (d, a, t, g), d, a, CHANGES,
        NOTED("status", d, a))

/* What only looks can fail too. */
#define STAT(name, kind) \
    ON_PATH(name, (C, struct kind *), (C a, struct kind *s), (a, s), AT_FDCWD, a, 0, )
STAT(stat, stat) STAT(stat64, stat64) STAT(lstat, stat) STAT(lstat64, stat64)
#define STAT_AT(name, kind) \
    ON_PATH(name, (int, C, struct kind *, int), (int d, C a, struct kind *s, int g), (d, a, s, g), d, a, 0, )
STAT_AT(fstatat, stat) STAT_AT(fstatat64, stat64)
#define STAT_OF(name, kind) ON_FILE(int, name, (int, struct kind *), (int f, struct kind *s), (f, s), 0, )
STAT_OF(fstat, stat) STAT_OF(fstat64, stat64)
ON_PATH(statx, (int, C, int, unsigned, struct statx *), (int d, C a, int g, unsigned m, struct statx *s),
        (d, a, g, m, s), d, a, 0, )
ON_PATH(access, (C, int), (C a, int m), (a, m), AT_FDCWD, a, 0, )
ON_PATH(faccessat, (int, C, int, int), (int d, C a, int m, int g), (d, a, m, g), d, a, 0, )

/* Opening for writing changes nothing yet, but is refused outside of the folder. */
static int opening(int folder, const char *path, int flags) {
    int room = flags & (O_CREAT | O_TRUNC) ? NEEDS_ROOM : 0;
    if (state->mode == FAIL) return room;
    if (state->mode == REFUSE) return room || flags & O_ACCMODE ? CHANGES : 0;
    return flags & O_TRUNC || (flags & O_CREAT && !is_there(folder, path)) ? WRITES : 0;
}

#define OPEN(name, types, parameters, folder, arguments) \
    int name parameters { \
        static int(*real) types; \
        if (!real) real = dlsym(RTLD_NEXT, #name); \
        mode_t mode = 0; \
        if (flags & (O_CREAT | __O_TMPFILE)) { \
            va_list list; \
            va_start(list, flags); \
            mode = va_arg(list, mode_t); \
            va_end(list); \
        } \
        if (!ARMED || !path_counts(folder, path)) return real arguments; \
        int kind = opening(folder, path, flags), is_new = !is_there(folder, path); \
        if (state->mode != FAIL && !(kind & CHANGES)) return real arguments; \
        if (begin(#name, kind)) return -1; \
        int answer = real arguments; \
        if (state->mode == RECORD && answer >= 0) { \
            if (is_new) NOTED("create", folder, path); \
            else note_file("truncate", answer, 0, 0, 0); \
        } \
        end(kind); \
        return answer; \
    }
OPEN(open, (C, int, ...), (C path, int flags, ...), AT_FDCWD, (path, flags, mode))
OPEN(open64, (C, int, ...), (C path, int flags, ...), AT_FDCWD, (path, flags, mode))
OPEN(openat, (int, C, int, ...), (int d, C path, int flags, ...), d, (d, path, flags, mode))
OPEN(openat64, (int, C, int, ...), (int d, C path, int flags, ...), d, (d, path, flags, mode))

DIR *opendir(const char *path) {
    static DIR *(*real)(const char *);
    if (!real) real = dlsym(RTLD_NEXT, "opendir");
    if (ARMED && state->mode == FAIL && path_counts(AT_FDCWD, path) && begin("opendir", 0)) return NULL;
    return real(path);
}

#define READDIR(name, kind) \
    struct kind *name(DIR *folder) { \
        static struct kind *(*real)(DIR *); \
        if (!real) real = dlsym(RTLD_NEXT, #name); \
        if (ARMED && state->mode == FAIL && file_counts(dirfd(folder)) && begin(#name, BY_FILE)) return NULL; \
        return real(folder); \
    }
READDIR(readdir, dirent)
READDIR(readdir64, dirent64)

/* After a call has failed for want of room, the disk is full. */
#define STATVFS(name, kind) \
    int name(const char *path, struct kind *status) { \
        static int (*real)(const char *, struct kind *); \
        if (!real) real = dlsym(RTLD_NEXT, #name); \
        int answer = real(path, status); \
        if (ARMED && state->mode == FAIL && state->hit && state->error == ENOSPC && below(path, root, length)) \
            status->f_bavail = 0; \
        return answer; \
    }
STATVFS(statvfs, statvfs)
STATVFS(statvfs64, statvfs64)

/* Writes to shared memory are no calls; SQLite's -shm files, which hold nothing that must last, are the only ones. */
#define MMAP(name) \
    void *name(void *at, size_t size, int access, int flags, int f, off_t offset) { \
        if (ARMED && state->mode == RECORD && flags & MAP_SHARED && access & PROT_WRITE && f >= 0 && file_counts(f)) { \
            begin(#name, CHANGES); \
            note_file("map", f, 0, 0, 0); \
            end(CHANGES); \
        } \
        return (void *)syscall(SYS_mmap, at, size, access, flags, f, offset); \
    }
MMAP(mmap)
MMAP(mmap64)

/* Renames. The libraries of tantivy make this call without the C library, so the kernel is asked to send a signal for
   it, except from one address, at which this library makes the call itself. The filter outlives an exec, so that
   address is the same in all processes. */
static long (*direct)(long call, long a, long b, long c, long d, long e);

static int move(const char *call, int d, C a, int e, C b, unsigned flags) {
    int counted = ARMED && (path_counts(e, b) || path_counts(d, a));
    if (counted && begin(call, WRITES)) return -1;
    long answer = direct ? direct(SYS_renameat2, d, (long)a, e, (long)b, flags) : syscall(SYS_renameat2, d, a, e, b, flags);
    if (direct && answer < 0) errno = -answer, answer = -1;
    if (counted) {
        if (state->mode == RECORD && !answer) note_path(flags ? "unknown" : "rename", d, a, e, b);
        end(WRITES);
    }
    return answer;
}

int rename(C a, C b) { return move("rename", AT_FDCWD, a, AT_FDCWD, b, 0); }
int renameat(int d, C a, int e, C b) { return move("renameat", d, a, e, b, 0); }
int renameat2(int d, C a, int e, C b, unsigned flags) { return move("renameat2", d, a, e, b, flags); }

#if defined(__x86_64__)
#define ADDRESS 0x1d0c00000000ul
/* mov rax,rdi; mov rdi,rsi; mov rsi,rdx; mov rdx,rcx; mov r10,r8; mov r8,r9; syscall; ret */
static const unsigned char CODE[] = {0x48, 0x89, 0xf8, 0x48, 0x89, 0xf7, 0x48, 0x89, 0xd6, 0x48, 0x89,
                                     0xca, 0x4d, 0x89, 0xc2, 0x4d, 0x89, 0xc8, 0x0f, 0x05, 0xc3};

static void on_signal(int signal, siginfo_t *info, void *context) {
    int saved = errno, answer;
    greg_t *at = ((ucontext_t *)context)->uc_mcontext.gregs;
    long a = at[REG_RDI], b = at[REG_RSI], c = at[REG_RDX], d = at[REG_R10];
    if (info->si_syscall == SYS_rename) answer = move("rename", AT_FDCWD, (C)a, AT_FDCWD, (C)b, 0);
    else answer = move("renameat", a, (C)b, c, (C)d, info->si_syscall == SYS_renameat2 ? at[REG_R8] : 0);
    at[REG_RAX] = answer ? -errno : 0;
    errno = saved;
}

static void watch_renames(void) {
    void *page = (void *)syscall(SYS_mmap, ADDRESS, 4096, PROT_READ | PROT_WRITE,
                                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (page != (void *)ADDRESS) return;
    memcpy(page, CODE, sizeof CODE);
    mprotect(page, 4096, PROT_READ | PROT_EXEC);
    direct = (long (*)(long, long, long, long, long, long))ADDRESS;
    struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_NODEFER};
    sigaction(SIGSYS, &action, NULL);
    const unsigned after = sizeof CODE - 1; /* where the call returns to */
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_rename, 2, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_renameat, 1, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_renameat2, 0, 4),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, instruction_pointer)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)ADDRESS + after, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, instruction_pointer) + 4),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)(ADDRESS >> 32), 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
    };
    struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
    if (prctl(PR_GET_SECCOMP) == SECCOMP_MODE_FILTER && getenv("SHIM_FILTERED")) return;
    if (!prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) && !prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
        setenv("SHIM_FILTERED", "1", 1); /* else only renames by the C library are seen */
}
#else
static void watch_renames(void) {}
#endif

__attribute__((constructor)) static void start(void) {
    const char *path = getenv("SHIM_STATE"), *log = getenv("SHIM_LOG");
    root = getenv("SHIM_ROOT"), allowed = getenv("SHIM_ALLOWED"); /* folders, with colons between them */
    if (!path || !root) return;
    length = strlen(root);
    state_file = syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC);
    if (log) log_file = syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (state_file < 0) return;
    void *frame;
    backtrace(&frame, 1); /* loads what it needs */
    void *map = (void *)syscall(SYS_mmap, 0, sizeof(struct state), PROT_READ | PROT_WRITE, MAP_SHARED, state_file, 0);
    if (map == MAP_FAILED) return;
    watch_renames();
    state = map;
}
