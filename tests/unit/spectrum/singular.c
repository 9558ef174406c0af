/* Norms and ranks of matrices against numpy's SVD. */
#include "check.h"
#include "spectrum/singular.h"

static struct err e;

/* Matrices of known rank against numpy's SVD; entries are whole numbers, exact in float. */
static void reference(void)
{
	static float x[64 * 99];
	FILE *f = fopen("tests/ref/singular.txt", "r");
	int M, N, k, lines = 0;
	double nuclear, stable, effective;

	check(f);
	while (fscanf(f, "%d %d %d %lf %lf %lf", &M, &N, &k, &nuclear, &stable, &effective) == 6) {
		struct singular s;

		for (int i = 0; i < M; i++)
			for (int j = 0; j < N; j++) {
				int sum = 0;

				for (int r = 0; r < k; r++)
					sum += ((i * 7 + r * 3 + i * i * (r + 1)) % 11 - 5) *
					       ((r * 5 + j * 9 + j * j * (r + 2)) % 13 - 6);
				x[i * N + j] = (float)sum;
			}
		check(!singular_values(x, M, N, &s, &e));
		check_near(s.nuclear / nuclear, 1, 1e-10);
		check_near(s.stable_rank / stable, 1, 1e-10);
		/* values that are zero but for rounding add some 1e-13 ln 1e13 each */
		check_near(s.effective_rank / effective, 1, 1e-9);
		check(s.stable_rank <= k * (1 + 1e-12));
		check(s.effective_rank <= k * (1 + 1e-9));
		lines++;
	}
	fclose(f);
	check(lines == 5);
}

static void sums(void)
{
	static const float eye[] = { 2, 0, 0, 2 }, one[] = { 3, 0, 0, 0 }, none[4] = { 0 };
	struct singular_set set = { .row = NULL };
	struct singular s;

	check(!singular_values(eye, 2, 2, &s, &e));
	check_near(s.nuclear, 4, 1e-14);
	check_near(s.stable_rank, 2, 1e-14);
	check_near(s.effective_rank, 2, 1e-14);
	check(!singular_values(none, 2, 2, &s, &e) && s.nuclear == 0 && s.stable_rank == 0 &&
	      s.effective_rank == 0);
	check(!singular_add(&set, "transformer.h.12.mlp.c_fc.weight", one, 2, 2, &e));
	check(!singular_add(&set, "transformer.wte.weight", eye, 2, 2, &e));
	check(set.n == 2 && set.row[0].layer == 12 && set.row[1].layer == -1);
	check_near(set.row[0].s.stable_rank, 1, 1e-14);
	singular_free(&set);
	singular_free(&set);
}

int main(void)
{
	reference();
	sums();
	return 0;
}
