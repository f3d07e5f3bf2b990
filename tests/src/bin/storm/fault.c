/* Makes writing to a database file fail while a control file says so: loaded into the service before the C library.
 *
 * The control file holds three numbers of 32 bits: the error to give (0 for none), how many calls of a hundred get it,
 * and how many more get it at most. It is mapped, so that it costs nothing to look at. Only files that end in .db and
 * .db-wal fail, and only calls that write.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

static volatile int *control;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("STORM_CONTROL");
    int fd = path ? open(path, O_RDWR) : -1;
    if (fd < 0) return;
    void *map = mmap(NULL, 12, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (map != MAP_FAILED) control = map;
}

static int ends(const char *name, size_t length, const char *end) {
    size_t n = strlen(end);
    return length >= n && memcmp(name + length - n, end, n) == 0;
}

/* Whether this call is to fail; sets errno then. */
static int fails(int fd) {
    if (!control || control[0] == 0 || control[2] <= 0) return 0;
    char link[64], name[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, name, sizeof name);
    if (length <= 0 || !(ends(name, length, ".db") || ends(name, length, ".db-wal"))) return 0;
    if (rand() % 100 >= control[1]) return 0;
    __sync_fetch_and_sub((int *)&control[2], 1);
    errno = control[0];
    return 1;
}

#define NEXT(name) \
    static __typeof__(&name) next; \
    if (!next) next = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

ssize_t write(int fd, const void *from, size_t count) {
    NEXT(write);
    return fails(fd) ? -1 : next(fd, from, count);
}

ssize_t pwrite(int fd, const void *from, size_t count, off_t at) {
    NEXT(pwrite);
    return fails(fd) ? -1 : next(fd, from, count, at);
}

ssize_t pwrite64(int fd, const void *from, size_t count, off64_t at) {
    NEXT(pwrite64);
    return fails(fd) ? -1 : next(fd, from, count, at);
}

int ftruncate(int fd, off_t length) {
    NEXT(ftruncate);
    return fails(fd) ? -1 : next(fd, length);
}

int ftruncate64(int fd, off64_t length) {
    NEXT(ftruncate64);
    return fails(fd) ? -1 : next(fd, length);
}

int fsync(int fd) {
    NEXT(fsync);
    return fails(fd) ? -1 : next(fd);
}

int fdatasync(int fd) {
    NEXT(fdatasync);
    return fails(fd) ? -1 : next(fd);
}
