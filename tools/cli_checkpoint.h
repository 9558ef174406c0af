/*
 * cli_checkpoint - checkpoint.h and pool.h for tools: these functions exit where those return -1
 *
 *     while (cli_next(in, &r)) {
 *             if (cli_closes(&c, in, &r))
 *                     measure(&c);
 *             cli_pass(in, out, &r);
 *             cli_feed(&c, in, &r, NULL);
 *     }
 */
#ifndef CLI_CHECKPOINT_H
#define CLI_CHECKPOINT_H

#include "cli.h"
#include "pool.h"
#include "train/checkpoint.h"

int cli_closes(struct checkpoint *c, struct stream_in *in, const struct record *r);
int cli_feed(struct checkpoint *c, struct stream_in *in, const struct record *r, struct tensor *x);
struct pool *cli_pool(int threads);

/* What the head and data.split of a run must tell of its equations; @c: a checkpoint of the run */
void cli_need_operation(const struct checkpoint *c);
void cli_need_split(const struct checkpoint *c);

/* Warn that the run has no checkpoint of a network, and why if its head is that of none. */
void cli_warn_no_network(const struct checkpoint *c);

#endif
