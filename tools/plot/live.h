/*
 * live - draw again and again while records come
 *
 *     main:   read -> live_lock, take, live_unlock -> read ...  live_end
 *     thread:             draw ...... rest ...... draw ......
 *
 * The thread draws when something has come since the last picture, and rests @seconds between two.
 */
#ifndef PLOT_LIVE_H
#define PLOT_LIVE_H

#include <pthread.h>

struct live {
	pthread_t thread;
	pthread_mutex_t lock; /* of the data, and of what follows */
	pthread_cond_t changed;
	double seconds;
	int fresh, ended;
	void (*draw)(void *arg); /* called with the lock held */
	void *arg;
};

/* live_start - begin to draw; -1 when there can be no thread */
int live_start(struct live *l, double seconds, void (*draw)(void *arg), void *arg);

void live_lock(struct live *l);
void live_unlock(struct live *l); /* something has come */
void live_end(struct live *l); /* no picture is drawn any more */

#endif
