/* A thread that draws what has been read so far; see live.h. */
#include "plot/live.h"

#include <math.h>
#include <time.h>

static struct timespec after(double seconds)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	t.tv_sec += (time_t)seconds;
	t.tv_nsec += (long)(fmod(seconds, 1) * 1e9);
	if (t.tv_nsec >= 1000000000) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000;
	}
	return t;
}

static void *run(void *arg)
{
	struct live *l = arg;
	struct timespec until;

	pthread_mutex_lock(&l->lock);
	while (!l->ended) {
		if (!l->fresh) {
			pthread_cond_wait(&l->changed, &l->lock);
			continue;
		}
		l->fresh = 0;
		l->draw(l->arg);
		until = after(l->seconds);
		while (!l->ended && pthread_cond_timedwait(&l->changed, &l->lock, &until) == 0)
			;
	}
	pthread_mutex_unlock(&l->lock);
	return NULL;
}

int live_start(struct live *l, double seconds, void (*draw)(void *arg), void *arg)
{
	*l = (struct live){ .lock = PTHREAD_MUTEX_INITIALIZER,
			    .changed = PTHREAD_COND_INITIALIZER,
			    .seconds = seconds,
			    .draw = draw,
			    .arg = arg };
	return pthread_create(&l->thread, NULL, run, l) ? -1 : 0;
}

void live_lock(struct live *l)
{
	pthread_mutex_lock(&l->lock);
}

void live_unlock(struct live *l)
{
	l->fresh = 1;
	pthread_cond_signal(&l->changed);
	pthread_mutex_unlock(&l->lock);
}

void live_end(struct live *l)
{
	pthread_mutex_lock(&l->lock);
	l->ended = 1;
	pthread_cond_signal(&l->changed);
	pthread_mutex_unlock(&l->lock);
	pthread_join(l->thread, NULL);
}
