/*
 * gnuplot: hostile text becomes harmless constants; every format is drawn; a bad script is an
 * error.
 */
#include "plot/gnuplot.h"
#include "check.h"

static struct err e;

static void check_text(const char *text, int most, const char *want)
{
	char *got = NULL;
	size_t n;
	FILE *f = open_memstream(&got, &n);

	check(f != NULL);
	gnuplot_text(f, text, most);
	fclose(f);
	if (strcmp(got, want) != 0) {
		fprintf(stderr, "'%s' became %s, not %s\n", text, got, want);
		exit(1);
	}
	free(got);
}

static void test_text(void)
{
	check_text("layer 3, a-b=1.5", 0, "\"layer 3, a-b=1.5\"");
	check_text("`x`\"'\\@$#", 0, "\"\\140x\\140\\\"'\\134\\100$#\"");
	check_text("a\nb\033", 0, "\"a\\357\\277\\275b\\357\\277\\275\"");
	check_text("\303\251\342\202\254\360\237\230\200", 0,
		   "\"\\303\\251\\342\\202\\254\\360\\237\\230\\200\"");
	/* Malformed: a stray byte, an overlong slash, a surrogate, a cut character. */
	check_text("\377", 0, "\"\\357\\277\\275\"");
	check_text("\300\257", 0, "\"\\357\\277\\275\\357\\277\\275\"");
	check_text("\355\240\200", 0, "\"\\357\\277\\275\\357\\277\\275\\357\\277\\275\"");
	check_text("\342\202", 0, "\"\\357\\277\\275\\357\\277\\275\"");
	check_text("\342\200\256", 0, "\"\\357\\277\\275\""); /* right-to-left override */
	check_text("abcdef", 4, "\"abc\\342\\200\\246\"");
	check_text("abcd", 4, "\"abcd\"");
	check_text("", 4, "\"\"");
}

static void draw(enum gnuplot_format format, const char *magic)
{
	struct gnuplot g = { .format = format, .columns = 60, .rows = 20 };
	char *picture;
	size_t n;
	static const char all[] = "1e+05 !#7%d&(0)*;<?@1[2^3`4{5|6}7~8";

	check(gnuplot_start(&g, 300, 200, &e) == 0);
	fputs("set label 2 ", g.script);
	gnuplot_text(g.script, all, 0);
	fputs(" at graph 0.05,0.5 left\nset label 1 ", g.script);
	gnuplot_text(g.script, "it's `here`", 0);
	fputs(" at graph 0.1,0.9 left\nset xtics (", g.script);
	gnuplot_tic(g.script, "5 %s", 0);
	fputs(" 1)\nplot [0:2] x notitle\n", g.script);
	if (gnuplot_finish(&g, "a < b", &picture, &n, &e) < 0) {
		fprintf(stderr, "%s\n", e.msg);
		exit(1);
	}
	check(n > 100 && !memcmp(picture, magic, strlen(magic)));
	if (format == GNUPLOT_SVG) {
		check(strstr(picture, "<title>a &#60; b</title>"));
		check(strstr(picture, "<text>1e+05 !#7%d&amp;(0)*;&lt;?@1[2^3`4{5|6}7~8</text>"));
		check(strstr(picture, "<text>it's `here`</text>"));
		check(strstr(picture, "<text>5 %s</text>"));
	}
	if (format == GNUPLOT_TEXT)
		check(strstr(picture, "it's `here`") && strstr(picture, "5 %s"));
	free(picture);
}

static void test_error(void)
{
	struct gnuplot g = { .format = GNUPLOT_SVG };
	char *picture = NULL;
	size_t n;

	check(gnuplot_start(&g, 300, 200, &e) == 0);
	fputs("plot nonsense\n", g.script);
	check(gnuplot_finish(&g, NULL, &picture, &n, &e) == -1 && !picture);
	check_error(e, "gnuplot failed: ");
	check_error(e, "nonsense");
}

int main(void)
{
	test_text();
	draw(GNUPLOT_SVG, "<?xml");
	draw(GNUPLOT_PNG, "\211PNG\r\n\032\n");
	draw(GNUPLOT_PDF, "%PDF-");
	draw(GNUPLOT_TEXT, "\n");
	test_error();
	return 0;
}
