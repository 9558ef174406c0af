/*
 * The circuit of a checkpoint: the strongest edges between heads and MLPs, layers upwards
 *
 *        logits
 *     0  1  2  3  MLP 1        Each layer is a row of heads and, above it, its MLP.
 *     0  1  2  3  MLP 0
 *       embedding
 *
 * Senders and receivers are numbered as in formats/cma.md.  The width of a line shows the size of
 * the effect, its colour the kind of receiver.  Edges that are not on a path from the embedding to
 * the logits are left out.
 */
#include "plot/panel.h"

#include <math.h>
#include <stdlib.h>

enum { QUERY, KEY, VALUE, OTHER };
static const char *const reached[] = { "query", "key", "value", "MLP, logits" };
static const unsigned paint[] = { 0x0072b2, 0xd55e00, PLOT_GREEN, PLOT_DARK };

struct edge {
	int sender, receiver; /* numbers; of a node: see node_of */
	int kind;
	double effect;
};

struct circuit {
	int L, H, S, R, nodes; /* nodes: senders, then the logits */
	int n;
	struct edge *edge;
	unsigned char *from, *to; /* (nodes): reached from the embedding; reaches the logits */
	double largest;
	int rows, columns; /* that have a node to show */
	int heads; /* of these columns, those of heads */
	int *row, *column; /* of a level (2 L + 2), of a part of a layer (H + 1): from 0 */
	int *level; /* (rows) */
};

/* The node that a receiver belongs to, as a sender's number; S for the logits. */
static int node_of(const struct circuit *c, int receiver, int *kind)
{
	int layer = receiver / (3 * c->H + 1), part = receiver % (3 * c->H + 1);

	*kind = layer == c->L || part == 3 * c->H ? OTHER : part / c->H;
	if (layer == c->L)
		return c->S;
	return 1 + layer * (c->H + 1) + (*kind == OTHER ? c->H : part % c->H);
}

/* Senders come before their receivers, so one pass each way finds all ways. */
static void find_ways(struct circuit *c)
{
	int node, i;

	c->from[0] = c->to[c->S] = 1;
	for (node = 1; node < c->nodes; node++)
		for (i = 0; i < c->n; i++)
			if (c->edge[i].receiver == node && c->from[c->edge[i].sender])
				c->from[node] = 1;
	for (node = c->S - 1; node >= 0; node--)
		for (i = 0; i < c->n; i++)
			if (c->edge[i].sender == node && c->to[c->edge[i].receiver])
				c->to[node] = 1;
}

static int shown(const struct circuit *c, const struct edge *e)
{
	return !c->to[0] || (c->from[e->sender] && c->to[e->receiver]);
}

static void circuit_free(struct circuit *c)
{
	free(c->edge);
	free(c->from);
	free(c->to);
	free(c->row);
	free(c->column);
	free(c->level);
}

/* R - S = 2 L H and S = 1 + L H + L give the shape of the network. */
static int read_circuit(struct circuit *c, const struct tensor *graph, const struct tensor *edge,
			struct err *e)
{
	const float *ends = graph->data, *effect = edge->data;
	int heads, i, r;

