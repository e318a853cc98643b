/* SPDX-License-Identifier: MIT */
/* Runs EXEC: each call on a thread of its own, as SQL Server may, with a small stack. */
#include "session.h"
#include "memory.h"
#include "utf.h"
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { UNTIL_PAUSE_MS = 50 };

/* A call that runs on its thread. */
struct running {
    struct ods_call *call;
    struct host_procedure procedure;
    uint64_t elapsed_us;
    int rc;
    atomic_bool is_over;
};

static bool add_argument(const struct session *session, const struct argument *argument,
                         struct ods_call *call, char *fault)
{
    const struct expression expression = {(struct term *)(uintptr_t)&argument->value, 1};
    struct sql_value value = {.is_null = true};
    struct ods_double_parameter parameter = {.name = argument->name};
    bool is_added = false;

    if (!expression_evaluate(session, &expression, &value, fault))
        return false;
    parameter.token = value.type.token;
    parameter.maximum = value.type.maximum;
    parameter.bytes = value.bytes;
    parameter.length = (uint32_t)value.length;
    parameter.is_null = value.is_null;
    parameter.is_literal = argument->value.variable == NULL;
    parameter.is_default = argument->is_default;
    parameter.is_output = argument->is_output;
    is_added = ods_double_call_add(call, &parameter);
    if (!is_added)
        snprintf(fault, SESSION_FAULT_BYTES, "The double does not take this argument.");
    sql_value_clear(&value);
    return is_added;
}

struct ods_call *exec_prepare(const struct session *session, const struct statement *statement,
                              char *fault)
{
    struct ods_call *call = ods_double_call_new();

    ods_double_call_set_code_page(call, utf_code_page());
    for (size_t i = 0; i < session->lie_count; i++)
        ods_double_call_lie(call, session->lies[i]);
    for (size_t i = 0; i < statement->argument_count; i++) {
        if (!add_argument(session, &statement->arguments[i], call, fault)) {
            ods_double_call_free(call);
            return NULL;
        }
    }
    return call;
}

int exec_call(struct ods_call *call, struct host_procedure procedure, uint64_t *elapsed_us)
{
    uint64_t begin = host_clock_us();
    const char *remains = NULL;
    int rc = 0;

    ods_double_call_begin(call);
    rc = procedure.run(call);
    *elapsed_us = host_clock_us() - begin;
    remains = host_thread_remains();
    if (remains != NULL)
        ods_double_call_misuse(call, remains);
    ods_double_call_end(call);
    return rc;
}

static void run_on_thread(void *context)
{
    struct running *running = context;

    running->rc = exec_call(running->call, running->procedure, &running->elapsed_us);
    atomic_store(&running->is_over, true);
}

/* Runs the call to its end; raises attention while it runs, when that was asked for. */
static void run_to_end(struct running *running, const struct modifiers *modifiers)
{
    uint64_t due = host_clock_us() + (uint64_t)modifiers->attention_ms * 1000;
    struct host_thread *thread = host_thread_start(run_on_thread, running);

    while (modifiers->has_attention && !atomic_load(&running->is_over)) {
        if (host_clock_us() >= due) {
            ods_double_call_attention(running->call);
            break;
        }
        host_sleep_ms(1);
    }
    host_thread_join(thread);
}

void exec_note_misuses(struct session *session, const struct statement *statement,
                       const struct ods_double_record *record)
{
    if (record->misuse_count > 0)
        fflush(stdout);
    for (size_t i = 0; i < record->misuse_count; i++)
        fprintf(stderr, "ODS MISUSE: %s, line %d: %s\n", statement->procedure, statement->line,
                record->misuses[i]);
    session->misuse_count += record->misuse_count;
}

static void assign_outputs(struct session *session, const struct statement *statement,
                           const struct ods_double_record *record)
{
    char fault[SESSION_FAULT_BYTES];

    for (size_t i = 0; i < statement->argument_count; i++) {
        const struct argument *argument = &statement->arguments[i];
        const struct ods_double_output *output = &record->outputs[i];
        struct sql_value value = {{output->token, output->value.length},
                                  output->value.is_null,
                                  false,
                                  output->value.bytes,
                                  output->value.length};

        if (!argument->is_output || !output->is_set)
            continue;
        if (!variable_assign(session, argument->value.variable, &value, fault))
            session_error(session, statement->line, fault);
    }
}

/* The return code is an int, or NULL when the procedure could not be run. */
static void assign_return_status(struct session *session, const struct statement *statement,
                                 const int *rc)
{
    struct sql_value value = sql_value_null((struct sql_type){ODS_INTN, 4});
    char fault[SESSION_FAULT_BYTES];
    char text[16];

    if (statement->return_status == NULL)
        return;
    if (rc != NULL) {
        snprintf(text, sizeof text, "%d", *rc);
        sql_value_read(value.type, text, &value);
    }
    if (!variable_assign(session, statement->return_status, &value, fault))
        session_error(session, statement->line, fault);
    sql_value_clear(&value);
}

