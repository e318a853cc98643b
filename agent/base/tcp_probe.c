/* SPDX-License-Identifier: MIT */
/* The probe itself: a look-up that may be left behind, then all addresses at once. */
#include "tcp_probe.h"

#include "tcp_probe_socket.h"
#include "text.h"
#include "thread.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TCP_MAX_LOOKUPS = 16 };

static atomic_int lookups; /* that run, left behind or not */

/* Shared by the caller and the thread that looks up; the one who goes last frees it. */
struct lookup {
    struct mutex *mutex; /* guards owners and finished */
    struct condition *changed;
    int owners;
    bool finished;
    uint16_t port;
    enum tcp_outcome outcome;
    struct tcp_address addresses[TCP_PROBE_MAX_ROWS];
    size_t count;
    char host[256];
};

/* ---- texts ---- */

static const char *outcome_text(enum tcp_outcome outcome)
{
    switch (outcome) {
    case TCP_REFUSED:
        return "refused: nothing listens on this port there, or a firewall rejects it; check the "
               "port and the endpoint's settings";
    case TCP_NO_ROUTE:
        return "no route to this address; check this host's network, its VPN or ExpressRoute, and "
               "routes";
    case TCP_FORBIDDEN:
        return "forbidden on this host; check its firewall for rules on outgoing connections";
    case TCP_NO_NAME:
        return "no such host: DNS knows no address of it; check the name, and the private DNS zone "
               "if it is one";
    case TCP_NO_ANSWER:
        return "no name server answered; check this host's DNS settings and the way to the name "
               "server";
    case TCP_TIMED_OUT:
        return "timed out: nothing answers, so a firewall or network security group drops it, or "
               "the address is not reached; check both ends' rules";
    default: return "";
    }
}

static void explain(enum tcp_outcome outcome, int error, char why[TCP_PROBE_WHY_SIZE])
{
    if (outcome == TCP_FAILED)
        snprintf(why, TCP_PROBE_WHY_SIZE,
                 "failed with error %d of this host's network; look it up in the system's manual",
                 error);
    else
        text_copy(why, TCP_PROBE_WHY_SIZE, outcome_text(outcome));
}

/* ---- looking up ---- */

static void lookup_release(struct lookup *lookup)
{
    bool last = false;

    mutex_lock(lookup->mutex);
    last = --lookup->owners == 0;
    mutex_unlock(lookup->mutex);
    if (!last)
        return;
    condition_free(lookup->changed);
    mutex_free(lookup->mutex);
    free(lookup);
}

static void lookup_run(void *context)
{
    struct lookup *lookup = context;
    enum tcp_outcome outcome =
        tcp_resolve(lookup->host, lookup->port, lookup->addresses, &lookup->count);

    mutex_lock(lookup->mutex);
    lookup->outcome = outcome;
    lookup->finished = true;
    condition_signal(lookup->changed);
    mutex_unlock(lookup->mutex);
    atomic_fetch_sub(&lookups, 1);
    lookup_release(lookup);
}

/* Starts it on its thread; NULL when memory or threads ran out. */
static struct lookup *lookup_new(const char *host, uint16_t port)
{
    struct lookup *lookup = calloc(1, sizeof *lookup);

    if (lookup == NULL)
        return NULL;
    text_copy(lookup->host, sizeof lookup->host, host);
    lookup->port = port;
    lookup->owners = 2;
    lookup->mutex = mutex_new();
    lookup->changed = condition_new();
    if (lookup->mutex != NULL && lookup->changed != NULL && tcp_detach(lookup_run, lookup))
        return lookup;
    condition_free(lookup->changed);
    mutex_free(lookup->mutex);
    free(lookup);
    return NULL;
}

/* False when interrupted. */
static bool lookup_await(struct lookup *lookup, const struct deadline *deadline)
{
    bool interrupted = false;

    mutex_lock(lookup->mutex);
    while (!lookup->finished && !interrupted && deadline_left_ms(deadline) > 0) {
        condition_wait(lookup->changed, lookup->mutex, deadline_slice_ms(deadline));
        interrupted = deadline_interrupted(deadline);
    }
    mutex_unlock(lookup->mutex);
    return !interrupted;
}

