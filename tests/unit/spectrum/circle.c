/* Circular correlations against other implementations, rings, noise, and ripser failing. */
#include "check.h"
#include "rng.h"
#include "spectrum/circle.h"
#include "spectrum/ripser.h"

#define PI 3.14159265358979323846

enum { MOST = 97 };

static struct err e;
static double t[2 * MOST], b[MOST];

/* Against other implementations, see tests/ref/circle.py; the same angles in double, so 1e-9. */
static void reference(void)
{
	FILE *f = fopen("tests/ref/circle.txt", "r");
	char kind[8];
	int n, k, lines = 0;
	double want;

	check(f);
	while (fscanf(f, "%7s %d %d %lf", kind, &n, &k, &want) == 4) {
		for (int i = 0; i < n; i++) {
			double ring = 2 * PI * (k * i % n) / n, noise = i * i * 37 % 101 / 101.0;

			if (*kind == 'm') {
				t[i] = noise * 2 + 0.3 * sin(i);
				b[i] = 0.5 * t[i] + i * 53 % 89 / 89.0;
			} else {
				t[i] = ring + 0.8 * (noise - 0.5) + 0.4 * cos(ring);
				b[i] = ring;
			}
		}
		check_near(circle_correlation(t, b, n), want, 1e-9);
		lines++;
	}
	fclose(f);
	check(lines == 6);
}

/* A ring, turned, and running either way; n and k with a common factor too */
static void rings(void)
{
	struct circle c;

	for (int n = 5; n <= MOST; n += 23)
		for (int k = 1; 2 * k < n; k++)
			for (int way = -1; way <= 1; way += 2) {
				for (int i = 0; i < n; i++)
					t[i] = way * (2 * PI * (k * i % n) / n + 0.7);
				circle_measure(t, n, k, &c);
				check_near(c.circular, 1, 1e-12);
				check_near(c.resultant, 1, 1e-12);
				check_near(c.homomorphism, 0, 1e-12);
			}
}

/* Independent uniform angles: error 1, and no correlation, within four standard errors */
static void no_ring(void)
{
	enum { draws = 200 };
	double error = 0, correlation = 0;
	struct circle c;
	struct rng rng;

	rng_seed(&rng, 1, 1);
	for (int d = 0; d < draws; d++) {
		for (int i = 0; i < MOST; i++)
			t[i] = 2 * PI * rng_uniform(&rng);
		for (int i = 0; i < MOST; i++)
			b[i] = 2 * PI * rng_uniform(&rng);
		correlation += circle_correlation(t, b, MOST) / draws;
		circle_measure(t, MOST, 1 + d % 48, &c);
		error += c.homomorphism / draws;
		check(c.circular > -0.1 && c.circular < 0.6 && c.resultant < 0.6);
	}
	check_near(error, 1, 0.01);
	check_near(correlation, 0, 4 / sqrt(MOST * draws));
	for (int i = 0; i < MOST; i++)
		t[i] = 1; /* no angle at all */
	circle_measure(t, MOST, 1, &c);
	check(isnan(c.circular) && c.resultant < 1e-12);
}

/*
 * Regular polygons: neighbours join at 2 sin(pi/n), and a third of the way round fills the circle.
 */
static void polygons(void)
{
	static double distance[MOST * MOST];
	double birth, death;

	for (int n = 4; n <= MOST; n += 31) {
		int third = (n + 2) / 3;

		for (int i = 0; i < n * n; i++)
			distance[i] = 2 * fabs(sin(PI * (i / n - i % n) / n));
		check(!ripser_loop(distance, n, &birth, &death, &e));
		/* ripser prints six digits */
		check_near(birth / (2 * sin(PI / n)), 1, 5e-6);
		check_near(death / (2 * sin(PI * third / n)), 1, 5e-6);
	}
	for (int i = 0; i < 9; i++)
		distance[i] = i / 3 != i % 3;
	check(!ripser_loop(distance, 3, &birth, &death, &e) && isnan(birth) && isnan(death));
}

/* Without the program, and with one that answers nonsense or fails */
static void no_ripser(void)
{
	static double distance[16];
	char dir[] = "/tmp/ripser-XXXXXX", file[64], command[256];
	static const char *const answers[][2] = {
		{ "echo nothing", "ripser did not write 'persistence intervals in dim 1:'" },
		{ "echo 'persistence intervals in dim 1:'; echo ' [2,1)'",
		  "ripser wrote ' [2,1)' for an interval" },
		{ "echo no memory >&2; exit 3", "ripser failed: no memory" },
	};
	double birth, death;

	check(mkdtemp(dir) && !setenv("PATH", dir, 1));
	check(ripser_loop(distance, 4, &birth, &death, &e) == -1);
	check_error(e, "cannot run 'ripser' (Debian package ripser): No such file");
	snprintf(file, sizeof(file), "%s/ripser", dir);
	for (int i = 0; i < 3; i++) {
		FILE *f = fopen(file, "w");

		check(f && fprintf(f, "#!/bin/sh\n%s\n", answers[i][0]) > 0 && !fclose(f));
		snprintf(command, sizeof(command), "/bin/chmod 755 %s", file);
		check(!system(command));
		check(ripser_loop(distance, 4, &birth, &death, &e) == -1);
		check_error(e, answers[i][1]);
	}
	remove(file);
	remove(dir);
}

int main(void)
{
	reference();
	rings();
	no_ring();
	polygons();
	no_ripser();
	return 0;
}
