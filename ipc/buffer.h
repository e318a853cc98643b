/* SPDX-License-Identifier: MIT */
/* The bounded buffer: all parsing and building of the wire goes through it. */
#ifndef MILINK_IPC_BUFFER_H
#define MILINK_IPC_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes with a maximum and a sticky failure: once a put or get fails, failed is set, every further
 * put does nothing and every further get yields 0 or NULL, so a chain needs one test at its end.
 * Numbers are little-endian. */
struct buffer {
    uint8_t *data;
    size_t length;   /* bytes written */
    size_t position; /* bytes read */
    size_t capacity;
    size_t maximum; /* length never passes it */
    bool failed;    /* a limit, the end of the bytes or the end of memory was met */
    bool no_memory; /* failed because memory ran out */
    bool view;      /* reads bytes that belong to somebody else */
};

/* An empty buffer that grows up to maximum bytes. Allocates nothing yet. */
void buffer_init(struct buffer *buffer, size_t maximum);
/* A buffer that reads length bytes of the caller's, which must outlive it. Puts fail. */
void buffer_init_view(struct buffer *buffer, const void *bytes, size_t length);
/* Frees what the buffer owns; it may be initialised again. Takes a zeroed struct. */
void buffer_clear(struct buffer *buffer);
/* Empties it and forgets a failure, keeping its memory. */
void buffer_reset(struct buffer *buffer);

void buffer_put_u8(struct buffer *buffer, uint8_t number);
void buffer_put_u16(struct buffer *buffer, uint16_t number);
void buffer_put_u32(struct buffer *buffer, uint32_t number);
void buffer_put_u64(struct buffer *buffer, uint64_t number);
void buffer_put_bytes(struct buffer *buffer, const void *bytes, size_t length);
/* u16 length and the bytes; more than 65,535 fail. bytes may be NULL when length is 0. */
void buffer_put_counted(struct buffer *buffer, const void *bytes, size_t length);
/* Room for length bytes, to be filled by the caller before the next call; NULL on failure. */
uint8_t *buffer_put_room(struct buffer *buffer, size_t length);
/* Overwrites a u32 put before at that offset. */
void buffer_set_u32(struct buffer *buffer, size_t offset, uint32_t number);

uint8_t buffer_get_u8(struct buffer *buffer);
uint16_t buffer_get_u16(struct buffer *buffer);
uint32_t buffer_get_u32(struct buffer *buffer);
uint64_t buffer_get_u64(struct buffer *buffer);
/* The next length bytes in place; NULL on failure. */
const void *buffer_get_bytes(struct buffer *buffer, size_t length);
/* u16 length and that many bytes in place. */
const void *buffer_get_counted(struct buffer *buffer, size_t *length);
/* No failure, and every byte was read: trailing bytes are an error. */
bool buffer_ended(const struct buffer *buffer);

#endif
