/* SPDX-License-Identifier: MIT */
/* A session of the host: its variables, its lies, and the running of statements. */
#ifndef MILINK_ODSHOST_SESSION_H
#define MILINK_ODSHOST_SESSION_H

#include "host.h"
#include "ods_double.h"
#include "print.h"
#include "script.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SESSION_LIES = 16, SESSION_FAULT_BYTES = 256 };

struct variable {
    char *name; /* with its @ */
    struct sql_value value;
};

/* What directives ask of the next EXEC. */
struct modifiers {
    uint32_t threads; /* 0 is 1 */
    uint32_t repeat;  /* 0 is 1 */
    bool has_attention;
    uint32_t attention_ms;
    bool is_timed;
    char *until_column; /* NULL: run once */
    char *until_value;
    uint32_t until_seconds;
};

struct session {
    const char *source; /* name of the script in error texts */
    enum print_style style;
    const char *dll;     /* path of xp_milink.dll; NULL: next to the host */
    bool stops_on_error; /* -b */
    struct variable *variables;
    size_t variable_count;
    char *lies[SESSION_LIES];
    size_t lie_count;
    struct modifiers next;
    size_t misuse_count;
    bool has_script_error; /* ends the script */
    bool lacks_procedure;  /* an EXEC named one that is not there */
    bool has_stopped;      /* by -b */
};

void session_clear(struct session *session);
/* Parses and runs a batch. False when the script must not go on. */
bool session_run(struct session *session, const char *batch, int first_line);
/* Writes "source:line: text" to stderr and notes that the script is wrong. */
void session_error(struct session *session, int line, const char *text);

/* variables.c: each returns false with the reason in fault, of SESSION_FAULT_BYTES. */
struct variable *variable_find(const struct session *session, const char *name);
void variable_declare(struct session *session, const char *name, struct sql_type type);
bool variable_assign(struct session *session, const char *name, const struct sql_value *value,
                     char *fault);
bool expression_evaluate(const struct session *session, const struct expression *expression,
                         struct sql_value *value, char *fault);

/* directive.c */
void directive_run(struct session *session, const struct statement *statement);
const char *directive_help(void);

/* exec.c */
void exec_run(struct session *session, const struct statement *statement);
/* A call with the session's lies and the statement's arguments; NULL with the reason in fault. */
struct ods_call *exec_prepare(const struct session *session, const struct statement *statement,
                              char *fault);
/* Runs the procedure between begin and end, on this thread. Returns its return code. Any thread. */
int exec_call(struct ods_call *call, struct host_procedure procedure, uint64_t *elapsed_us);
/* Prints the misuses of a call to stderr and counts them. */
void exec_note_misuses(struct session *session, const struct statement *statement,
                       const struct ods_double_record *record);

/* stress.c: the procedure in many threads, many times; loaded, called and freed many times. */
void stress_run(struct session *session, const struct statement *statement,
                struct host_procedure procedure, const struct modifiers *modifiers);
void stress_load_free(struct session *session, const struct statement *statement, size_t times);

#endif
