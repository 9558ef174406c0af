/*
 * circle - circular correlation, mean resultant length and homomorphism error of angles
 */
#include "spectrum/circle.h"

#include <complex.h>
#include <math.h>
#include <stddef.h>

/* The sum of exp(i (a + sign b)), and of exp(i a) where @b is NULL */
static double complex sum(const double *a, const double *b, double sign, int n)
{
	double complex s = 0;

	for (int i = 0; i < n; i++)
		s += cexp(I * (a[i] + (b ? sign * b[i] : 0)));
	return s;
}

static double sine_squares(const double *a, double mean, int n)
{
	double s = 0;

	for (int i = 0; i < n; i++)
		s += sin(a[i] - mean) * sin(a[i] - mean);
	return s;
}

double circle_correlation(const double *a, const double *b, int n)
{
	double complex mean_a = sum(a, NULL, 0, n), mean_b = sum(b, NULL, 0, n);
	double A = carg(mean_a), B = carg(mean_b), product = 0, root;
	int even = cabs(mean_a) < 1e-9 * n || cabs(mean_b) < 1e-9 * n;

	root = sqrt(sine_squares(a, A, n) * sine_squares(b, B, n));
	if (even)
		product = (cabs(sum(a, b, -1, n)) - cabs(sum(a, b, 1, n))) / 2;
	for (int i = 0; i < n && !even; i++)
		product += sin(a[i] - A) * sin(b[i] - B);
	return root > 1e-12 * n ? product / root : NAN;
}

/* Mean over a and b of |z_(a+b) - z_a z_b / z_0| */
static double error(const double *t, double t0, int n)
{
	double s = 0;

	/* |exp(i x) - exp(i y)| = 2 |sin((x - y) / 2)| */
	for (int a = 0; a < n; a++)
		for (int b = 0; b < n; b++)
			s += 2 * fabs(sin((t[(a + b) % n] - t[a] - t[b] + t0) / 2));
	return s / n / n;
}

static double phase(int k, int i, int n)
{
	return 2 * M_PI * ((long)k * i % n) / n;
}

void circle_measure(double *t, int n, int k, struct circle *c)
{
	double *ring = t + n;
	double complex with, against;

	for (int i = 0; i < n; i++)
		ring[i] = phase(k, i, n);
	with = sum(t, ring, -1, n);
	against = sum(t, ring, 1, n);
	if (cabs(against) > cabs(with)) {
		for (int i = 0; i < n; i++)
			t[i] = -t[i];
		with = conj(against);
	}
	c->circular = circle_correlation(t, ring, n);
	c->resultant = cabs(with) / n;
	c->homomorphism = error(t, carg(with), n) / (4 / M_PI);
}
