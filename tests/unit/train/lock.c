/* lock: another process is told who holds it; a lock that was left behind holds nobody up */
#include <unistd.h>
#include <sys/wait.h>

#include "check.h"
#include "train/lock.h"

static char dir[] = "/tmp/lock.XXXXXX", file[64], path[80];

/* In another process: is the file held by @holder (0: by nobody)? */
static void other(long holder)
{
	struct lock l = { 0 };
	char text[64];
	int status;
	struct err e;

	if (!fork()) {
		snprintf(text, sizeof(text), "written by process %ld", holder);
		if (lock_take(&l, file, &e))
			_exit(!holder || !strstr(e.msg, text));
		lock_release(&l);
		_exit(holder != 0);
	}
	check(wait(&status) > 0 && status == 0);
}

int main(void)
{
	struct lock l = { 0 };
	struct err e;

	check(mkdtemp(dir) != NULL);
	snprintf(file, sizeof(file), "%s/run.gts", dir);
	snprintf(path, sizeof(path), "%s.lock", file);
	check(!lock_take(&l, file, &e));
	other(getpid());
	check(!access(path, F_OK));
	lock_release(&l);
	lock_release(&l);
	check(access(path, F_OK) && access(file, F_OK));
	other(0);
	fclose(fopen(path, "w")); /* of a process that was killed */
	other(0);
	check(!lock_take(&l, file, &e));
	lock_release(&l);
	snprintf(file, sizeof(file), "%s/none/run.gts", dir);
	check(lock_take(&l, file, &e) == -1);
	check_error(e, "cannot write");
	check(!rmdir(dir));
	return 0;
}
