/* Lambert's W by Halley's iteration; see lambert.h. */
#include "sfm/lambert.h"

#include <assert.h>
#include <math.h>

/* Good to a few per cent everywhere: Halley then needs at most five steps. */
static double guess(int branch, double x)
{
	double q = sqrt(fmax(0, 2 * (exp(1) * x + 1))), a, b;

	if (branch)
		q = -q;
	if (x < -0.25)
		return -1 + q - q * q / 3 + 11.0 / 72 * q * q * q;
	if (!branch && x < 3)
		return log1p(x) * (1 - log1p(log1p(x)) / (2 + log1p(x)));
	a = branch ? log(-x) : log(x);
	b = log(fabs(a));
	return a - b + b / a;
}

double lambert_w(int branch, double x)
{
	double w;

	assert(branch == 0 || branch == -1);
	if (!(x >= -exp(-1)) || (branch && x >= 0))
		return NAN;
	if (x == 0 || isinf(x))
		return x;
	w = guess(branch, x);
	for (int i = 0; i < 20; i++) {
		/* f = w - x e^-w: no overflow, and the same root as w e^w - x */
		double f = w - x * exp(-w), step;

		if (w == -1)
			break;
		step = f / (w + 1 - (w + 2) * f / (2 * w + 2));
		w -= step;
		if (!(fabs(step) > 4e-16 * fabs(w)))
			break;
	}
	/* At the very branch point rounding may step over it. */
	return branch ? fmin(w, -1) : fmax(w, -1);
}
