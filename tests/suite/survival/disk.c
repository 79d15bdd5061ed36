/* Stands between a program and its disk: the k-th operation by which the program would change something fails, or is
 * the last thing that happens to it.
 *
 * FAULT_AT      which operation, counted from 1
 * FAULT_HOW     fail: that one has no room · full: nor has any after it · torn: half of what is to be written is
 *               written, then there is no room · kill: SIGKILL before it · torn-kill: SIGKILL after half of it
 * FAULT_MARK    a file that is made when it happens
 *
 * Only what is named by a relative path counts, or lies below the folder that the program was started in: whatever
 * else a program opens is not its own. Taking things away never fails, as on a full disk; nor does waiting for a
 * folder to be on the disk, which not all systems can. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static long done;

static int is_below(const char *path) {
    char here[4096];
    if (path[0] != '/') return 1;
    if (!getcwd(here, sizeof here)) return 0;
    size_t length = strlen(here);
    return strncmp(path, here, length) == 0 && (path[length] == '/' || path[length] == 0);
}

static int is_file_of_ours(int fd) {
    char link[64] = "/proc/self/fd/", path[4096];
    char digits[16];
    int count = 0;
    unsigned rest = (unsigned)fd;
    if (fd <= 2) return 0;
    do digits[count++] = (char)('0' + rest % 10); while (rest /= 10);
    char *to = link + strlen(link);
    while (count) *to++ = digits[--count];
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0 || path[0] != '/') return 0;
    path[length] = 0;
    return is_below(path);
}

static int is_folder(int fd) {
    struct stat about;
    return fstat(fd, &about) == 0 && S_ISDIR(about.st_mode);
}

/* Whether it is the turn of this operation: 1 if so, 2 if it shall be done by half first. */
static int strikes(void) {
    const char *at = getenv("FAULT_AT"), *how = getenv("FAULT_HOW"), *mark = getenv("FAULT_MARK");
    if (!at || !how) return 0;
    long number = __atomic_add_fetch(&done, 1, __ATOMIC_SEQ_CST), turn = atol(at);
    if (number != turn && !(number > turn && strcmp(how, "full") == 0)) return 0;
    if (mark) {
        int fd = REAL(open64)(mark, O_CREAT | O_WRONLY, 0644);
        if (fd >= 0) close(fd);
    }
    if (strcmp(how, "kill") == 0) kill(getpid(), SIGKILL);
    errno = ENOSPC;
    return strncmp(how, "torn", 4) == 0 ? 2 : 1;
}

static int ends_by_kill(void) {
    const char *how = getenv("FAULT_HOW");
    return how && strcmp(how, "torn-kill") == 0;
}

/* For all that cannot be done by half. */
static int fails(void) {
    int strike = strikes();
    if (strike && ends_by_kill()) kill(getpid(), SIGKILL);
    return strike;
}

static ssize_t write_half(int fd, const void *bytes, size_t count) {
    /* The half is written; that the rest has no room is for the next call to find out, as on a real disk. */
    ssize_t written = REAL(write)(fd, bytes, count / 2);
    if (ends_by_kill()) kill(getpid(), SIGKILL);
    __atomic_sub_fetch(&done, 1, __ATOMIC_SEQ_CST);
    setenv("FAULT_HOW", "full", 1);
    return written;
}

ssize_t write(int fd, const void *bytes, size_t count) {
    if (is_file_of_ours(fd)) {
        int strike = strikes();
        if (strike == 2 && count > 1) return write_half(fd, bytes, count);
        if (strike) return -1;
    }
    return REAL(write)(fd, bytes, count);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
    return is_file_of_ours(fd) && fails() ? -1 : REAL(pwrite64)(fd, bytes, count, at);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    return is_file_of_ours(fd) && fails() ? -1 : REAL(writev)(fd, parts, count);
}

static int changes(int flags) { return (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)); }

#define MODE(flags, mode)                                                                                            \
    mode_t mode = 0;                                                                                                 \
    if (flags & (O_CREAT | O_TMPFILE)) {                                                                             \
        va_list rest;                                                                                                \
        va_start(rest, flags);                                                                                       \
        mode = va_arg(rest, mode_t);                                                                                 \
        va_end(rest);                                                                                                \
    }

int open64(const char *path, int flags, ...) {
    MODE(flags, mode)
    return changes(flags) && is_below(path) && fails() ? -1 : REAL(open64)(path, flags, mode);
}

int openat64(int folder, const char *path, int flags, ...) {
    MODE(flags, mode)
    return changes(flags) && is_below(path) && fails() ? -1 : REAL(openat64)(folder, path, flags, mode);
}

int mkdir(const char *path, mode_t mode) { return is_below(path) && fails() ? -1 : REAL(mkdir)(path, mode); }

int rename(const char *from, const char *to) { return is_below(to) && fails() ? -1 : REAL(rename)(from, to); }

int link(const char *from, const char *to) { return is_below(to) && fails() ? -1 : REAL(link)(from, to); }

int fsync(int fd) { return is_file_of_ours(fd) && !is_folder(fd) && fails() ? -1 : REAL(fsync)(fd); }

int fdatasync(int fd) { return is_file_of_ours(fd) && fails() ? -1 : REAL(fdatasync)(fd); }

int ftruncate64(int fd, off64_t length) {
    return is_file_of_ours(fd) && fails() ? -1 : REAL(ftruncate64)(fd, length);
}
