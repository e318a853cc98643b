/* SPDX-License-Identifier: MIT */
/* The bounded buffer: growth up to its maximum, little-endian numbers, sticky failure. */
#include "buffer.h"
#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 512 };

void buffer_init(struct buffer *buffer, size_t maximum)
{
    memset(buffer, 0, sizeof *buffer);
    buffer->maximum = maximum;
}

void buffer_init_view(struct buffer *buffer, const void *bytes, size_t length)
{
    memset(buffer, 0, sizeof *buffer);
    buffer->data = (uint8_t *)bytes; /* never written: view makes every put fail */
    buffer->length = length;
    buffer->view = true;
}

void buffer_clear(struct buffer *buffer)
{
    if (!buffer->view)
        free(buffer->data);
    memset(buffer, 0, sizeof *buffer);
}

void buffer_reset(struct buffer *buffer)
{
    buffer->position = 0;
    buffer->failed = false;
    buffer->no_memory = false;
    if (!buffer->view)
        buffer->length = 0;
}

static bool grow(struct buffer *buffer, size_t needed)
{
    size_t capacity = buffer->capacity > 0 ? buffer->capacity : FIRST_CAPACITY;
    uint8_t *data = NULL;

    while (capacity < needed)
        capacity *= 2;
    if (capacity > buffer->maximum)
        capacity = buffer->maximum;
    data = realloc(buffer->data, capacity);
    if (data == NULL) {
        buffer->failed = true;
        buffer->no_memory = true;
        return false;
    }
    buffer->data = data;
    buffer->capacity = capacity;
    return true;
}

uint8_t *buffer_put_room(struct buffer *buffer, size_t length)
{
    uint8_t *room = NULL;

    if (buffer->failed || buffer->view || length > buffer->maximum - buffer->length) {
        buffer->failed = true;
        return NULL;
    }
    if ((buffer->data == NULL || length > buffer->capacity - buffer->length) &&
        !grow(buffer, buffer->length + length))
        return NULL;
    room = buffer->data + buffer->length;
    buffer->length += length;
    return room;
}

static void put_number(struct buffer *buffer, uint64_t number, size_t bytes)
{
    uint8_t *room = buffer_put_room(buffer, bytes);

    for (size_t i = 0; room != NULL && i < bytes; i++)
        room[i] = (uint8_t)(number >> 8 * i);
}

void buffer_put_u8(struct buffer *buffer, uint8_t number)
{
    put_number(buffer, number, 1);
}

void buffer_put_u16(struct buffer *buffer, uint16_t number)
{
    put_number(buffer, number, 2);
}

void buffer_put_u32(struct buffer *buffer, uint32_t number)
{
    put_number(buffer, number, 4);
}

void buffer_put_u64(struct buffer *buffer, uint64_t number)
{
    put_number(buffer, number, 8);
}

void buffer_put_bytes(struct buffer *buffer, const void *bytes, size_t length)
{
    uint8_t *room = NULL;

    if (length == 0)
        return;
    room = buffer_put_room(buffer, length);
    if (room != NULL)
        memcpy(room, bytes, length);
}

void buffer_put_counted(struct buffer *buffer, const void *bytes, size_t length)
{
    if (length > UINT16_MAX) {
        buffer->failed = true;
        return;
    }
    buffer_put_u16(buffer, (uint16_t)length);
    buffer_put_bytes(buffer, bytes, length);
}

void buffer_set_u32(struct buffer *buffer, size_t offset, uint32_t number)
{
    if (buffer->failed || buffer->view || buffer->length < 4 || offset > buffer->length - 4) {
        buffer->failed = true;
        return;
    }
    for (size_t i = 0; i < 4; i++)
        buffer->data[offset + i] = (uint8_t)(number >> 8 * i);
}

const void *buffer_get_bytes(struct buffer *buffer, size_t length)
{
    const uint8_t *bytes = NULL;

    if (buffer->failed || length > buffer->length - buffer->position) {
        buffer->failed = true;
        return NULL;
    }
    /* An empty view may have no bytes at all, and yet NULL means failure. */
    bytes = buffer->data != NULL ? buffer->data + buffer->position : (const uint8_t *)"";
    buffer->position += length;
    return bytes;
}

static uint64_t get_number(struct buffer *buffer, size_t bytes)
{
    const uint8_t *from = buffer_get_bytes(buffer, bytes);
    uint64_t number = 0;

    for (size_t i = 0; from != NULL && i < bytes; i++)
        number |= (uint64_t)from[i] << 8 * i;
    return number;
}

uint8_t buffer_get_u8(struct buffer *buffer)
{
    return (uint8_t)get_number(buffer, 1);
}

uint16_t buffer_get_u16(struct buffer *buffer)
{
    return (uint16_t)get_number(buffer, 2);
}

uint32_t buffer_get_u32(struct buffer *buffer)
{
    return (uint32_t)get_number(buffer, 4);
}

uint64_t buffer_get_u64(struct buffer *buffer)
{
    return get_number(buffer, 8);
}

const void *buffer_get_counted(struct buffer *buffer, size_t *length)
{
    const void *bytes = NULL;

    *length = buffer_get_u16(buffer);
    bytes = buffer_get_bytes(buffer, *length);
    if (bytes == NULL)
        *length = 0;
    return bytes;
}

bool buffer_ended(const struct buffer *buffer)
{
    return !buffer->failed && buffer->position == buffer->length;
}
