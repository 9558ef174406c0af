/*
 * part: bytes are known by number and hash, cut back, renamed; names that would write a file twice
 */
#include <unistd.h>
#include <sys/stat.h>

#include "check.h"
#include "hash.h"
#include "train/part.h"

static void put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	check(f && fputs(text, f) >= 0 && !fclose(f));
}

static void grow(void)
{
	struct part p;
	uint64_t hash;
	struct stat st;
	struct err e;

	check(!part_init(&p, "run", &e) && !strcmp(p.path, "run.part"));
	check(!part_create(&p, p.path, &e));
	check(write(p.fd, "abc", 3) == 3 && !part_hash(&p, 3, &hash, &e));
	check(write(p.fd, "defg", 4) == 4 && !part_hash(&p, 6, &hash, &e));
	check(hash == hash_bytes(HASH_START, "abcdef", 6));
	check(part_hash(&p, 8, &hash, &e) == -1);
	check(part_is("run.part", 6, hash_bytes(HASH_START, "abcdef", 6), 0));
	check(!part_is("run.part", 6, hash_bytes(HASH_START, "abcdef", 6), 1));
	check(!part_is("run.part", 6, hash_bytes(HASH_START, "abcdeF", 6), 0));
	check(!part_is("run.part", 9, hash, 0) && !part_is("none", 0, HASH_START, 0));
	part_free(&p);

	check(!part_init(&p, "run", &e) && !part_resume(&p, 6, &e));
	check(write(p.fd, "xy", 2) == 2 && !part_hash(&p, 8, &hash, &e));
	check(hash == hash_bytes(HASH_START, "abcdefxy", 8));
	put("run", "old");
	check(!chmod("run", 0640));
	check(!part_keep(&p, p.path, p.name, &e) && part_is("run", 8, hash, 1));
	check(!stat("run", &st) && (st.st_mode & 0777) == 0640);
	check(access("run.part", F_OK) && !unlink("run"));
	part_free(&p);
	/* A planted link is not followed. */
	check(!part_init(&p, "run", &e) && !symlink("elsewhere", "run.part"));
	check(part_create(&p, p.path, &e) == -1 && access("elsewhere", F_OK));
	check(!unlink("run.part"));
	part_free(&p);
}

static void clash(void)
{
	static const char *const twice[] = { "a",      "./a",    "a.part", "a.lock",
					     "a.more", "../x/a", "link",   "hard" };
	static const char *const once[] = { "b", "a.state", "sub/a", "a.part.x" };
	struct part p;
	struct err e;
	size_t i;

	put("a", "");
	check(!mkdir("sub", 0777) && !symlink("a", "link") && !link("a", "hard"));
	check(!part_init(&p, "a", &e));
	for (i = 0; i < sizeof(twice) / sizeof(*twice); i++)
		check(part_clashes(&p, twice[i]));
	for (i = 0; i < sizeof(once) / sizeof(*once); i++)
		check(!part_clashes(&p, once[i]));
	part_free(&p);
	check(!part_init(&p, "b.part", &e) && part_clashes(&p, "b")); /* b.part is the state's */
	part_free(&p);
	check(part_init(&p, "sub", &e) == -1);
	check_error(e, "'sub'");
	check(!unlink("a") && !unlink("link") && !unlink("hard") && !rmdir("sub"));
}

int main(void)
{
	char dir[] = "/tmp/part.XXXXXX", there[64];

	check(mkdtemp(dir) != NULL);
	snprintf(there, sizeof(there), "%s/x", dir);
	check(!mkdir(there, 0777) && !chdir(there));
	grow();
	clash();
	check(!rmdir(there) && !rmdir(dir));
	return 0;
}