	*c = (struct circuit){ .n = (int)graph->shape[0] };
	if (edge->ndim == 2 && graph->ndim == 2 && graph->shape[1] == 2 &&
	    edge->shape[0] < 1u << 20 && edge->shape[1] < 1u << 20) {
		c->S = (int)edge->shape[0];
		c->R = (int)edge->shape[1];
	}
	heads = (c->R - c->S) / 2;
	c->L = c->S - 1 - heads;
	c->H = c->L > 0 ? heads / c->L : 0;
	if (c->H < 1 || c->S != 1 + c->L * (c->H + 1) || c->R != c->L * (3 * c->H + 1) + 1)
		return err_set(e, "'cma.edge' is no matrix of senders and receivers");
	c->nodes = c->S + 1;
	c->edge = calloc((size_t)c->n + 1, sizeof(*c->edge));
	c->from = calloc((size_t)c->nodes, 1);
	c->to = calloc((size_t)c->nodes, 1);
	if (!c->edge || !c->from || !c->to)
		return err_memory(e);
	for (i = 0; i < c->n; i++) {
		struct edge *to = &c->edge[i];

		/* NaN fails both comparisons */
		if (!(ends[2 * i] >= 0 && ends[2 * i] < (float)c->S && ends[2 * i + 1] >= 0 &&
		      ends[2 * i + 1] < (float)c->R))
			return err_set(e, "'cma.graph' names no edge of 'cma.edge'");
		to->sender = (int)ends[2 * i];
		r = (int)ends[2 * i + 1];
		to->effect = effect[(size_t)to->sender * (size_t)c->R + (size_t)r];
		to->receiver = node_of(c, r, &to->kind);
		if (to->receiver <= to->sender || !isfinite(to->effect))
			return err_set(e, "'cma.graph' names no edge of 'cma.edge'");
		c->largest = fmax(c->largest, fabs(to->effect));
	}
	find_ways(c);
	return 0;
}

/* ---- drawing ---- */

/* The row of a node in the whole network: the embedding is 0, then heads and MLP of each layer. */
static int level(const struct circuit *c, int node)
{
	int layer = (node - 1) / (c->H + 1), part = (node - 1) % (c->H + 1);

	return node == 0 ? 0 : node == c->S ? 2 * c->L + 1 : 2 * layer + (part == c->H ? 2 : 1);
}

static int is_shown(const struct circuit *c, int node)
{
	int i;

	for (i = 0; i < c->n; i++)
		if (shown(c, &c->edge[i]) &&
		    (c->edge[i].sender == node || c->edge[i].receiver == node))
			return 1;
	return 0;
}

/* Number the rows and columns that have a node to show. */
static int arrange(struct circuit *c, struct err *e)
{
	int levels = 2 * c->L + 2, i, node;

	c->row = calloc((size_t)levels, sizeof(*c->row));
	c->column = calloc((size_t)c->H + 1, sizeof(*c->column));
	c->level = calloc((size_t)levels, sizeof(*c->level));
	if (!c->row || !c->column || !c->level)
		return err_memory(e);
	c->row[0] = c->row[levels - 1] = 1;
	for (node = 1; node < c->S; node++)
		if (is_shown(c, node)) {
			c->row[level(c, node)] = 1;
			c->column[(node - 1) % (c->H + 1)] = 1;
		}
	for (i = 0; i < levels; i++)
		if (c->row[i]) {
			c->level[c->rows] = i;
			c->row[i] = c->rows++;
		}
	for (i = 0; i <= c->H; i++)
		if (c->column[i]) {
			c->heads += i < c->H;
			c->column[i] = c->columns++;
		}
	return 0;
}

/* Where a node is, in parts of the box from its lower left corner. */
static void place(const struct circuit *c, int node, double *x, double *y)
{
	double columns = fmax(c->columns, 1);

	*x = fmax(c->heads, 1) / 2 / columns;
	*y = (c->row[level(c, node)] + 0.5) / c->rows;
	if (node != 0 && node != c->S)
		*x = (c->column[(node - 1) % (c->H + 1)] + 0.5) / columns;
}

struct point {
	double x, y;
};

/*
 * Half of the white under a name, in CSS pixels, and how far lines keep from the middle of a name
 */
static double half_width(const struct circuit *c, int node)
{
	return node == 0 || node == c->S ? 34 : 19;
}

enum { LINE_GAP = 3, ROW_GAP = 9, LEFT = 30 };

