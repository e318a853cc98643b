/* SPDX-License-Identifier: MIT */
/* Chooses from what is logged, and holds back what would flood. */
#include "event_log.h"
#include "deadline.h"
#include "log.h"
#include "text.h"
#include "thread.h"
#include <stdio.h>
#include <string.h>

enum { HOUR_MS = 3600 * 1000, MOST_AN_HOUR = 20 };

#define ROW(id, severity, name, meaning, action) {id, EVENT_##severity, name, meaning, action},
static const struct event table[] = {EVENT_LIST(ROW)};
#undef ROW

enum { EVENT_COUNT = sizeof table / sizeof *table };

static struct {
    struct mutex *mutex; /* guards memories */
    struct event_memory memories[EVENT_COUNT];
} state;

const struct event *event_table(size_t *count)
{
    *count = EVENT_COUNT;
    return table;
}

/* FNV-1a: texts that differ are told apart, nothing more. */
static uint32_t sum(const char *text)
{
    uint32_t value = 0x811C9DC5u;

    for (; *text != '\0'; text++)
        value = (value ^ (unsigned char)*text) * 0x01000193u;
    return value;
}

bool event_admit(struct event_memory *memory, const char *text, uint64_t now_ms)
{
    const uint32_t value = sum(text);

    if (!memory->any || now_ms - memory->first_ms >= HOUR_MS) {
        memory->any = true;
        memory->first_ms = now_ms;
        memory->told = 0;
    } else if (memory->told >= MOST_AN_HOUR || memory->text == value) {
        memory->held_back++;
        return false;
    }
    memory->told++;
    memory->text = value;
    return true;
}

static void tell(size_t at, const char *text)
{
    char line[1200];
    unsigned held_back = 0;
    bool admitted = false;

    mutex_lock(state.mutex);
    admitted = event_admit(&state.memories[at], text, clock_monotonic_ms());
    if (admitted) {
        held_back = state.memories[at].held_back;
        state.memories[at].held_back = 0;
    }
    mutex_unlock(state.mutex);
    if (!admitted)
        return;
    text_copy(line, sizeof line, text);
    if (held_back > 0)
        snprintf(line, sizeof line, "%s (%u more like it since the entry before)", text, held_back);
    event_log_report(&table[at], line);
}

static void listen_to(const char *name, const char *text)
{
    for (size_t at = 0; at < EVENT_COUNT; at++)
        if (strcmp(table[at].name, name) == 0) {
            tell(at, text);
            return;
        }
}

void event_log_tell(const char *name, const char *text)
{
    if (!event_log_source_open())
        return;
    for (size_t at = 0; at < EVENT_COUNT; at++)
        if (strcmp(table[at].name, name) == 0)
            event_log_report(&table[at], text);
    event_log_source_close();
}

void event_log_open(void)
{
    state.mutex = mutex_new();
    if (state.mutex != NULL && event_log_source_open())
        log_listen(listen_to);
}

void event_log_close(void)
{
    log_listen(NULL);
    event_log_source_close();
    mutex_free(state.mutex);
    state.mutex = NULL;
}
