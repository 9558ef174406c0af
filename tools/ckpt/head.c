/*
 * grok-ckpt head - print each head in full, one field on a line, then the first records of its run
 */
#include "ckpt.h"

static struct ckpt_pick picked;
static int count, json;
static const struct opt opts[] = {
	{ 0, "records", "N", "and the first N records behind it, as ls lists them", OPT_INT, &count,
	  .max = 1e9 },
	{ 0, "run", "GLOB,...", "runs whose id matches", OPT_TEXT, &picked.run, .names = OPT_RUNS },
	CKPT_JSON(json),
	{ 0 }
};

/* "grok-spectrum 0.1.0 --basis add" */
static void put_program(FILE *f, const struct program *p)
{
	static const char *const columns[] = { "key", "value", NULL };
	struct ckpt_rows t = { .f = f, .columns = columns };
	char text[4096];
	int i, n;

	n = snprintf(text, sizeof(text), "%s %s", p->name, p->version);
	for (i = 0; i < p->noptions && n < (int)sizeof(text); i++)
		n += snprintf(text + n, sizeof(text) - (size_t)n, " %s", p->options[i]);
	ckpt_put_text(&t, "provenance");
	ckpt_put_text(&t, text);
}

static void print_lines(FILE *f, const struct record *r)
{
	static const char *const columns[] = { "key", "value", NULL };
	struct ckpt_rows t;
	int i;

	ckpt_rows_open(&t, f, 0, columns);
	ckpt_put_text(&t, "run");
	ckpt_put_text(&t, r->run);
	ckpt_put_text(&t, "version");
	ckpt_put_int(&t, r->version);
	ckpt_put_text(&t, "seed");
	ckpt_put_int(&t, r->seed);
	for (i = 0; i < r->nconfig; i++) {
		char key[FORMAT_NAME + 8];

		snprintf(key, sizeof(key), "config.%s", r->config[i].key);
		ckpt_put_text(&t, key);
		ckpt_put_setting(&t, &r->config[i]);
	}
	for (i = 0; i < r->nchain; i++)
		put_program(f, &r->chain[i]);
}

static void print_json(FILE *f, const struct record *r)
{
	int i, k;

	fputs("{\"run\":", f);
	ckpt_print_json(f, r->run);
	fprintf(f, ",\"version\":%lld,\"seed\":%lld", (long long)r->version, (long long)r->seed);
	fputs(",\"config\":", f);
	ckpt_print_settings(f, 1, r->config, r->nconfig);
	fputs(",\"provenance\":[", f);
	for (i = 0; i < r->nchain; i++) {
		fputs(i ? ",{\"program\":" : "{\"program\":", f);
		ckpt_print_json(f, r->chain[i].name);
		fputs(",\"version\":", f);
		ckpt_print_json(f, r->chain[i].version);
		fputs(",\"options\":[", f);
		for (k = 0; k < r->chain[i].noptions; k++) {
			fputs(k ? "," : "", f);
			ckpt_print_json(f, r->chain[i].options[k]);
		}
		fputs("]}", f);
	}
	fputs("]}\n", f);
}

static int command(void)
{
	struct ckpt_source s;
	struct ckpt_rows t;
	struct record r;
	int left = 0;
	FILE *f;

	if (cli_fresh && !cli_output_name()) /* who knows head(1) gives a number with it */
		cli_usage("-n is --no-clobber and has no effect without -o; --records N prints N "
			  "records");
	ckpt_open(&s, &picked, 0);
	f = cli_text_output();
	while (ckpt_next(&s, &r)) {
		if (!ckpt_picked(&s, &r))
			continue;
		if (r.kind == RECORD_HEAD) {
			left = count;
			if (json)
				print_json(f, &r);
			else
				print_lines(f, &r);
			if (left)
				ckpt_rows_open(&t, f, json, ckpt_record_columns);
		} else if (left > 0) {
			left--;
			ckpt_put_record(&t, &r);
		}
	}
	return ckpt_close(&s, NULL);
}

const struct cli ckpt_head = {
	.command = "head",
	.purpose = "show heads in full",
	.flags = CLI_TEXT,
	.opts = opts,
	.main = command,
};