/* The place beside the boxes of a row that is nearest to x; x itself where no box is in the way. */
static double beside(const struct circuit *c, int row, double x, struct plot_box b)
{
	int here = c->level[row], first = 1 + (here - 1) / 2 * (c->H + 1), node, last;
	double at, y, reach;

	last = here % 2 ? first + c->H - 1 : first + c->H;
	for (node = here % 2 ? first : last; node <= last; node++) {
		place(c, node, &at, &y);
		reach = fmin((half_width(c, node) + LINE_GAP) / b.w, 0.5 / c->columns);
		if (c->from[node] && c->to[node] && fabs(x - at) < reach)
			return x < at ? at - reach : at + reach;
	}
	return x;
}

static void draw_line(struct plot_page *p, const struct circuit *c, const struct edge *e,
		      struct point from, struct point to)
{
	fprintf(p->f,
		"set arrow from %.5f,%.5f to %.5f,%.5f nohead back lw %.2f lc rgb '#%06x'%s\n",
		from.x, from.y, to.x, to.y, 0.6 + 5 * fabs(e->effect) / c->largest,
		plot_paint(p, paint[e->kind]), e->effect < 0 ? " dt 2" : "");
}

/* Where a line from one end to the other is at a height */
static double x_at(struct point from, struct point to, double y)
{
	return from.x + (to.x - from.x) * (y - from.y) / (to.y - from.y);
}

/*
 * A line leaves at the top of a node.  Its upper end stops under the node: at its left for a query,
 * its middle for a key, its right for a value.  Where it would run through the box of a node
 * between, it passes that row, and all others, upright in the gaps between the boxes.
 */
static void draw_edge(struct plot_page *p, const struct circuit *c, const struct edge *e,
		      struct plot_box b, double half)
{
	double rows = c->rows, gap = fmin(ROW_GAP / b.h, 0.45 / rows), x, y;
	struct point from, to, at, next;
	int row, first, last, blocked = 0, side;

	place(c, e->sender, &from.x, &from.y);
	place(c, e->receiver, &to.x, &to.y);
	first = (int)(from.y * rows) + 1;
	last = (int)(to.y * rows);
	from.y += gap;
	to.y -= gap;
	to.x += e->kind == OTHER ? 0 : (e->kind - KEY) * half / b.w;
	for (row = first; row < last; row++)
		for (side = -1; side <= 1; side++) {
			x = x_at(from, to, (row + 0.5) / rows + side * gap);
			blocked |= beside(c, row, x, b) != x;
		}
	at = from;
	for (row = first; blocked && row < last; row++) {
		y = (row + 0.5) / rows;
		x = beside(c, row, x_at(from, to, y), b);
		next = (struct point){ x, y - gap };
		draw_line(p, c, e, at, next);
		at = (struct point){ x, y + gap };
		draw_line(p, c, e, next, at);
	}
	draw_line(p, c, e, at, to);
}

static void draw_node(struct plot_page *p, const struct circuit *c, int node, struct plot_box b)
{
	int layer = (node - 1) / (c->H + 1), part = (node - 1) % (c->H + 1);
	double x, y;
	char text[32];

	place(c, node, &x, &y);
	if (node == 0)
		snprintf(text, sizeof(text), "embedding");
	else if (node == c->S)
		snprintf(text, sizeof(text), "logits");
	else if (part == c->H)
		snprintf(text, sizeof(text), "MLP %d", layer);
	else
		snprintf(text, sizeof(text), "%d.%d", layer, part);
	plot_note(p, b.x + x * b.w, b.y + (1 - y) * b.h, 'c', 12, PLOT_INK, text, 12);
}

/* White under the names, so that no line crosses them. */
static void clear(struct plot_page *p, const struct circuit *c, int node, struct plot_box b)
{
	double x, y, half = half_width(c, node);

	place(c, node, &x, &y);
	fprintf(p->f,
		"set object rect center %.5f,%.5f size %.5f,%.5f front fc rgb 'white' fs solid "
		"noborder\n",
		x, y, 2 * half / b.w, 16 / b.h);
}

