/* Tables as tab-separated values, or as JSON, one object a line. */
#include "ckpt.h"
#include "text.h"

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

/* What would break a line or must not reach a terminal: \t, \n, \x1b, \u009b; \ is \\. */
static void print_escaped(FILE *f, const char *text)
{
	size_t used;
	uint32_t c;

	for (; *text; text += used) {
		c = text_code(text, 4, &used);
		if (c == '\\')
			fputs("\\\\", f);
		else if (c == '\t')
			fputs("\\t", f);
		else if (c == '\n')
			fputs("\\n", f);
		else if (text_is_shown(c))
			fwrite(text, 1, used, f);
		else if (c < 128 || c == TEXT_MALFORMED)
			fprintf(f, "\\x%02x", (unsigned char)*text);
		else
			fprintf(f, "\\u%04x", (unsigned)c);
	}
}

void ckpt_print_json(FILE *f, const char *text)
{
	size_t used;
	uint32_t c;

	fputc('"', f);
	for (; *text; text += used) {
		c = text_code(text, 4, &used);
		if (c == '"' || c == '\\')
			fprintf(f, "\\%c", (char)c);
		else if (text_is_shown(c))
			fwrite(text, 1, used, f);
		else if (c < 0x10000)
			fprintf(f, "\\u%04x", (unsigned)c);
		else
			fputs("\\ufffd", f);
	}
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
