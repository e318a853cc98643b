/* SPDX-License-Identifier: MIT */
/* The catalogue: every procedure, its parameters, columns, right and handler. Validation, help and
 * docs come from it. */
#ifndef MILINK_AGENT_CATALOGUE_H
#define MILINK_AGENT_CATALOGUE_H

#include "config.h"
#include "procedures.h"
#include "wire.h"

struct call;

enum parameter_flag {
    PARAMETER_REQUIRED = 1,
    PARAMETER_OUTPUT = 2 /* may be passed with OUTPUT; filled by the agent or the DLL */
};

/* What a text must look like besides its length, by ARM's own rules (arm-api 8). */
enum parameter_rule {
    RULE_NONE,
    RULE_LINK,
    RULE_DATABASE,
    RULE_DATABASES, /* one, or a list (name_list.h) */
    RULE_NAME,      /* what can stand in an Azure path: a certificate, a backup */
    RULE_GROUP,     /* of an availability group */
    RULE_ENDPOINT,
    RULE_HOST,
    RULE_LOCATION,
    RULE_SUBNET,
    RULE_LOGIN,
    RULE_SECRET,
    RULE_GUID,
    RULE_TIME,
    RULE_PROCEDURE
};

struct parameter {
    const char *name; /* with its @ */
    enum wire_type type;
    uint16_t size;       /* characters of a text; else 0 */
    uint8_t flags;       /* enum parameter_flag */
    int32_t least, most; /* of a number */
    const char *allowed; /* values of a text, parted by '|', compared without case; NULL: any */
    enum parameter_rule rule;
    const char *otherwise; /* default, for people and for call_text; NULL: none */
    const char *text;      /* one line for help */
};

/* What a procedure is about; the documentation's chapters, in this order. */
enum subject {
    SUBJECT_SERVICE,
    SUBJECT_LINK,
    SUBJECT_INSTANCE,
    SUBJECT_CERTIFICATE,
    SUBJECT_DATABASE,
    SUBJECT_OPERATION,
    SUBJECT_COUNT
};

struct procedure {
    const char *name; /* "xp_milink_link_get" */
    const char *text; /* one line for help */
    enum subject subject;
    enum right right; /* RIGHT_NONE: touches no instance */
    bool writes;      /* takes the parameters of a write, answers with the operation row */
    const struct parameter *own;
    size_t own_count;
    const struct wire_column *columns;
    size_t column_count;
    bool (*handler)(struct call *call); /* false with call->error set */
};

enum { CATALOGUE_MAX_PARAMETERS = 32 };

/* In the order of the list of names; NULL past its end. */
const struct procedure *catalogue_at(size_t index);
const struct procedure *catalogue_find(const char *name, size_t length); /* NULL: none */
/* All parameters in order: own, of a write, common. Returns the count, at most
 * CATALOGUE_MAX_PARAMETERS. */
size_t catalogue_parameters(const struct procedure *procedure,
                            const struct parameter *parameters[CATALOGUE_MAX_PARAMETERS]);
const char *subject_title(enum subject subject); /* "Service" */
const char *catalogue_type_name(enum wire_type type, uint16_t size, char *text, size_t room);

/* The handlers, one file a subject. */
#define MILINK_HANDLER(which) bool handle_##which(struct call *call);
MILINK_PROCEDURES(MILINK_HANDLER)
#undef MILINK_HANDLER

#endif
