/*
 * live - draw a picture repeatedly while records are being read
 *
 *     main:   read -> live_lock, take, live_unlock -> read ...  live_end
 *     thread:             draw ...... wait ...... draw ......
 *
 * The thread draws if records have been taken since the last picture, and waits @seconds after
 * each.
 */
#ifndef PLOT_LIVE_H
#define PLOT_LIVE_H

#include <pthread.h>

struct live {
	pthread_t thread;
	pthread_mutex_t lock; /* protects the data, and the fields below */
	pthread_cond_t changed;
	double seconds;
	int fresh, ended;
	void (*draw)(void *arg); /* called with the lock held */
	void *arg;
};

/* live_start - start the thread; 0, or -1 when that is not possible */
int live_start(struct live *l, double seconds, void (*draw)(void *arg), void *arg);

void live_lock(struct live *l); /* before the data is changed */
void live_unlock(struct live *l); /* after it was changed */
void live_end(struct live *l); /* stop the thread */

#endif
