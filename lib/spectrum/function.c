/*
 * function - measures of the network's function, and logits kept until key frequencies are known
 */
#include "spectrum/function.h"
#include "spectrum/algorithm.h"
#include "spectrum/states.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int function_init(struct function *p, const struct checkpoint *c, enum function_rule rule,
		  struct pool *pool, struct err *e)
{
	const struct task *task = &c->task;
	struct gpt_work *work;

	if (!c->network || !task->ops)
		return err_set(e, "run '%s': the head has no '%s'", c->run,
			       c->network ? "op" : "layers");
	if (task->modulus > FUNCTION_MODULUS_MAX)
		return err_set(e, "run '%s': its function needs a modulus of %d or less", c->run,
			       FUNCTION_MODULUS_MAX);
	work = gpt_work_create(&c->gpt, task->modulus, task->ops, 0, pool, e);
	if (!work)
		return -1;
	*p = (struct function){ .checkpoint = c, .rule = rule, .work = work };
	return 0;
}

void function_free(struct function *p)
{
	gpt_work_free(p->work);
	for (int i = 0; i < FUNCTION_ORDERS; i++)
		free(p->keys[i]);
	if (p->spool)
		fclose(p->spool);
	free(p->held);
	*p = (struct function){ .work = NULL };
}

static int ascending(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

int function_give(struct function *p, enum function_order order, const int *keys, int nkeys,
		  struct err *e)
{
	int n = p->checkpoint->task.modulus - (order == FUNCTION_DLOG);
	int *copy = malloc(sizeof(*copy) * (size_t)(nkeys + 1));

	if (!copy)
		return err_memory(e);
	memcpy(copy, keys, sizeof(*copy) * (size_t)nkeys);
	qsort(copy, (size_t)nkeys, sizeof(*copy), ascending);
	for (int i = 0; i < nkeys; i++) {
		if (copy[i] < 1 || copy[i] > n / 2)
			err_set(e, "%d is not a frequency of %d points, 1 to %d", copy[i], n,
				n / 2);
		else if (i && copy[i] == copy[i - 1])
			err_set(e, "key frequency %d is there twice", copy[i]);
		else
			continue;
		free(copy);
		return -1;
	}
	free(p->keys[order]);
	p->keys[order] = copy;
	p->nkeys[order] = nkeys;
	return 0;
}

enum function_order function_order(const struct function *p, int op)
{
	enum task_order order = task_operation(p->checkpoint->task.op[op])->order;

	return order == TASK_PRODUCTS ? FUNCTION_DLOG : FUNCTION_ADD;
}

/* The checkpoint's own key frequencies in the order of @g */
static int own_keys(struct function *p, const struct operation *g, struct err *e)
{
	const struct gpt_param *wte =
		p->checkpoint->gpt.param + gpt_find(&p->checkpoint->gpt, "transformer.wte.weight");
	int C = wte->shape[1], status = -1, *keys = malloc(sizeof(*keys) * (size_t)g->n);
	float *x = malloc(sizeof(*x) * (size_t)g->n * C);
	float *norm = malloc(sizeof(*norm) * (size_t)g->n);

	if (!keys || !x || !norm) {
		err_memory(e);
		goto out;
	}
	for (int i = 0; i < g->n; i++)
		memcpy(x + (size_t)i * C,
		       p->checkpoint->gpt.w + wte->offset + (size_t)g->residue[i] * C,
		       sizeof(*x) * (size_t)C);
	if (!spectrum_norms(x, g->n, C, norm, e))
		status = function_give(p, function_order(p, g->op), keys,
				       spectrum_keys(norm, g->n, keys), e);
out:
	free(keys);
	free(x);
	free(norm);
	return status;
}

static void about(const struct function *p, struct spectrum_report *r, int op)
{
	const struct task *t = &p->checkpoint->task;

	r->of = t->ops > 1 ? task_operation(t->op[op])->name : NULL;
}

static int losses(const struct function *p, struct spectrum_report *r, const float *logits,
		  const struct operation *g, struct err *e)
{
	enum function_order order = function_order(p, g->op);
	struct spectrum_losses q;

	if (!p->keys[order])
		return err_set(e, "no key frequencies are given for %s",
			       order == FUNCTION_DLOG ? "products" : "sums");
	if (spectrum_losses(logits, &g->task, p->keys[order], p->nkeys[order], &q, e))
		return -1;
	spectrum_report_losses(r, &q);
	spectrum_report_add(r, "spectrum.progress_keys", p->nkeys[order]);
	return 0;
}

/* A file without a name, gone when it is closed */
static FILE *spool_open(const char *dir, struct err *e)
{
	char name[4096];
	FILE *file;
	int fd;

	if (snprintf(name, sizeof(name), "%s/grok-XXXXXX", dir) >= (int)sizeof(name)) {
		err_set(e, "the name of '%s' is too long", dir);
		return NULL;
	}
	fd = mkstemp(name);
	if (fd < 0) {
		err_system(e, "cannot make a temporary file in '%s'", dir);
		return NULL;
	}
	unlink(name);
	file = fdopen(fd, "w+b");
	if (!file) {
		err_system(e, "cannot open a temporary file in '%s'", dir);
		close(fd);
	}
	return file;
}

static int hold(struct function *p, int64_t step, const struct operation *g, const float *logits,
		const char *dir, struct err *e)
{
	size_t n = (size_t)g->n * g->n * g->task.C;
	struct function_held *held = realloc(p->held, sizeof(*held) * (size_t)(p->nheld + 1));

	if (!held)
		return err_memory(e);
	p->held = held;
	if (!p->spool && !(p->spool = spool_open(dir, e)))
		return -1;
	if (fwrite(logits, sizeof(*logits), n, p->spool) != n)
		return err_system(e, "cannot write to a temporary file in '%s'", dir);
	held[p->nheld++] = (struct function_held){ step, g->op };
	return 0;
}

/* The last block's hidden units over the answers, measured like an embedding */
static int neurons(const struct function *p, struct spectrum_report *r, const struct operation *g,
		   struct err *e)
{
	static const char *const names[] = { "neurons add", "neurons sub", "neurons mul",
					     "neurons div" };
	const size_t n = (size_t)g->n;
	int F = p->checkpoint->gpt.config.mlp, status = -1;
	float *x = malloc(sizeof(*x) * n * (size_t)F);

	r->of = p->checkpoint->task.ops > 1 ? names[p->checkpoint->task.op[g->op]] : "neurons";
	if (!x)
		err_memory(e);
	else if (!states_neurons(g, &p->checkpoint->task, &p->checkpoint->gpt, x, e) &&
		 (function_order(p, g->op) == FUNCTION_ADD ||
		  !spectrum_report_tensor(r, "spectrum.order", DTYPE_I4, 1, &n, g->residue, e)))
		status = spectrum_report_matrix(r, x, g->n, F, p->draws, NULL, e);
	free(x);
	return status;
}

/* The function's spectrum, and its losses if they are wanted */
static int spectra(struct function *p, struct spectrum_report *r, const struct operation *g,
		   const char *dir, struct err *e)
{
	const struct gpt *net = &p->checkpoint->gpt;
	float *logits = operation_logits(g, &p->checkpoint->task, p->work, net, e);
	double square = 0;
	int status = -1;

	if (!logits)
		return -1;
	for (size_t i = 0; i < net->size; i++)
		square += (double)net->w[i] * net->w[i];
	if (!spectrum_report_function(r, logits, &g->task, e) &&
	    (p->rule == FUNCTION_NONE ||
	     !(p->rule == FUNCTION_LAST ? hold(p, r->step, g, logits, dir, e)
					: losses(p, r, logits, g, e)))) {
		spectrum_report_add(r, "spectrum.weight_norm", sqrt(square));
		status = spectrum_report_metrics(r, e);
	}
	free(logits);
	return status;
}

static int measure(struct function *p, struct spectrum_report *r, const struct operation *g,
		   const char *dir, struct err *e)
{
	enum function_order order = function_order(p, g->op);

	if (p->neurons && neurons(p, r, g, e))
		return -1;
	if (p->rule == FUNCTION_NONE && !p->algorithm)
		return 0;
	about(p, r, g->op);
	if ((p->rule != FUNCTION_GIVEN && own_keys(p, g, e)) || spectra(p, r, g, dir, e))
		return -1;
	if (!p->algorithm)
		return 0;
	return algorithm_report(r, g, &p->checkpoint->task, &p->checkpoint->gpt, p->keys[order],
				p->nkeys[order], p->draws, e);
}

int function_measure(struct function *p, struct spectrum_report *r, const char *dir, struct err *e)
{
	int status = 0;

	for (int op = 0; op < p->checkpoint->task.ops && !status; op++) {
		struct operation g;

		status = operation_init(&g, &p->checkpoint->task, op, e);
		if (status)
			break;
		status = measure(p, r, &g, dir, e);
		operation_free(&g);
	}
	return status ? err_prefix(e, "run '%s', step %lld", r->run, (long long)r->step) : 0;
}

int function_release(struct function *p, struct spectrum_report *r, struct err *e)
{
	int status = 0;

	if (p->spool)
		rewind(p->spool);
	for (int i = 0; i < p->nheld && !status; i++) {
		float *logits;
		struct operation g;
		size_t n;

		if (operation_init(&g, &p->checkpoint->task, p->held[i].op, e))
			return -1;
		n = (size_t)g.n * g.n * g.task.C;
		logits = malloc(sizeof(*logits) * n);
		about(p, r, g.op);
		r->step = p->held[i].step;
		if (!logits)
			status = err_memory(e);
		else if (fread(logits, sizeof(*logits), n, p->spool) != n)
			status = err_set(e, "cannot read a temporary file back");
		else if (losses(p, r, logits, &g, e) || spectrum_report_metrics(r, e))
			status = -1;
		free(logits);
		operation_free(&g);
	}
	p->nheld = 0;
	return status;
}
