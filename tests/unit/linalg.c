#include "check.h"
#include "linalg.h"

static void products(void)
{
	const float A[] = { 1, 2, 3, 4, 5, 6 }, B[] = { 1, 0, 2, 1, 0, 3 };
	float C[4] = { 1, 1, 1, 1 };
	const double a[] = { 1, 2, 3, 4 };
	double c[4];

	linalg_gemm(LINALG_N, LINALG_N, 2, 2, 3, 1, A, 3, B, 2, 1, C, 2);
	check(C[0] == 6 && C[1] == 12 && C[2] == 15 && C[3] == 24);
	linalg_dgemm(LINALG_T, LINALG_N, 2, 2, 2, 1, a, 2, a, 2, 0, c, 2);
	check(c[0] == 10 && c[1] == 14 && c[2] == 14 && c[3] == 20);
}

static void decompositions(void)
{
	double A[] = { 2, 1, 1, 2 }, w[2], B[] = { 3, 3 };
	struct err e;

	check(!linalg_eigh(A, 2, w, &e));
	check_near(w[0], 1, 1e-14);
	check_near(w[1], 3, 1e-14);
	check_near(A[0], -A[1], 1e-14);
	check_near(A[2], A[3], 1e-14);
	A[0] = A[3] = 2;
	A[1] = A[2] = 1;
	check(!linalg_solve(A, 2, B, 1, &e));
	check_near(B[0], 1, 1e-14);
	check_near(B[1], 1, 1e-14);
	A[0] = A[3] = 1;
	A[1] = A[2] = 2;
	check(linalg_solve(A, 2, B, 1, &e) == -1);
	check_error(e, "not positive definite");
}

int main(void)
{
	products();
	decompositions();
	return 0;
}
