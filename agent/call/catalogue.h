/* SPDX-License-Identifier: MIT */
/* The catalogue: every procedure, its parameters, columns, right and handler. Validation, help and
 * docs come from it. */
#ifndef MILINK_AGENT_CATALOGUE_H
#define MILINK_AGENT_CATALOGUE_H

#include "config.h"
#include "wire.h"

struct call;

enum parameter_flag {
    PARAMETER_REQUIRED = 1,
    PARAMETER_OUTPUT = 2 /* may be passed with OUTPUT; filled by the agent or the DLL */
};

/* What a text must look like besides its length, by ARM's own rules (arm-api 8). */
enum parameter_rule { RULE_NONE, RULE_LINK, RULE_GUID, RULE_TIME, RULE_PROCEDURE };

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

struct procedure {
    const char *name; /* "xp_milink_link_get" */
    const char *text; /* one line for help */
    enum right right; /* RIGHT_NONE: touches no instance */
    bool writes;      /* takes the parameters of a write, answers with the operation row */
    const struct parameter *own;
    size_t own_count;
    const struct wire_column *columns;
    size_t column_count;
    bool (*handler)(struct call *call); /* false with call->error set */
};

enum { CATALOGUE_MAX_PARAMETERS = 32 };

const struct procedure *catalogue_procedures(size_t *count);
const struct procedure *catalogue_find(const char *name, size_t length); /* NULL: none */
/* All parameters in order: own, of a write, common. Returns the count, at most
 * CATALOGUE_MAX_PARAMETERS. */
size_t catalogue_parameters(const struct procedure *procedure,
                            const struct parameter *parameters[CATALOGUE_MAX_PARAMETERS]);
const char *catalogue_type_name(enum wire_type type, uint16_t size, char *text, size_t room);

/* The handlers, one file a subject. */
bool handle_version(struct call *call);
bool handle_help(struct call *call);
bool handle_instance_list(struct call *call);
bool handle_link_list(struct call *call);
bool handle_link_get(struct call *call);
bool handle_link_failover(struct call *call);
bool handle_link_set_role(struct call *call);
bool handle_license_get(struct call *call);
bool handle_license_set(struct call *call);
bool handle_operation_get(struct call *call);
bool handle_operation_list(struct call *call);

#endif
