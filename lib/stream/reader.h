/*
 * stream_reader - a reader, as those who read from it and those who forward from it share it
 *
 * Internal to stream.
 *
 * A frame of up to SMALL_FRAME bytes (1 MiB) is decompressed whole, so its checksum holds before
 * its first record is seen, and its compressed bytes are kept for forwarding.  A larger frame is
 * decompressed as it is read.  If it is one tensor and nothing else, it is called solo: its
 * payload goes straight to the caller, it can be skipped by seeking, and its compressed bytes can
 * be forwarded.
 */
#ifndef STREAM_READER_H
#define STREAM_READER_H

#include "stream/file.h"

struct stream_in {
	char *const *names; /* operands still to open begin at names[next] */
	int n, next;
	int ended; /* nothing is left to read */
	int unfinished; /* runs may stop without an end record */
	struct stream_file f; /* the open one */
	int solo, small; /* its open frame is of this sort */

	struct format_bytes plain; /* decompressed bytes; the current record is at @at */
	size_t at, header;
	size_t payload, left; /* of the current record: all, not read yet */
	uint8_t *held; /* a payload read early, to forward it from a foreign frame */
	uint64_t part_of; /* what the writer calls the open frame, if its first record has passed */

	struct record r;
	struct format_arena arena;
	int is_current; /* r is a record that has been returned */
	char *run; /* the open run */
	uint64_t run_records;
};

#endif
