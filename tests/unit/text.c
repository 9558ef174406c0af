/* text: what may be shown is shown, what may not becomes U+FFFD, HTML stays text. */
#include "text.h"
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

static int is_safe(const char *text, const char *want)
{
	char to[64];

	text_safe(text, to, sizeof(to));
	return !strcmp(to, want);
}

/* What commands a terminal: ESC, CSI and OSC as one character or as a byte, marks of direction. */
static void safe(void)
{
	char small[4];

	check(is_safe("a\033[2Jb", "a?[2Jb"));
	check(is_safe("a\302\2332Jb", "a?2Jb"));
	check(is_safe("a\302\2350;titleb", "a?0;titleb"));
	check(is_safe("a\2332Jb", "a?2Jb"));
	check(is_safe("\342\200\256x\342\201\246y\330\234", "?x?y?"));
	check(is_safe("\342\200\250", "?"));
	check(is_safe("\t\n\r\177", "????"));
	check(is_safe("Gr\303\266\303\237e \360\237\230\200",
		      "Gr\303\266\303\237e \360\237\230\200"));
	text_safe("ab\303\251", small, sizeof(small)); /* no half of a character */
	check(!strcmp(small, "ab"));
}

/* After no memory for what is written, more that there would be room for changes nothing. */
static void lack(void)
{
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
	static char more[5000];
	volatile size_t too_much = (size_t)1 << 60; /* no memory is that large, and none is read */
	char *text, *beside;
	size_t n;
	FILE *f = text_open(&text, &n);

	check(f && fputs("a", f) >= 0 && !fflush(f));
	beside = malloc(1500); /* so that the text has to move to grow */
	setbuf(f, NULL);
	check(fwrite(more, 1, too_much, f) < too_much);
	fwrite(more, 1, sizeof(more), f);
	check(text_close(f, &text) && !text);
	free(beside);
#endif
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
	safe();
	lack();
	check(text_is_utf8("a\303\251", 3) && !text_is_utf8("a\303", 2) && !text_is_utf8("a\0", 2));
	check(text_is_utf8("", 0) && text_is_utf8("\360\237\230\200", 4));
	return 0;
}
