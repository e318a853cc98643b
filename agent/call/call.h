/* SPDX-License-Identifier: MIT */
/* One call inside the agent: what was asked, for whom, until when, and the answer being built. */
#ifndef MILINK_AGENT_CALL_H
#define MILINK_AGENT_CALL_H

#include "agent.h"
#include "catalogue.h"
#include "reply.h"

struct call {
    struct agent *agent;
    struct setup *setup; /* in force when the call came; held */
    const struct procedure *procedure;
    struct wire_hello client;
    struct wire_call request;
    struct deadline deadline; /* interrupted when the caller is gone */

    /* By the catalogue's order of parameters; NULL where none was given, or NULL or an empty text.
     */
    const struct parameter *parameters[CATALOGUE_MAX_PARAMETERS];
    const struct wire_parameter *given[CATALOGUE_MAX_PARAMETERS];
    bool passed[CATALOGUE_MAX_PARAMETERS]; /* even if NULL */
    char *texts[CATALOGUE_MAX_PARAMETERS]; /* terminated copies of the texts */
    size_t parameter_count;

    char id[CRYPTO_GUID_SIZE]; /* names the call in log and audit trail; empty: none could be had */
    uint64_t began_us;         /* clock_monotonic_us */
    const char *client_account; /* at the other end of the pipe; NULL: unknown */
    bool is_operation;          /* an operation answers for it: the engine audits that */
    bool has_acted;             /* something was sent to Azure outside an operation */

    const struct config_instance *instance; /* NULL where the procedure touches none */
    struct reply reply;
    struct error error;
};

/* An empty call, ready for call_bind; large arrays are left as they are until they are filled. */
void call_init(struct call *call, struct agent *agent);
/* Binds the request's parameters to the catalogue's: every one known, of its type, within its
 * limits, the required ones there. False with call->error set. call_clear in either case. */
bool call_bind(struct call *call);
void call_clear(struct call *call);

/* The text given, or the default, or NULL. Valid until call_clear. */
const char *call_text(const struct call *call, const char *name);
/* The bytes given; NULL and length 0 when none were. As long valid as the request. */
const void *call_binary(const struct call *call, const char *name, size_t *length);
/* The number given, or the default, or otherwise. */
int64_t call_number(const struct call *call, const char *name, int64_t otherwise);
/* Sets the OUTPUT parameter of that name, if the caller passed it so. text is copied. */
void call_set_output(struct call *call, const char *name, const char *text);
/* Sets call->error; always false, for return. */
bool call_refuse(struct call *call, int32_t number, const char *subject, const char *detail);
/* The same with a detail formatted as by printf. */
bool call_refuse_with(struct call *call, int32_t number, const char *subject, const char *format,
                      ...) __attribute__((format(gnu_printf, 4, 5)));
/* An error that was met and does not count. */
void call_forget_error(struct call *call);
/* A text as T-SQL writes it, N'it''s', to paste; size is at least 8, what has no room is cut. */
void call_literal(const char *text, char *literal, size_t size);
/* Refuses unless @confirm is the phrase, and shows the phrase. */
bool call_confirm(struct call *call, const char *phrase);
/* The same for a phrase of verb and name: "DELETE sales-link". */
bool call_confirm_with(struct call *call, const char *verb, const char *name);
/* Refuses unless the instance's entry grants the right. */
bool call_need_right(struct call *call, enum right right);

#endif
