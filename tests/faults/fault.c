/*
 * fault - one system or memory call of a program fails (a library for LD_PRELOAD)
 *
 * FAULT=CALL:N:HOW makes the N-th call of CALL after main has begun go wrong:
 *
 *     fail    no memory, or an error of the device (EIO; ENOSPC where something is written)
 *     short   read and write: less than was asked for
 *     eintr   read and write: interrupted by a signal before anything was done
 *
 * CALL is malloc (calloc, realloc, aligned_alloc too), read (pread), write (pwrite), open, rename
 * (link), fsync, ftruncate, mmap or pthread_create.  When it has happened, the file FAULT_SEEN
 * names is made.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/syscall.h>

static char call[32], how[8], marker[4096];
static long nth;
static atomic_long count;
static atomic_int armed;
static int (*program)(int, char **, char **);

static void seen(void)
{
	int saved = errno;

	close((int)syscall(SYS_openat, AT_FDCWD, marker, O_CREAT | O_WRONLY, 0600));
	errno = saved;
}

/* Is this the call that goes wrong? */
static int strikes(const char *name)
{
	if (!atomic_load(&armed) || strcmp(name, call) != 0 ||
	    atomic_fetch_add(&count, 1) + 1 != nth)
		return 0;
	seen();
	return 1;
}

static int begin(int argc, char **argv, char **env)
{
	const char *file = getenv("FAULT_SEEN"), *fault = getenv("FAULT"),
		   *colon = fault ? strchr(fault, ':') : NULL, *second;

	(void)env;
	second = colon ? strchr(colon + 1, ':') : NULL;
	if (file && strlen(file) < sizeof(marker))
		strcpy(marker, file);
	if (second && (size_t)(colon - fault) < sizeof(call) && strlen(second + 1) < sizeof(how)) {
		memcpy(call, fault, (size_t)(colon - fault));
		nth = atol(colon + 1);
		strcpy(how, second + 1);
		atomic_store(&armed, 1);
	}
	unsetenv("LD_PRELOAD"); /* what the program starts, gnuplot say, is left in peace */
	unsetenv("FAULT");
	return program(argc, argv, environ);
}

int __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv, void (*init)(void),
		      void (*fini)(void), void (*rtld_fini)(void), void *stack_end);
int __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv, void (*init)(void),
		      void (*fini)(void), void (*rtld_fini)(void), void *stack_end)
{
	int (*real)(int (*)(int, char **, char **), int, char **, void (*)(void), void (*)(void),
		    void (*)(void), void *) = dlsym(RTLD_NEXT, "__libc_start_main");

	program = main;
	return real(begin, argc, argv, init, fini, rtld_fini, stack_end);
}

/* ---- memory: the C library's own names, which need no look-up ---- */

void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);
void *__libc_memalign(size_t alignment, size_t n);

static void *no_memory(void)
{
	errno = ENOMEM;
	return NULL;
}

void *malloc(size_t n)
{
	return strikes("malloc") ? no_memory() : __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
	return strikes("malloc") ? no_memory() : __libc_calloc(n, size);
}

void *realloc(void *p, size_t n)
{
	return strikes("malloc") ? no_memory() : __libc_realloc(p, n);
}

void *aligned_alloc(size_t alignment, size_t n)
{
	return strikes("malloc") ? no_memory() : __libc_memalign(alignment, n);
}

int posix_memalign(void **p, size_t alignment, size_t n)
{
	if (strikes("malloc"))
		return ENOMEM;
	*p = __libc_memalign(alignment, n);
	return *p ? 0 : ENOMEM;
}

/* ---- the system ---- */

static long fails(int error)
{
	errno = error;
	return -1;
}

/* What becomes of a call that moves @n bytes: 1 with the result, 0 with perhaps another @n. */
static int disturbed(const char *name, int error, size_t *n, long *result)
{
	if (!strikes(name))
		return 0;
	if (!strcmp(how, "short")) {
		*n = (*n + 1) / 2;
		return 0;
	}
	*result = fails(strcmp(how, "eintr") ? error : EINTR);
	return 1;
}

ssize_t read(int fd, void *p, size_t n)
{
	long result;

	return disturbed("read", EIO, &n, &result) ? result : syscall(SYS_read, fd, p, n);
}

ssize_t pread(int fd, void *p, size_t n, off_t at)
{
	long result;

	return disturbed("read", EIO, &n, &result) ? result : syscall(SYS_pread64, fd, p, n, at);
}

ssize_t write(int fd, const void *p, size_t n)
{
	long result;

	if (fd == 2)
		return syscall(SYS_write, fd, p, n);
	return disturbed("write", ENOSPC, &n, &result) ? result : syscall(SYS_write, fd, p, n);
}

ssize_t pwrite(int fd, const void *p, size_t n, off_t at)
{
	long result;

	return disturbed("write", ENOSPC, &n, &result) ? result
						       : syscall(SYS_pwrite64, fd, p, n, at);
}

int open(const char *path, int flags, ...)
{
	va_list ap;
	int mode;

	va_start(ap, flags);
	mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(ap, int) : 0;
	va_end(ap);
	return (int)(strikes("open") ? fails(EIO)
				     : syscall(SYS_openat, AT_FDCWD, path, flags, mode));
}

int mkostemp(char *template, int flags)
{
	int (*real)(char *, int) = dlsym(RTLD_NEXT, "mkostemp");

	return (int)(strikes("open") ? fails(EIO) : real(template, flags));
}

int mkstemp(char *template)
{
	return mkostemp(template, 0);
}

int rename(const char *from, const char *to)
{
	return (int)(strikes("rename") ? fails(EIO)
				       : syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0));
}

int link(const char *from, const char *to)
{
	return (int)(strikes("rename") ? fails(EIO)
				       : syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0));
}

int fsync(int fd)
{
	return (int)(strikes("fsync") ? fails(EIO) : syscall(SYS_fsync, fd));
}

int ftruncate(int fd, off_t size)
{
	return (int)(strikes("ftruncate") ? fails(ENOSPC) : syscall(SYS_ftruncate, fd, size));
}

void *mmap(void *at, size_t n, int protection, int flags, int fd, off_t offset)
{
	if (strikes("mmap"))
		return errno = ENOMEM, MAP_FAILED;
	return (void *)syscall(SYS_mmap, at, n, protection, flags, fd, offset);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *),
		   void *arg)
{
	int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *) =
		dlsym(RTLD_NEXT, "pthread_create");

	return strikes("pthread_create") ? EAGAIN : real(thread, attributes, start, arg);
}
