/* A disk that forgets: loaded before a program, it writes down what that program has synced, and nothing else.
 *
 * POWERCUT_DISK is a directory without subdirectories: the disk as the program sees it, cache included.
 * POWERCUT_PLATTER is a directory for what would survive a power cut:
 *
 *   <inode>   the content that a file had at its last fsync or fdatasync. Only pages that differ are copied, in
 *             place, so a kill in the middle leaves a sync half done, as a power cut would.
 *   entries   `<inode> <name>` a line: the names that the directory had when it was last synced. A file whose
 *             directory was not synced after it was made does not exist; one that was removed does.
 *
 * Nothing is really synced. What a program maps into memory (SQLite's -shm) is never written down.
 * POWERCUT_AFTER=n cuts the power right after the n-th sync. While POWERCUT_FULL names a file that exists, the disk
 * has no space left.
 *
 * The model and its reasons: ALICE (Pillai et al., OSDI 2014). Linux only: it asks /proc for names.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PAGE = 4096, MOST_FILES = 256 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* One open descriptor per inode that was ever synced. It is never closed: closing would drop the program's
 * POSIX locks on the file, and an inode in use is not given to another file. */
static struct { ino_t inode; int file, copy; } seen[MOST_FILES];
static int seen_count;

static _Noreturn void give_up(const char *what) {
    perror(what);
    abort();
}

static int on_disk(int fd, char *name) {
    const char *disk = getenv("POWERCUT_DISK");
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, name, PATH_MAX - 1);
    if (disk == NULL || length < 0) return 0;
    name[length] = 0;
    size_t prefix = strlen(disk);
    return strncmp(name, disk, prefix) == 0 && (name[prefix] == '/' || name[prefix] == 0);
}

static void platter_path(char *path, const char *name) {
    snprintf(path, PATH_MAX, "%s/%s", getenv("POWERCUT_PLATTER"), name);
}

static int find(int fd, ino_t inode) {
    for (int i = 0; i < seen_count; i++)
        if (seen[i].inode == inode) return i;
    if (seen_count == MOST_FILES) give_up("powercut: too many files");
    char name[64], path[PATH_MAX];
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    int file = open(name, O_RDONLY | O_CLOEXEC);
    snprintf(name, sizeof name, "%lu", (unsigned long)inode);
    platter_path(path, name);
    int copy = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0 || copy < 0) give_up("powercut: open");
    seen[seen_count].inode = inode;
    seen[seen_count].file = file;
    seen[seen_count].copy = copy;
    return seen_count++;
}

static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);

static void write_down(int fd, const struct stat *now) {
    int which = find(fd, now->st_ino);
    char ours[PAGE], kept[PAGE];
    for (off_t at = 0; at < now->st_size; at += PAGE) {
        ssize_t length = pread(seen[which].file, ours, PAGE, at);
        if (length < 0) give_up("powercut: read");
        ssize_t before = pread(seen[which].copy, kept, PAGE, at);
        if (before == length && memcmp(ours, kept, length) == 0) continue;
        if (real_pwrite(seen[which].copy, ours, length, at) != length) give_up("powercut: write");
    }
    if (ftruncate(seen[which].copy, now->st_size) != 0) give_up("powercut: truncate");
}

static void write_names_down(const char *directory) {
    char draft[PATH_MAX], final[PATH_MAX];
    platter_path(draft, "entries.draft");
    platter_path(final, "entries");
    FILE *entries = fopen(draft, "we");
    DIR *opened = opendir(directory);
    if (entries == NULL || opened == NULL) give_up("powercut: names");
    struct dirent *entry;
    while ((entry = readdir(opened)) != NULL)
        if (entry->d_type == DT_REG) fprintf(entries, "%lu %s\n", (unsigned long)entry->d_ino, entry->d_name);
    closedir(opened);
    fclose(entries);
    if (rename(draft, final) != 0) give_up("powercut: rename");
}

static void count_down(void) {
    static int syncs;
    const char *after = getenv("POWERCUT_AFTER");
    if (after != NULL && ++syncs == atoi(after)) kill(getpid(), SIGKILL);
}

static int synced(int fd, int (*real)(int)) {
    char name[PATH_MAX];
    struct stat now;
    if (!on_disk(fd, name)) return real(fd);
    pthread_mutex_lock(&lock);
    if (fstat(fd, &now) != 0) give_up("powercut: stat");
    if (S_ISDIR(now.st_mode)) write_names_down(name);
    if (S_ISREG(now.st_mode)) write_down(fd, &now);
    count_down();
    pthread_mutex_unlock(&lock);
    return 0;
}

static int is_full(int fd) {
    char name[PATH_MAX];
    const char *full = getenv("POWERCUT_FULL");
    if (full == NULL || access(full, F_OK) != 0 || !on_disk(fd, name)) return 0;
    errno = ENOSPC;
    return 1;
}

static int (*real_fsync)(int), (*real_fdatasync)(int);
static ssize_t (*real_write)(int, const void *, size_t);

__attribute__((constructor)) static void find_the_real_ones(void) {
    real_fsync = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    real_write = (ssize_t (*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
    real_pwrite = (ssize_t (*)(int, const void *, size_t, off_t))dlsym(RTLD_NEXT, "pwrite");
}

int fsync(int fd) { return synced(fd, real_fsync); }

int fdatasync(int fd) { return synced(fd, real_fdatasync); }

ssize_t write(int fd, const void *data, size_t size) { return is_full(fd) ? -1 : real_write(fd, data, size); }

ssize_t pwrite(int fd, const void *data, size_t size, off_t at) {
    return is_full(fd) ? -1 : real_pwrite(fd, data, size, at);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) { return pwrite(fd, data, size, at); }
