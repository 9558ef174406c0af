/* The files of a run that can be resumed; see part.h. */
#include "train/part.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include "hash.h"
#include "output.h"

static char *join(const char *a, const char *b)
{
	size_t n = strlen(a) + strlen(b) + 1;
	char *s = malloc(n);

	if (s)
		snprintf(s, n, "%s%s", a, b);
	return s;
}

int part_init(struct part *p, const char *name, struct err *e)
{
	char path[PATH_MAX];
	struct stat st;

	*p = (struct part){ .fd = -1 };
	if (!stat(name, &st) && !S_ISREG(st.st_mode))
		return err_set(e, "'%s' is no file that a run could be continued in", name);
	if (output_resolve(name, path))
		return err_system(e, "cannot write '%s'", name);
	p->name = join(path, "");
	if (p->name) {
		p->path = join(p->name, ".part");
		p->more = join(p->name, ".more");
	}
	if (p->name && p->path && p->more)
		return 0;
	part_free(p);
	return err_memory(e);
}

void part_free(struct part *p)
{
	free(p->name);
	free(p->path);
	free(p->more);
	if (p->fd >= 0)
		close(p->fd);
	*p = (struct part){ .fd = -1 };
}

/* The file's folder without links, and its name in it. */
static void locate(const char *path, char place[2 * PATH_MAX])
{
	char copy[PATH_MAX], folder[PATH_MAX];

	snprintf(copy, sizeof(copy), "%s", path);
	if (!realpath(dirname(copy), folder))
		snprintf(folder, sizeof(folder), "?");
	snprintf(copy, sizeof(copy), "%s", path);
	snprintf(place, 2 * (size_t)PATH_MAX, "%s/%s", folder, basename(copy));
}

static int is_same(const char *a, const char *b)
{
	char at[2 * PATH_MAX], bt[2 * PATH_MAX];
	struct stat as, bs;

	if (!stat(a, &as) && !stat(b, &bs))
		return as.st_dev == bs.st_dev && as.st_ino == bs.st_ino;
	locate(a, at);
	locate(b, bt);
	return !strcmp(at, bt);
}

int part_clashes(const struct part *p, const char *state)
{
	static const char *const ours[] = { "", ".part", ".more", ".lock" };
	static const char *const theirs[] = { "", ".part", ".lock" };
	char a[PATH_MAX], b[PATH_MAX];
	int i, k;

	for (i = 0; i < 4; i++)
		for (k = 0; k < 3; k++) {
			snprintf(a, sizeof(a), "%s%s", p->name, ours[i]);
			snprintf(b, sizeof(b), "%s%s", state, theirs[k]);
			if (is_same(a, b))
				return 1;
		}
	return 0;
}

/* Hash bytes @from to @to of a file; -1 with errno, 0 if there are fewer, 1 */
static int hash_file(int fd, uint64_t from, uint64_t to, uint64_t *hash)
{
	unsigned char buffer[1 << 16];
	ssize_t n;

	while (from < to) {
		n = pread(fd, buffer, to - from < sizeof(buffer) ? to - from : sizeof(buffer),
			  (off_t)from);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return (int)n;
		*hash = hash_bytes(*hash, buffer, (size_t)n);
		from += (uint64_t)n;
	}
	return 1;
}

int part_is(const char *path, uint64_t bytes, uint64_t hash, int whole)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW), result = 0;
	uint64_t found = HASH_START;
	struct stat st;

	if (fd < 0)
		return 0;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode) && (uint64_t)st.st_size >= bytes &&
	    (!whole || (uint64_t)st.st_size == bytes))
		result = hash_file(fd, 0, bytes, &found) == 1 && found == hash;
	close(fd);
	return result;
}

static int open_part(struct part *p, const char *path, int flags, struct err *e)
{
	p->fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags, 0666);
	p->hash = HASH_START;
	p->hashed = 0;
	return p->fd < 0 ? err_system(e, "cannot write '%s'", path) : 0;
}

int part_create(struct part *p, const char *path, struct err *e)
{
	return open_part(p, path, O_CREAT | O_TRUNC, e);
}

int part_resume(struct part *p, uint64_t bytes, struct err *e)
{
	if (open_part(p, p->path, 0, e))
		return -1;
	if (ftruncate(p->fd, (off_t)bytes) || lseek(p->fd, 0, SEEK_END) < 0)
		return err_system(e, "cannot write '%s'", p->path);
	return 0;
}

int part_hash(struct part *p, uint64_t bytes, uint64_t *hash, struct err *e)
{
	int got;

	if (fsync(p->fd))
		return err_system(e, "cannot write '%s'", p->path);
	got = hash_file(p->fd, p->hashed, bytes, &p->hash);
	if (got < 0)
		return err_system(e, "cannot read '%s'", p->path);
	if (!got)
		return err_set(e, "'%s' was cut by another program", p->path);
	p->hashed = bytes;
	*hash = p->hash;
	return 0;
}

int part_keep(struct part *p, const char *path, const char *name, struct err *e)
{
	struct stat old;
	int fd = p->fd;

	p->fd = -1;
	if (fd >= 0 && !stat(name, &old))
		(void)fchmod(fd, old.st_mode & 07777); /* what is replaced keeps its mode */
	if (fd >= 0 && close(fd))
		return err_system(e, "cannot write '%s'", path);
	if (rename(path, name))
		return err_system(e, "cannot rename '%s' to '%s'", path, name);
	return 0;
}
