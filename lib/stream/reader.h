/*
 * stream_reader - struct stream_in, for the files that read and forward records (private to stream)
 *
 * A frame of up to SMALL_FRAME bytes (1 MiB) is decompressed whole, so that its checksum is
 * verified before its first record is returned; its compressed bytes are kept for forwarding.  A
 * larger frame is decompressed as it is read.  If it holds one tensor and nothing else it is called
 * solo: its payload goes straight to the caller, it can be skipped by seeking, and its compressed
 * bytes can be forwarded.
 */
#ifndef STREAM_READER_H
#define STREAM_READER_H

#include "stream/file.h"

struct stream_in {
	const char **names; /* (n) the operands */
	int n, next; /* names[next] is the next to be opened */
	int ended; /* nothing is left to read */
	int unfinished; /* see stream_unfinished */
	struct stream_file f; /* the open file */
	int solo, small; /* the open frame is solo, or small */

	struct format_bytes plain; /* decompressed bytes; the current record is at @at */
	size_t at, header; /* header: its length */
	size_t payload, left; /* bytes of the current payload in all, and not read yet */
	uint8_t *held; /* payload read early, to forward it from a large frame that is not solo */
	uint64_t part_of; /* the writer's number of the open frame (stream_put_part), or 0 */

	struct record r;
	struct format_arena arena;
	int is_current; /* r is a record that has been returned */
	char *run; /* id of the open run */
	uint64_t run_records; /* read so far */
};

#endif