static void draw_circuit(struct plot_page *p, const struct circuit *c, struct plot_box b)
{
	double half = fmin(14, b.w / fmax(c->columns, 1) / 4);
	int i, node;

	plot_reset(p);
	plot_area(p, b);
	for (i = 0; i < c->n; i++)
		if (shown(c, &c->edge[i]))
			draw_edge(p, c, &c->edge[i], b, half);
	for (node = 0; node < c->nodes && !p->text; node++)
		if (is_shown(c, node))
			clear(p, c, node, b);
	fputs("set xrange [0:1]; set yrange [0:1]; unset border; unset tics\n"
	      "plot NaN\nunset arrow; unset object\n",
	      p->f);
	for (node = 0; node < c->nodes; node++)
		if (is_shown(c, node))
			draw_node(p, c, node, b);
}

static void set_keys(struct plot_line keys[4])
{
	int i;

	for (i = 0; i < 4; i++)
		keys[i] = (struct plot_line){ .label = reached[i], .color = paint[i], .width = 2 };
}

/* Lines that it needs below the title; 0: it fits beside it. */
static int legend_rows(struct gnuplot *g, const struct plot_options *o, int width,
		       const char *title)
{
	const struct plot_page p = { .text = g->format == GNUPLOT_TEXT };
	struct plot_line keys[4];

	set_keys(keys);
	return plot_legend_rows(&p, plot_page_width(g, o, width) - 2 * LEFT, title, keys, 4);
}

static void legend(struct plot_page *p, struct plot_box b, const char *title)
{
	struct plot_line keys[4];

	set_keys(keys);
	plot_area(p, b);
	plot_legend(p, b, title, keys, 4);
	fputs("set xrange [0:1]; set yrange [0:1]\nplot NaN\n", p->f);
}

/* The circuit of one checkpoint: the chosen one, or the last. */
static int draw(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
		struct err *e)
{
	const struct plot_array **list = NULL, *edge, *graph;
	char title[48], subtitle[48];
	struct circuit c = { 0 };
	struct plot_box box;
	struct plot_page p;
	int n, width, rows, result = -1;

	n = plot_pick(d, "cma.graph", o, 1, &list, e);
	if (n < 0)
		return -1;
	graph = list[n - 1];
	free(list);
	edge = plot_array(d, graph->run, graph->step, "cma.edge");
	if (!edge)
		return err_set(e, "step %lld has 'cma.graph' but no 'cma.edge'",
			       (long long)graph->step);
	if (read_circuit(&c, &graph->x, &edge->x, e) || arrange(&c, e))
		goto out;
	plot_caption(d, graph->run, graph->step, title, sizeof(title), subtitle, sizeof(subtitle));
	width = (int)fmin(160 + 100.0 * fmax(c.columns, 3), 1400);
	rows = legend_rows(g, o, width, title);
	if (plot_fits(g, o, fmin(96 + 24.0 * c.rows, 1600) + PLOT_LINE * rows, e) ||
	    plot_page_start(&p, g, o, width, (int)fmin(96 + 44.0 * c.rows, 1600) + PLOT_LINE * rows,
			    e) < 0)
		goto out;
	box = (struct plot_box){ LEFT, p.top + 42 + PLOT_LINE * rows, p.width - 2 * LEFT, 0 };
	box.h = p.height - box.y - 24;
	plot_note(&p, box.x, p.top + 14, 'l', 13, PLOT_INK, title, 0);
	legend(&p, (struct plot_box){ box.x, box.y - 16, box.w, 10 }, title);
	draw_circuit(&p, &c, box);
	plot_footer(&p, d, graph->run);
	result = 0;
out:
	circuit_free(&c);
	return result;
}

const struct plot_kind plot_circuit = {
	.name = "circuit",
	.purpose = "the strongest edges between heads and MLPs, layers upwards",
	.needs = { "cma.graph" },
	.command = "grok-cma --edges",
	.arrays = { "cma.graph", "cma.edge" },
	.takes = PLOT_STEP,
	.draw = draw,
	.heading = "Circuit",
	.caption = "The paths that carry the answer: lines as wide as their effect.",
	.groups = 1,
};
