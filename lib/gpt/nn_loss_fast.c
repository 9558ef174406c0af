/*
 * nn_loss_fast - softmax cross-entropy and its gradient
 */
#include "gpt/nn.h"
#include "gpt/nn_fast.h"

#include <math.h>

/*
 * The largest logit (the first of equal ones) is left out of the sum: with S the sum of exp(x -
 * top) over the others, loss = log1p(S) - (x_target - top), and 1 - p(top) = S / (1 + S) keeps its
 * digits when p is nearly 1.
 */
CLONES void nn_loss(int n, int V, float *logits, const int *target, float scale, double *loss)
{
	int i, v;

	for (i = 0; i < n; i++, logits += V) {
		float top = logits[0], others, at_target = logits[target[i]], inv;
		int largest = 0;

		for (v = 1; v < V; v++)
			top = logits[v] > top ? logits[v] : top;
		while (largest < V - 1 && logits[largest] < top)
			largest++;
		others = 0;
		for (v = 0; v < largest; v++)
			others += nn_exp(logits[v] - top);
		for (v = largest + 1; v < V; v++)
			others += nn_exp(logits[v] - top);
		loss[i] = log1p((double)others) - ((double)at_target - (double)top);
		if (scale == 0)
			continue;
		inv = scale / (1 + others);
		for (v = 0; v < V; v++)
			logits[v] = inv * nn_exp(logits[v] - top);
		if (target[i] == largest)
			logits[largest] = -inv * others;
		else
			logits[target[i]] -= scale;
	}
}
