/*
 * sfm - the singular feature machine: modular arithmetic learned by a gated Fourier series
 *
 * A function of inputs (u,v), the cells of a D x D grid, is a sum of the characters chi_k(u)
 * chi_l(v) with weights W_kl (basis.h).  Trained on n cells of the grid, with f = n / D^2, the
 * machine minimises
 *
 *     J = 1/2 sum_train |y - P|^2 + beta ln n |supp W|              P(u,v) = sum W_kl chi_k chi_l
 *
 * where |supp W| is the number of non-zero weights.  An iteration is a gradient step (drift) and a
 * threshold (Occam gate):
 *
 *     W~ = (1 - decay) W + (step / n) sum_train (y - P) conj(chi)
 *     W  = 1(|W~| > tau) W~                            tau = sqrt(2 step beta ln n / n)
 *
 * With step = f this is iterative hard thresholding with the largest step for which J never rises
 * while beta is constant and decay is 0 (the characters are orthogonal on the whole grid, with
 * sum |chi|^2 = D^2): Blumensath and Davies, "Iterative thresholding for sparse approximations",
 * J. Fourier Anal. Appl. 14 (2008), theorem 3.
 *
 *     add   u = a, v = b                          y(a op b) has its weights on l = k
 *     sub                                                                      l = -k
 *     mul   u = log a, v = log b, D = p - 1                                    l = k
 *     div                                                                      l = -k
 *
 * For several outputs (one-hot answers) each has weights of its own; they are gated together, by
 * the norm over outputs.
 */
#ifndef SFM_SFM_H
#define SFM_SFM_H

#include <stdint.h>

#include "sfm/basis.h"
#include "train/task.h"

/* The function y(c) of the answer c that is learned. */
enum sfm_target {
	SFM_QR, /* Legendre symbol + 1/sqrt(p): all p Fourier coefficients have modulus 1/sqrt(p) */
	SFM_RESIDUE, /* the residue itself, with mean 0 */
	SFM_DELTA, /* sqrt(p) where the answer is 1, else 0: p equal coefficients */
	SFM_CHARACTER, /* sqrt(2) cos(2 pi m c / p): two features, one for m = 0 */
	SFM_RANDOM, /* equal coefficients with random phases */
	SFM_ONEHOT, /* p outputs */
};
#define SFM_TARGET_NAMES "qr|residue|delta|character|random|onehot" /* in this order */

enum sfm_split {
	SFM_SHUFFLE, /* as grok-train does with the same seed */
	SFM_LCG, /* by the keys of a linear congruential generator, easily reproduced elsewhere */
};
#define SFM_SPLIT_NAMES "shuffle|lcg" /* in this order */

enum sfm_schedule {
	SFM_RAMP, /* beta t / 1000 in place of beta */
	SFM_DECAY, /* beta is constant; callers combine it with weight decay */
	SFM_CONSTANT, /* beta is constant */
	SFM_NEFF, /* n min(1, t / 1000) in place of n in the gate: tau falls */
};
#define SFM_SCHEDULE_NAMES "ramp|decay|constant|neff" /* in this order */

enum sfm_init { SFM_ZERO, SFM_INTERPOLANT, SFM_NORMAL };
#define SFM_INIT_NAMES "zero|interpolant|random" /* in this order */

enum { SFM_RAMP_STEPS = 1000, SFM_MODULUS_MAX = 1024 };

/* ---- data ---- */

struct sfm_data_config {
	const char *op; /* "add" "sub" "mul" "div" */
	int modulus; /* p; a prime for mul, div and the targets qr */
	int train_count; /* n; 0: by fraction */
	double train_frac; /* share of the equations that exist, rounded down */
	enum sfm_split split;
	enum sfm_target target;
	int character; /* m of SFM_CHARACTER, 0..p-1 */
	double noise; /* fraction of the training answers that are replaced by random ones */
	int zero; /* mul, div: equations with a zero operand too (never b = 0 for div) */
	int dlog; /* mul, div: relabel by the discrete logarithm */
	int64_t seed;
};

/*
 * What is learned, on the grid of the basis.  Without relabelling, index u is the operand u.  With
 * it, u is the discrete logarithm of the operand, and a zero operand comes last.
 *
 * SFM_CHARACTER and SFM_RANDOM are functions of the answer's index (log c if relabelled), so that
 * they have the same Fourier coefficients for every operation; the others are functions of c.
 */
struct sfm_data {
	struct task task; /* task.split: (p, p) over (a, b), as the tensor data.split */
	int D, outputs;
	int apart; /* the last index is the zero operand */
	int sign; /* weights are expected on the diagonal l = sign k */
	int train, test; /* number of equations */
	unsigned char *split; /* (D, D) over the grid: enum task_part */
	int *answer; /* (D, D) c, with noise; -1 where there is no equation */
	double *value; /* (p, outputs): y(c); its mean square over c, summed over outputs, is 1 */
	int signs; /* no value is 0, so that accuracy can be that of the sign */
};

