/* Signals: unfinished files are removed; a filter may finish with the input read so far. */
#include "cli_internal.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

enum { PARTS = 4 }; /* as many files as a tool writes at once, and one to spare */

static const char *volatile parts[PARTS];
static int is_registered;
static volatile sig_atomic_t is_patient, interrupts;

void cli_remove_parts(void)
{
	int i;

	for (i = 0; i < PARTS; i++)
		if (parts[i])
			unlink(parts[i]);
}

static void on_signal(int sig)
{
	if (sig == SIGINT && is_patient && !interrupts) {
		interrupts = 1;
		return;
	}
	cli_remove_parts();
	signal(sig, SIG_DFL);
	raise(sig);
}

/* A signal that a parent chose to have ignored, as nohup does, stays ignored. */
static void catch_signal(int sig)
{
	struct sigaction old, act = { .sa_handler = on_signal, .sa_flags = SA_RESTART };

	if (!sigaction(sig, NULL, &old) && old.sa_handler != SIG_IGN)
		sigaction(sig, &act, NULL);
}

void cli_hold_signals(int hold)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(hold ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL);
}

void cli_guard(const char *part)
{
	int i;

	for (i = 0; i < PARTS - 1 && parts[i]; i++)
		;
	if (!is_registered)
		atexit(cli_remove_parts); /* libarchive exits when memory runs out */
	is_registered = 1;
	parts[i] = part;
	catch_signal(SIGINT);
	catch_signal(SIGTERM);
	catch_signal(SIGHUP);
}

void cli_unguard(const char *part)
{
	int i;

	for (i = 0; i < PARTS; i++)
		if (parts[i] == part)
			parts[i] = NULL;
}

void cli_wait_for_end(void)
{
	is_patient = 1;
	catch_signal(SIGINT);
}

int cli_was_interrupted(void)
{
	return interrupts;
}
