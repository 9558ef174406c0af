/* text: what may be shown is shown, what may not becomes U+FFFD, HTML stays text. */
#include "plot/text.h"
#include "check.h"

static void check_html(const char *text, const char *want)
{
	char *got = NULL;
	size_t n;
	FILE *f = open_memstream(&got, &n);

	check(f != NULL);
	text_html(f, text);
	fclose(f);
	if (strcmp(got, want) != 0) {
		fprintf(stderr, "'%s' became '%s', not '%s'\n", text, got, want);
		exit(1);
	}
	free(got);
}

int main(void)
{
	const unsigned char *p = (const unsigned char *)"\xc3\xa9z";

	check(text_next(&p) == 0xe9 && *p == 'z');
	check_html("a<b>&\"c\"'", "a&#60;b&#62;&#38;&#34;c&#34;&#39;");
	check_html("\303\251\342\202\254\360\237\230\200", "\303\251\342\202\254\360\237\230\200");
	check_html("a\nb\033", "a\357\277\275b\357\277\275");
	/* A stray byte, an overlong slash, a surrogate, beyond Unicode, a cut character. */
	check_html("\377", "\357\277\275");
	check_html("\300\257", "\357\277\275\357\277\275");
	check_html("\355\240\200", "\357\277\275\357\277\275\357\277\275");
	check_html("\364\220\200\200", "\357\277\275\357\277\275\357\277\275\357\277\275");
	check_html("\342\202", "\357\277\275\357\277\275");
	check_html("\342\200\256", "\357\277\275"); /* right-to-left override */
	check_html("", "");
	return 0;
}