/* sfm_data_init - returns 0, or -1 with @e; free with sfm_data_free */
int sfm_data_init(struct sfm_data *d, const struct sfm_data_config *c, struct err *e);
void sfm_data_free(struct sfm_data *d);

/* ---- machine ---- */

struct sfm_config {
	enum sfm_schedule schedule;
	enum sfm_init init;
	double beta, weight_decay;
	double step; /* length of the gradient step; 0: f, the largest at which J cannot rise */
	int64_t seed; /* of SFM_NORMAL */
};

enum sfm_phase { SFM_UNDERFIT, SFM_MEMORISING, SFM_TRANSITION, SFM_GENERALISING };

/* The state after an iteration; its fields are the metrics sfm.* of the same names. */
struct sfm_row {
	int64_t t;
	double train_loss, test_loss; /* mean of |y - P|^2 / 2 over cells, summed over outputs */
	double train_acc, test_acc; /* by the largest output or the sign; NaN: not defined */
	int support, diagonal; /* non-zero coefficients; those of them with l = sign k */
	double lambda; /* support / 2 */
	double complexity; /* bits: lambda (2 log2 p + 64) */
	double free_energy; /* n train_loss + lambda ln n */
	double objective; /* J */
	double tau, beta; /* of this iteration */
	enum sfm_phase phase;
};

/*
 * Phases compare losses with that of predicting 0, which is L0 = 1/2.  SFM_UNDERFIT: the training
 * loss is above L0 / 2.  SFM_GENERALISING: the test loss is below L0 / 100.  Otherwise
 * SFM_MEMORISING if the test loss is above L0 / 2, else SFM_TRANSITION.
 */

struct sfm {
	const struct sfm_data *data; /* the caller's */
	struct pool *pool; /* the caller's */
	struct sfm_config config;
	struct sfm_basis basis;
	double *v, *residual, *work; /* (outputs, D, D): weights; training residuals; scratch */
	struct sfm_row row;
};

/* sfm_init - the machine at t = 0; keeps pointers to @data and @pool; 0, or -1 with @e */
int sfm_init(struct sfm *m, const struct sfm_data *data, const struct sfm_config *c,
	     struct pool *pool, struct err *e);
void sfm_free(struct sfm *m);

/* sfm_step - one iteration; fills m->row.  If weights overflow, losses become infinite or NaN. */
void sfm_step(struct sfm *m);

/*
 * sfm_weights - the weights as pairs of real and imaginary part
 *
 * @w: (D, D, 2), W_kl of basis.h; for several outputs the norm over them, with imaginary part 0
 */
void sfm_weights(const struct sfm *m, float *w);

/*
 * sfm_features - number of weights of the whole function with modulus above 1e-6
 *
 * The function is given by the answers in @d, noise included, on the full grid.  Where there is no
 * equation (division by zero) it is taken to be 0.  Returns 0, or -1 with @e when memory runs out.
 */
int sfm_features(const struct sfm_data *d, struct pool *pool, int *features, struct err *e);

/* ---- theory ---- */

/*
 * The free energies of two solutions, as functions of the number of samples n:
 *
 *     memoriser     no residual, p^2 features                  F_mem = beta p^2 ln n
 *     generaliser   residual eps for each sample, p features   F_gen = eps n + beta p ln n
 *
 * They are equal where n / ln n = A / eps, A = beta (p^2 - p), that is at n = -(A/eps) W(-eps/A)
 * with Lambert's W: twice if eps/A < 1/e, on the branches W_0 (near n = 1) and W_{-1} (n*).
 * Between the two the generaliser has the lower free energy, above n* the memoriser.
 *
 * A memoriser of n samples needs only min(n, p^2) features.  With that count it has the lower free
 * energy for small n, and the generaliser from n_c on, where beta (n_c - p) ln n_c = eps n_c.
 */
struct sfm_crossover {
	int crosses; /* eps / A < 1/e: the free energies cross */
	double ratio; /* eps / A */
	double low, high; /* n on W_0 and on W_{-1} (n*); NaN unless crosses */
	double corrected; /* n_c; NaN when the memoriser is lower up to n = p^2 */
};

/* sfm_crossover_find - @modulus 2 or more, @beta and @epsilon above 0 */
void sfm_crossover_find(int modulus, double beta, double epsilon, struct sfm_crossover *x);

/* sfm_crossover_energies - F at n samples: F_mem, F_gen, and F_mem with min(n, p^2) features */
void sfm_crossover_energies(int modulus, double beta, double epsilon, double n, double F[3]);

/*
 * sfm_complexity - bits to describe a machine: lambda (2 log2 p + 64), two indices and a complex
 * number of 64 bits for each of lambda features
 */
double sfm_complexity(double lambda, int modulus);

/*
 * sfm_recovery_bound - samples needed by compressed sensing for @k of D^2 coefficients, up to a
 * constant factor: k ln(D^2 / k) (Candes and Tao, IEEE Trans. Inf. Theory 52(12), 2006)
 */
double sfm_recovery_bound(int k, int D);

#endif
