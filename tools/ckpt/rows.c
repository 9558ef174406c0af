/* Tables as tab-separated values, or as JSON, one object a line. */
#include "ckpt.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *ckpt_number(double x, char text[32])
{
	int digits;

	if (!isfinite(x))
		return isnan(x) ? "NaN" : x > 0 ? "Inf" : "-Inf";
	for (digits = 15; digits <= 17; digits++) {
		snprintf(text, 32, "%.*g", digits, x);
		if (strtod(text, NULL) == x)
			break;
	}
	return text;
}

const char *ckpt_shape(int ndim, const size_t *shape, char text[256])
{
	int i, n = 0;

	for (i = 0; i < ndim; i++)
		n += snprintf(text + n, 256 - (size_t)n, "%s%zu", i ? "x" : "", shape[i]);
	return ndim ? text : "scalar";
}

/* Tabs, newlines and other control characters would break a line: \t, \n, \x1b; \ is \\. */
static void print_escaped(FILE *f, const char *text)
{
	const unsigned char *p;

	for (p = (const unsigned char *)text; *p; p++)
		if (*p == '\\')
			fputs("\\\\", f);
		else if (*p == '\t')
			fputs("\\t", f);
		else if (*p == '\n')
			fputs("\\n", f);
		else if (*p < 32 || *p == 127)
			fprintf(f, "\\x%02x", *p);
		else
			fputc(*p, f);
}

void ckpt_print_json(FILE *f, const char *text)
{
	const unsigned char *p;

	fputc('"', f);
	for (p = (const unsigned char *)text; *p; p++)
		if (*p == '"' || *p == '\\')
			fprintf(f, "\\%c", *p);
		else if (*p < 32 || *p == 127)
			fprintf(f, "\\u%04x", *p);
		else
			fputc(*p, f);
	fputc('"', f);
}

void ckpt_rows_open(struct ckpt_rows *t, FILE *f, int json, const char *const *columns)
{
	int i;

	*t = (struct ckpt_rows){ f, json, columns, 0 };
	for (i = 0; !json && columns[i]; i++) {
		print_escaped(f, columns[i]);
		fputc(columns[i + 1] ? '\t' : '\n', f);
	}
}

static void begin(struct ckpt_rows *t)
{
	if (!t->json)
		return;
	fputs(t->at ? "," : "{", t->f);
	ckpt_print_json(t->f, t->columns[t->at]);
	fputc(':', t->f);
}

static void end(struct ckpt_rows *t)
{
	if (t->columns[++t->at]) {
		if (!t->json)
			fputc('\t', t->f);
		return;
	}
	fputs(t->json ? "}\n" : "\n", t->f);
	t->at = 0;
}

void ckpt_put_none(struct ckpt_rows *t)
{
	begin(t);
	fputs(t->json ? "null" : "NA", t->f);
	end(t);
}

void ckpt_put_text(struct ckpt_rows *t, const char *text)
{
	if (!text) {
		ckpt_put_none(t);
		return;
	}
	begin(t);
	if (t->json)
		ckpt_print_json(t->f, text);
	else
		print_escaped(t->f, text);
	end(t);
}

void ckpt_put_int(struct ckpt_rows *t, int64_t x)
{
	begin(t);
	fprintf(t->f, "%lld", (long long)x);
	end(t);
}

void ckpt_put_real(struct ckpt_rows *t, double x)
{
	char text[32];

	begin(t);
	/* JSON has no NaN and no infinity. */
	fputs(t->json && !isfinite(x) ? "null" : ckpt_number(x, text), t->f);
	end(t);
}
