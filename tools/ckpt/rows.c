/* Tables as tab-separated values, or as JSON, one object a line. */
#include "ckpt.h"
#include "number.h"
#include "text.h"

#include <math.h>

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

static void print_text(FILE *f, int json, const char *text)
{
	if (json)
		ckpt_print_json(f, text);
	else
		print_escaped(f, text);
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
	print_text(t->f, t->json, text);
	end(t);
}

void ckpt_put_shape(struct ckpt_rows *t, int ndim, const size_t *shape)
{
	int i;

	begin(t);
	fputs(t->json ? "[" : ndim ? "" : "scalar", t->f);
	for (i = 0; i < ndim; i++)
		fprintf(t->f, "%s%zu", !i ? "" : t->json ? "," : "x", shape[i]);
	fputs(t->json ? "]" : "", t->f);
	end(t);
}

static void print_setting(FILE *f, int json, const struct setting *s)
{
	char text[32];

	if (s->type == SETTING_TEXT)
		print_text(f, json, s->text);
	else if (s->type == SETTING_FLAG)
		fputs(s->i ? "true" : "false", f);
	else if (s->type == SETTING_INT)
		fprintf(f, "%lld", (long long)s->i);
	else
		fputs(json && !isfinite(s->x) ? "null" : number_text(s->x, text), f);
}

void ckpt_put_setting(struct ckpt_rows *t, const struct setting *s)
{
	if (!s) {
		ckpt_put_none(t);
		return;
	}
	begin(t);
	print_setting(t->f, t->json, s);
	end(t);
}

void ckpt_print_settings(FILE *f, int json, const struct setting *s, int n)
{
	int i;

	fputs(json ? "{" : "", f);
	for (i = 0; i < n; i++) {
		fputs(!i ? "" : json ? "," : " ", f);
		print_text(f, json, s[i].key);
		fputc(json ? ':' : '=', f);
		print_setting(f, json, &s[i]);
	}
	fputs(json ? "}" : "", f);
}

void ckpt_put_settings(struct ckpt_rows *t, const struct setting *s, int n)
{
	begin(t);
	ckpt_print_settings(t->f, t->json, s, n);
	end(t);
}

void ckpt_put_list(struct ckpt_rows *t, const char *const *texts, int n)
{
	int i;

	begin(t);
	fputs(t->json ? "[" : "", t->f);
	for (i = 0; i < n; i++) {
		fputs(i ? "," : "", t->f);
		print_text(t->f, t->json, texts[i]);
	}
	fputs(t->json ? "]" : "", t->f);
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
	fputs(t->json && !isfinite(x) ? "null" : number_text(x, text), t->f);
	end(t);
}