/* Its addresses, or why there are none. */
static size_t lookup_take(struct lookup *lookup, struct tcp_address *addresses,
                          struct tcp_probe *result)
{
    size_t count = 0;

    mutex_lock(lookup->mutex);
    if (!lookup->finished) {
        explain(TCP_NO_ANSWER, 0, result->why);
    } else if (lookup->outcome != TCP_CONNECTED) {
        explain(lookup->outcome, 0, result->why);
    } else {
        count = lookup->count;
        memcpy(addresses, lookup->addresses, count * sizeof *addresses);
    }
    mutex_unlock(lookup->mutex);
    return count;
}

/* False when interrupted. No address: why is in the result. */
static bool resolve(const char *host, uint16_t port, const struct deadline *deadline,
                    struct tcp_address *addresses, struct tcp_probe *result)
{
    struct lookup *lookup = NULL;
    bool waited = true;

    if (strlen(host) >= sizeof lookup->host) {
        explain(TCP_NO_NAME, 0, result->why);
        return true;
    }
    if (atomic_fetch_add(&lookups, 1) < TCP_MAX_LOOKUPS)
        lookup = lookup_new(host, port);
    if (lookup == NULL) {
        atomic_fetch_sub(&lookups, 1);
        text_copy(result->why, sizeof result->why,
                  "too many look-ups of names are waiting; check this host's DNS, then try again");
        return true;
    }
    waited = lookup_await(lookup, deadline);
    result->count = lookup_take(lookup, addresses, result);
    lookup_release(lookup);
    return waited;
}

/* ---- connecting ---- */

/* Writes what has ended since the last time; returns how many are still pending. */
static size_t note_ended(struct tcp_attempt *attempts, struct tcp_probe *result, uint64_t began_ms)
{
    uint32_t passed = (uint32_t)(clock_monotonic_ms() - began_ms);
    size_t pending = 0;

    for (size_t i = 0; i < result->count; i++) {
        struct tcp_probe_row *row = &result->rows[i];

        if (attempts[i].outcome == TCP_PENDING) {
            pending++;
            row->connect_ms = passed;
        } else if (attempts[i].socket >= 0) {
            row->connect_ms = passed;
            tcp_attempt_end(&attempts[i]);
            explain(attempts[i].outcome, attempts[i].error, row->why);
        }
    }
    return pending;
}

/* False when interrupted. */
static bool connect_all(const struct tcp_address *addresses, const struct deadline *deadline,
                        struct tcp_probe *result)
{
    struct tcp_attempt attempts[TCP_PROBE_MAX_ROWS];
    uint64_t began_ms = clock_monotonic_ms();
    bool interrupted = false;

    for (size_t i = 0; i < result->count; i++) {
        text_copy(result->rows[i].address, sizeof result->rows[i].address, addresses[i].text);
        tcp_attempt_begin(&attempts[i], &addresses[i]);
        if (attempts[i].socket < 0)
            explain(attempts[i].outcome, attempts[i].error, result->rows[i].why);
    }
    while (note_ended(attempts, result, began_ms) > 0 && !interrupted &&
           deadline_left_ms(deadline) > 0) {
        tcp_attempts_wait(attempts, result->count, deadline_slice_ms(deadline));
        interrupted = deadline_interrupted(deadline);
    }
    for (size_t i = 0; i < result->count; i++) {
        if (attempts[i].outcome == TCP_PENDING)
            explain(TCP_TIMED_OUT, 0, result->rows[i].why);
        tcp_attempt_end(&attempts[i]);
    }
    return !interrupted;
}

bool tcp_probe_run(const char *host, uint16_t port, const struct deadline *deadline,
                   struct tcp_probe *result)
{
    struct tcp_address addresses[TCP_PROBE_MAX_ROWS];
    uint64_t began_ms = clock_monotonic_ms();

    memset(result, 0, sizeof *result);
    if (!resolve(host, port, deadline, addresses, result))
        return false;
    result->resolve_ms = (uint32_t)(clock_monotonic_ms() - began_ms);
    return connect_all(addresses, deadline, result);
}
