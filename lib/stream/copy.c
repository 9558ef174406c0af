/* Copying bytes from a file to a descriptor, as fast as possible; see internal.h. */
#include "stream/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "output.h"
#include "pool.h"

enum {
	WINDOW = 1 << 21, /* bytes of the input that a thread maps at a time */
	PARALLEL = 1 << 24, /* less is not worth a thread */
	THREADS = 4, /* more wait for each other */
};

#ifdef MAP_POPULATE
enum { POPULATE = MAP_POPULATE };
#else
enum { POPULATE = 0 };
#endif

struct copy {
	int fd, to;
	off_t end; /* in the input */
	_Atomic off_t next; /* the window to be copied next */
	off_t shift; /* from a place in the input to that in the output */
	atomic_int failure; /* an errno */
};

/*
 * Write from mapped pages: no copy in between, and unlike copy_file_range as fast where input and
 * output are not aligned alike.  Only the kernel reads the mapping, so that an input which shrinks
 * is an error of pwrite, not a signal.
 */
static int copy_window(const struct copy *c, off_t at, size_t n)
{
	size_t before = (size_t)(at % sysconf(_SC_PAGESIZE)), done = 0;
	uint8_t *p =
		mmap(NULL, before + n, PROT_READ, MAP_SHARED | POPULATE, c->fd, at - (off_t)before);
	int failure = 0;
	ssize_t put;

	if (p == MAP_FAILED)
		return errno;
	while (done < n && !failure) {
		put = pwrite(c->to, p + before + done, n - done, at + c->shift + (off_t)done);
		if (put > 0)
			done += (size_t)put;
		else if (put == 0 || errno != EINTR)
			failure = put ? errno : EIO;
	}
	munmap(p, before + n);
	return failure;
}

static void copy_windows(void *arg, int thread)
{
	struct copy *c = arg;
	int failure = 0;
	off_t at;

	(void)thread;
	while (!failure && !atomic_load(&c->failure)) {
		at = atomic_fetch_add(&c->next, WINDOW);
		if (at >= c->end)
			return;
		failure = copy_window(c, at, c->end - at < WINDOW ? (size_t)(c->end - at) : WINDOW);
	}
	if (failure)
		atomic_store(&c->failure, failure);
}

/* From file to file. */
static int copy_mapped(int fd, off_t at, off_t end, int to, int threads)
{
	struct copy c = { .fd = fd, .to = to, .end = end, .next = at };
	off_t begin = lseek(to, 0, SEEK_CUR);
	struct pool *pool = NULL;
	struct err e;

	c.shift = begin - at;
#ifdef __linux__
	/* space in one piece saves a tenth of the time; where there is none, pwrite will tell */
	(void)!fallocate(to, FALLOC_FL_KEEP_SIZE, begin, end - at);
#endif
	if (threads > 1 && end - at >= PARALLEL)
		pool = pool_create(threads < THREADS ? threads : THREADS, &e);
	if (pool) {
		pool_run(pool, copy_windows, &c);
		pool_free(pool);
	} else {
		copy_windows(&c, 0);
	}
	errno = atomic_load(&c.failure);
	return errno || lseek(to, end + c.shift, SEEK_SET) < 0 ? -1 : 0;
}

/* To a pipe: pages move there as they are. */
static int copy_spliced(int fd, off_t *at, off_t end, int to)
{
#ifdef __linux__
	ssize_t n = 1;

	while (*at < end && n) {
		n = splice(fd, at, to, NULL, (size_t)(end - *at), SPLICE_F_MORE);
		if (n < 0 && errno != EINTR)
			return -1;
	}
#else
	(void)fd, (void)to;
#endif
	errno = ENOSYS;
	return *at < end ? -1 : 0;
}

static int copy_bytes(int fd, off_t at, off_t end, int to)
{
	uint8_t buffer[1 << 16];
	ssize_t got;
	size_t n;

	for (; at < end; at += got) {
		n = end - at < (off_t)sizeof(buffer) ? (size_t)(end - at) : sizeof(buffer);
		do
			got = pread(fd, buffer, n, at);
		while (got < 0 && errno == EINTR);
		if (got <= 0) {
			errno = EFAULT;
			return -1;
		}
		if (output_write(to, buffer, (size_t)got))
			return -1;
	}
	return 0;
}

/* Is there no point in trying another way? */
static int is_final(int error)
{
	return error == ENOSPC || error == EDQUOT || error == EFBIG || error == EIO ||
	       error == EPIPE || error == EFAULT;
}

int stream_copy(int fd, off_t at, off_t end, int to, int threads)
{
	struct stat st;
	int flags = fcntl(to, F_GETFL);

	if (flags < 0 || fstat(to, &st))
		return -1;
	if (S_ISREG(st.st_mode) && !(flags & O_APPEND)) {
		if (!copy_mapped(fd, at, end, to, threads))
			return 0;
		if (is_final(errno))
			return -1;
	} else if (S_ISFIFO(st.st_mode)) {
		if (!copy_spliced(fd, &at, end, to))
			return 0;
		if (is_final(errno))
			return -1;
	}
	return copy_bytes(fd, at, end, to);
}
