/* Files that appear under their names only when they are complete; see output.h. */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

enum { LINKS = 40 }; /* as many as Linux follows */

static int refuse(const char *name, struct err *e)
{
	return err_system(e, "cannot write '%s'", name);
}

/*
 * The number of a descriptor that is named by a path: /dev/stdout, /dev/fd/3, /proc/self/fd/3; or
 * -1.
 */
static int descriptor(const char *path)
{
	static const char *const folders[] = { "/dev/fd/", "/proc/self/fd/" };
	size_t i, n;
	char *end;
	long fd;

	if (!strcmp(path, "/dev/stdout"))
		return 1;
	if (!strcmp(path, "/dev/stderr"))
		return 2;
	for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		n = strlen(folders[i]);
		if (strncmp(path, folders[i], n) != 0 || path[n] < '0' || path[n] > '9')
			continue;
		fd = strtol(path + n, &end, 10);
		if (!*end && fd <= INT_MAX)
			return (int)fd;
	}
	return -1;
}

int output_resolve(const char *name, char path[PATH_MAX])
{
	char link[PATH_MAX], *slash;
	ssize_t n;
	size_t folder;
	int i;

	if (!*name || strlen(name) >= PATH_MAX) {
		errno = *name ? ENAMETOOLONG : ENOENT;
		return -1;
	}
	strcpy(path, name);
	for (i = 0; i < LINKS && descriptor(path) < 0; i++) {
		n = readlink(path, link, sizeof(link) - 1);
		if (n < 0)
			return errno == EINVAL || errno == ENOENT ? 0 : -1;
		link[n] = 0;
		slash = strrchr(path, '/');
		folder = link[0] == '/' || !slash ? 0 : (size_t)(slash - path) + 1;
		if (folder + (size_t)n >= PATH_MAX) {
			errno = ENAMETOOLONG;
			return -1;
		}
		memcpy(path + folder, link, (size_t)n + 1);
	}
	if (i < LINKS)
		return 0;
	errno = ELOOP;
	return -1;
}

int output_write(int fd, const void *p, size_t n)
{
	const char *bytes = p;
	ssize_t done;

	for (; n; bytes += done, n -= (size_t)done) {
		done = write(fd, bytes, n);
		if (done < 0 && errno != EINTR)
			return -1;
		done = done < 0 ? 0 : done;
	}
	return 0;
}

/* What is written as it is, by its descriptor. */
static int take(struct output *o, int fd, struct err *e)
{
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		return refuse(o->name, e);
	o->fd = fd;
	o->device = st.st_dev;
	o->inode = st.st_ino;
	if (!S_ISREG(st.st_mode))
		o->inode = 0; /* devices and pipes may well be read and written */
	return 0;
}

/*
 * A file of another name beside the target, with the mode and owner that the target has or will
 * have.
 */
static int open_part(struct output *o, const struct stat *old, struct err *e)
{
	static const char ending[] = ".part-XXXXXX"; /* also where the name is as long as may be */
	const char *slash = strrchr(o->target, '/'), *file = slash ? slash + 1 : o->target;
	size_t n = strlen(o->target) + sizeof(ending), most = NAME_MAX - strlen(ending);
	size_t kept = (size_t)(file - o->target) + strnlen(file, most);
	mode_t mask = umask(0);

	umask(mask);
	o->part = malloc(n);
	if (!o->part)
		return err_memory(e);
	snprintf(o->part, n, "%.*s%s", (int)kept, o->target, ending);
	o->fd = mkostemp(o->part, O_CLOEXEC);
	if (o->fd < 0) {
		free(o->part);
		o->part = NULL;
		return refuse(o->name, e);
	}
	if (old && fchown(o->fd, old->st_uid, old->st_gid))
		errno = 0; /* only root can */
	if (fchmod(o->fd, old ? old->st_mode & 07777 : 0666 & ~mask))
		return refuse(o->name, e);
	return 0;
}

int output_is_named(const char *name)
{
	char path[PATH_MAX];
	struct stat st;

	if (output_resolve(name, path) || descriptor(path) >= 0)
		return 0;
	return stat(path, &st) ? 1 : S_ISREG(st.st_mode) && strncmp(path, "/proc/", 6) != 0;
}

static int open_target(struct output *o, const char *path, struct err *e)
{
	struct stat st;
	int exists = !stat(path, &st), fd = descriptor(path);

	if (!exists && errno != ENOENT)
		return refuse(o->name, e);
	if (fd >= 0)
		return take(o, fcntl(fd, F_DUPFD_CLOEXEC, 3), e);
	if (exists && S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		return refuse(o->name, e);
	}
	if (exists && (!S_ISREG(st.st_mode) || !strncmp(path, "/proc/", 6)))
		return take(o, open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY), e);
	if (exists && o->fresh)
		return err_set(e, "'%s' exists and is not replaced (--no-clobber)", o->name);
	if (exists && access(path, W_OK))
		return refuse(o->name, e);
	o->target = strdup(path);
	if (!o->target)
		return err_memory(e);
	if (exists) {
		o->replaces = 1;
		o->device = st.st_dev;
		o->inode = st.st_ino;
	}
	return open_part(o, exists ? &st : NULL, e);
}

int output_open(struct output *o, const char *name, int fresh, struct err *e)
{
	char path[PATH_MAX];

	*o = (struct output){ .fd = -1, .name = strdup(name), .fresh = fresh };
	if (!o->name)
		return err_memory(e);
	if (output_resolve(name, path) ? refuse(name, e) : open_target(o, path, e)) {
		output_drop(o);
		return -1;
	}
	return 0;
}

int output_standard(struct output *o, struct err *e)
{
	*o = (struct output){ .fd = -1, .name = strdup("standard output") };
	if (!o->name)
		return err_memory(e);
	return take(o, STDOUT_FILENO, e);
}

static void clear(struct output *o)
{
	free(o->name);
	free(o->target);
	free(o->part);
	*o = (struct output){ .fd = -1 };
}

/*
 * Give the part its name; where it must be the first of this name, by a link, which replaces
 * nothing.
 */
static int rename_part(struct output *o, struct err *e)
{
	if (o->fresh && !link(o->part, o->target)) {
		unlink(o->part);
		return 0;
	}
	if (o->fresh && errno == EEXIST)
		return err_set(e, "'%s' exists and is not replaced (--no-clobber)", o->name);
	if (rename(o->part, o->target))
		return err_system(e, "cannot rename '%s' to '%s'", o->part, o->target);
	return 0;
}

int output_keep(struct output *o, struct err *e)
{
	int result = 0;

	if (o->fd > 2 && close(o->fd))
		result = refuse(o->name, e);
	o->fd = -1;
	if (!result && o->part)
		result = rename_part(o, e);
	if (result && o->part)
		unlink(o->part);
	clear(o);
	return result;
}

void output_drop(struct output *o)
{
	if (o->fd > 2)
		close(o->fd);
	if (o->part)
		unlink(o->part);
	clear(o);
}

int output_refuse(const struct output *o, const char *name, struct err *e)
{
	int is_input = !strcmp(name, "-");
	struct stat st;

	if (!o->inode || (is_input ? fstat(0, &st) : stat(name, &st)) || !S_ISREG(st.st_mode) ||
	    st.st_dev != o->device || st.st_ino != o->inode)
		return 0;
	return err_set(e, "'%s' is input and output at once: write to another file",
		       is_input ? o->name : name);
}
