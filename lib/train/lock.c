/* Locks on files by name; see lock.h. */
#include "train/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

/* Is the file at @path still the one that is open? */
static int is_there(int fd, const char *path)
{
	struct stat open, there;

	return !fstat(fd, &open) && !stat(path, &there) && open.st_dev == there.st_dev &&
	       open.st_ino == there.st_ino;
}

/* 1 when the lock is ours, 0 when the file was removed by who held it, -1 with @e */
static int try_lock(int fd, const char *path, const char *file, struct err *e)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	if (!fcntl(fd, F_SETLK, &whole))
		return is_there(fd, path);
	if (errno != EACCES && errno != EAGAIN)
		return err_system(e, "cannot lock '%s'", path);
	if (fcntl(fd, F_GETLK, &whole) || whole.l_type == F_UNLCK)
		return 0;
	return err_set(e, "'%s' is being written by process %ld", file, (long)whole.l_pid);
}

int lock_take(struct lock *l, const char *file, struct err *e)
{
	size_t n = strlen(file) + sizeof(".lock");
	char *path = malloc(n);
	int fd, got;

	if (!path)
		return err_memory(e);
	snprintf(path, n, "%s.lock", file);
	do {
		fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
		got = fd < 0 ? err_system(e, "cannot write '%s'", file)
			     : try_lock(fd, path, file, e);
		if (got == 1)
			*l = (struct lock){ path, fd };
		else if (fd >= 0)
			close(fd);
	} while (!got);
	if (got < 0)
		free(path);
	return got < 0 ? -1 : 0;
}

void lock_release(struct lock *l)
{
	if (!l->path)
		return;
	unlink(l->path); /* before the lock ends: who waits finds that the file is gone */
	close(l->fd);
	free(l->path);
	*l = (struct lock){ 0 };
}
