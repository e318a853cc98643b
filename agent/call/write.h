/* SPDX-License-Identifier: MIT */
/* What every procedure that writes does alike: idempotency, what-if, journal, waiting, the
 * operation row. */
#ifndef MILINK_AGENT_WRITE_H
#define MILINK_AGENT_WRITE_H

#include "azure_kind.h"
#include "call.h"

/* A write as its handler begins it. Texts are the handler's. */
struct write_plan {
    enum operation_kind kind;
    const char *method;
    const struct azure_kind *of; /* what it changes; NULL: the instance itself */
    const char *name;            /* of it; NULL with the instance */
    const char *action;          /* last segment of the path, as "failover"; NULL: none */
    const char *body;            /* JSON; NULL: none */
    const char *secret;          /* name of the stored secret that the body needs; NULL: none */
    const char *asked; /* tells this request from another one under the same request_id; NULL: name,
                          body and secret do */
    unsigned minutes;  /* how long its end is awaited */
};

/* What remains to be found out once it is no repeat: guards, and what counts as done. It may settle
 * the operation. False with call->error set. */
struct write_step {
    bool (*prepare)(struct call *call, struct operation *operation, void *context);
    void *context;
};

/* A whole write. A repeat is answered from the journal before Azure is looked at, whose state may
 * have changed since. Else prepare; then @what_if shows the request, or the operation is journalled
 * and begun, waited for as asked, and its row is the answer. False with call->error set, as when
 * the operation failed by then. */
bool write_perform(struct call *call, const struct write_plan *plan, const struct write_step *step);

/* Nothing to send: the wish is a fact, as the text says. It is journalled all the same, so that a
 * repeat finds it. */
void write_settle(struct operation *operation, const char *text);
/* The text of a JSON document for write_plan.body, for json_text_free; NULL with call->error set.
 * Frees the document. */
char *write_print(struct call *call, struct json *document);
/* Answers with the row of an operation. */
void write_row(struct call *call, const struct operation *operation);

#endif
