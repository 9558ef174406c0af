/* run: what is written reads back, and the name is that of the settings */
#include <unistd.h>

#include "check.h"
#include "stream/run.h"

int main(void)
{
	const struct value values[] = { { "unit.x", 0.5 }, { "unit.y", -1 } };
	const char *const options[] = { "--op=add" };
	const struct program me = { "unit", "1", options, 1 };
	struct run_settings s = { .n = 0 }, other;
	char path[] = "/tmp/run.XXXXXX", id[RUN_ID], id2[RUN_ID], *names[] = { path };
	int fd = mkstemp(path);
	struct stream_out *out;
	struct stream_in *in;
	struct record r;
	struct err e;

	run_set_text(&s, "op", "add");
	run_set_int(&s, "modulus", 97);
	run_set_real(&s, "lr", 1e-3);
	run_set_flag(&s, "tie", 1);
	other = s;
	other.list[1].i = 98;
	check(!run_name(id, "add", s.list, s.n, &e) && strlen(id) == 12 && !memcmp(id, "add-", 4));
	check(!run_name(id2, "add", other.list, other.n, &e) && strcmp(id, id2) != 0);
	check(!run_name(id2, "add", s.list, s.n, &e) && !strcmp(id, id2));

	out = stream_create(fd, path, NULL, &e);
	check(fd >= 0 && out);
	r = run_head(id, 7, s.list, s.n, &me);
	check(!stream_put(out, &r, NULL, &e));
	check(!run_put_metrics(out, "unit", id, 5, "layer 3", values, 2, &e));
	check(!run_put_metrics(out, "unit", id, 6, NULL, values, 1, &e));
	check(!run_put_end(out, id, 0, &e) && !stream_close(out, &e) && !close(fd));

	in = stream_open(names, 1, &e);
	check(in && stream_next(in, &r, &e) == 1 && r.kind == RECORD_HEAD && r.seed == 7);
	check(!strcmp(r.run, id) && r.nconfig == 4 && r.nchain == 1);
	check(format_setting(&r, "modulus")->i == 97 && format_setting(&r, "lr")->x == 1e-3);
	check(format_setting(&r, "tie")->type == SETTING_FLAG);
	check(!strcmp(format_setting(&r, "op")->text, "add"));
	check(stream_next(in, &r, &e) == 1 && r.kind == RECORD_METRICS && r.step == 5);
	check(!strcmp(r.tool, "unit") && !strcmp(r.of, "layer 3") && r.nvalues == 2);
	check(stream_next(in, &r, &e) == 1 && !r.of && r.nvalues == 1 && r.values[0].x == 0.5);
	check(stream_next(in, &r, &e) == 1 && r.kind == RECORD_END && !r.complete);
	check(stream_next(in, &r, &e) == 0);
	stream_free(in);
	check(!unlink(path));
	return 0;
}
