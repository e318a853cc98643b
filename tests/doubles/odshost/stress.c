/* SPDX-License-Identifier: MIT */
/* Many calls of one EXEC: in several threads at once, and between loading and freeing the DLL. */
#include "session.h"
#include "memory.h"
#include <stdio.h>
#include <stdlib.h>

enum { WARM_UP = 16 /* loads before the handles are counted first */ };

/* One thread's share. */
struct share {
    const struct session *session; /* only read */
    const struct statement *statement;
    struct host_procedure procedure;
    size_t calls;
    uint32_t *times_us; /* one a call; a part of the array of all */
    size_t failures;
    struct ods_call *worst; /* the first call with a misuse, kept; owned */
    size_t misuses;
    char fault[SESSION_FAULT_BYTES];
    bool is_faulty;
};

/* True when the share took the call over. */
static bool keep_worst(struct share *share, struct ods_call *call)
{
    size_t misuses = ods_double_call_record(call)->misuse_count;

    share->misuses += misuses;
    if (misuses == 0 || share->worst != NULL)
        return false;
    share->worst = call;
    return true;
}

static void run_share(void *context)
{
    struct share *share = context;

    for (size_t i = 0; i < share->calls; i++) {
        struct ods_call *call = exec_prepare(share->session, share->statement, share->fault);
        uint64_t elapsed = 0;

        if (call == NULL) {
            share->is_faulty = true;
            return;
        }
        if (exec_call(call, share->procedure, &elapsed) != 0)
            share->failures++;
        share->times_us[i] = elapsed < UINT32_MAX ? (uint32_t)elapsed : UINT32_MAX;
        if (!keep_worst(share, call))
            ods_double_call_free(call);
    }
}

static int compare_times(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left;
    uint32_t b = *(const uint32_t *)right;

    return a < b ? -1 : a > b;
}

/* Adds a share to the sum, and prints the misuses of one of its calls. */
static void settle_share(struct session *session, struct share *share, struct print_stress *sum)
{
    if (share->is_faulty)
        session_error(session, share->statement->line, share->fault);
    sum->failures += share->failures;
    sum->misuses += share->misuses;
    if (share->worst != NULL) {
        const struct ods_double_record *record = ods_double_call_record(share->worst);

        exec_note_misuses(session, share->statement, record);
        session->misuse_count += share->misuses - record->misuse_count;
    }
    ods_double_call_free(share->worst);
}

void stress_run(struct session *session, const struct statement *statement,
                struct host_procedure procedure, const struct modifiers *modifiers)
{
    size_t threads = modifiers->threads > 0 ? modifiers->threads : 1;
    size_t calls = modifiers->repeat > 0 ? modifiers->repeat : 1;
    struct share *shares = host_zeroed(threads, sizeof *shares);
    struct host_thread **running = host_zeroed(threads, sizeof *running);
    uint32_t *times = host_zeroed(threads * calls, sizeof *times);
    struct print_stress sum = {.procedure = statement->procedure, .threads = threads};
    uint64_t begin = host_clock_us();

    for (size_t i = 0; i < threads; i++) {
        shares[i].session = session;
        shares[i].statement = statement;
        shares[i].procedure = procedure;
        shares[i].calls = calls;
        shares[i].times_us = times + i * calls;
        running[i] = host_thread_start(run_share, &shares[i]);
    }
    for (size_t i = 0; i < threads; i++)
        host_thread_join(running[i]);
    sum.elapsed_us = host_clock_us() - begin;
    for (size_t i = 0; i < threads; i++)
        settle_share(session, &shares[i], &sum);
    sum.calls = threads * calls;
    qsort(times, sum.calls, sizeof *times, compare_times);
    sum.p50_us = times[(sum.calls - 1) / 2];
    sum.p99_us = times[(sum.calls - 1) * 99 / 100];
    sum.max_us = times[sum.calls - 1];
    print_stress(session->style, &sum);
    session->has_stopped = session->has_stopped || (session->stops_on_error && sum.failures > 0);
    free(times);
    free(running);
    free(shares);
}

/* Loads, calls and frees once. False when the procedure could not be called. */
static bool load_call_free(struct session *session, const struct statement *statement,
                           struct print_load_free *sum)
{
    struct host_procedure procedure = {NULL};
    struct ods_call *call = NULL;
    char fault[SESSION_FAULT_BYTES] = "The DLL does not export the procedure";
    uint64_t elapsed = 0;
    bool is_called = false;

    if (!host_load(session->dll, fault, sizeof fault))
        goto out;
    if (!host_find(statement->procedure, &procedure))
        goto out;
    call = exec_prepare(session, statement, fault);
    if (call == NULL)
        goto out;
    is_called = true;
    if (exec_call(call, procedure, &elapsed) != 0)
        sum->failures++;
    exec_note_misuses(session, statement, ods_double_call_record(call));
out:
    ods_double_call_free(call);
    host_unload();
    if (!is_called)
        session_error(session, statement->line, fault);
    return is_called;
}

void stress_load_free(struct session *session, const struct statement *statement, size_t times)
{
    struct print_load_free sum = {.procedure = statement->procedure, .is_real = host_loads()};
    struct print_load_free warm_up = {0};
    struct host_usage usage = {0, 0};
    char fault[SESSION_FAULT_BYTES];
    uint64_t begin = 0;
    bool is_good = true;

    host_unload();
    for (size_t i = 0; is_good && i < WARM_UP; i++)
        is_good = load_call_free(session, statement, &warm_up);
    usage = host_usage();
    sum.handles_before = usage.handles;
    sum.bytes_before = usage.heap_bytes;
    begin = host_clock_us();
    while (is_good && sum.times < times) {
        is_good = load_call_free(session, statement, &sum);
        sum.times++;
    }
    sum.elapsed_us = host_clock_us() - begin;
    usage = host_usage();
    sum.handles_after = usage.handles;
    sum.bytes_after = usage.heap_bytes;
    print_load_free(session->style, &sum);
    if (!host_load(session->dll, fault, sizeof fault))
        session_error(session, statement->line, fault);
}