/* True when the named column of some row has the value that :until waits for. */
static bool has_value(const struct ods_double_record *record, const struct modifiers *modifiers)
{
    bool is_found = false;

    for (size_t i = 0; i < record->set_count; i++) {
        struct grid grid = grid_of_set(&record->sets[i]);

        for (size_t j = 0; j < grid.row_count * grid.column_count; j++) {
            const char *name = grid.columns[j % grid.column_count].name;
            const char *cell = grid.cells[j] != NULL ? grid.cells[j] : "NULL";

            is_found = is_found || (strcasecmp(name, modifiers->until_column) == 0 &&
                                    strcmp(cell, modifiers->until_value) == 0);
        }
        grid_clear(&grid);
    }
    return is_found;
}

static void show(struct session *session, const struct statement *statement,
                 const struct running *running, bool is_timed)
{
    const struct ods_double_record *record = ods_double_call_record(running->call);
    char **names = host_zeroed(statement->argument_count, sizeof *names);
    struct print_exec exec = {
        .procedure = statement->procedure,
        .line = statement->line,
        .rc = running->rc,
        .is_rc_shown = statement->return_status == NULL,
        .is_timed = is_timed,
        .elapsed_us = running->elapsed_us,
        .record = record,
        .output_names = names,
    };

    for (size_t i = 0; i < statement->argument_count; i++) {
        const struct argument *argument = &statement->arguments[i];

        if (argument->is_output)
            names[i] = argument->name != NULL ? argument->name : argument->value.variable;
    }
    print_exec(session->style, &exec);
    free(names);
}

/* One call that has ended: shown, its misuses noted, its outputs assigned. */
static void settle(struct session *session, const struct statement *statement,
                   const struct running *running, bool is_timed)
{
    const struct ods_double_record *record = ods_double_call_record(running->call);

    show(session, statement, running, is_timed);
    exec_note_misuses(session, statement, record);
    assign_outputs(session, statement, record);
    assign_return_status(session, statement, &running->rc);
    if (running->rc != 0 && session->stops_on_error)
        session->has_stopped = true;
}

/* Runs the statement once, or until a column has a value. */
static void run_calls(struct session *session, const struct statement *statement,
                      struct host_procedure procedure, const struct modifiers *modifiers)
{
    uint64_t end = host_clock_us() + (uint64_t)modifiers->until_seconds * 1000000;
    char fault[SESSION_FAULT_BYTES];

    for (;;) {
        struct running running = {.procedure = procedure};
        bool is_last = modifiers->until_column == NULL;

        atomic_init(&running.is_over, false);
        running.call = exec_prepare(session, statement, fault);
        if (running.call == NULL) {
            session_error(session, statement->line, fault);
            return;
        }
        run_to_end(&running, modifiers);
        if (!is_last) {
            is_last = has_value(ods_double_call_record(running.call), modifiers);
            if (!is_last && host_clock_us() >= end) {
                session_error(session, statement->line, "The value of :until did not come in time");
                is_last = true;
            }
        }
        if (is_last)
            settle(session, statement, &running, modifiers->is_timed);
        else
            exec_note_misuses(session, statement, ods_double_call_record(running.call));
        ods_double_call_free(running.call);
        if (is_last)
            return;
        host_sleep_ms(UNTIL_PAUSE_MS);
    }
}

static void report_missing(struct session *session, const struct statement *statement)
{
    fflush(stdout);
    fprintf(stderr,
            "Msg 2812, Level 16, State 62, Server ODSHOST, Line %d\n"
            "Could not find stored procedure '%s'.\n",
            statement->line, statement->procedure);
    session->lacks_procedure = true;
    session->has_stopped = session->has_stopped || session->stops_on_error;
    assign_return_status(session, statement, NULL);
}

void exec_run(struct session *session, const struct statement *statement)
{
    struct modifiers modifiers = session->next;
    struct host_procedure procedure = {NULL};
    bool is_stress = modifiers.threads > 1 || modifiers.repeat > 1;

    memset(&session->next, 0, sizeof session->next);
    if (!host_find(statement->procedure, &procedure))
        report_missing(session, statement);
    else if (is_stress && (modifiers.has_attention || modifiers.until_column != NULL))
        session_error(session, statement->line,
                      ":attention and :until do not go with :threads and :repeat");
    else if (is_stress)
        stress_run(session, statement, procedure, &modifiers);
    else
        run_calls(session, statement, procedure, &modifiers);
    free(modifiers.until_column);
    free(modifiers.until_value);
}
