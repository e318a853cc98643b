/* SPDX-License-Identifier: MIT */
/* The catalogue of procedures: what is common to them, and where each is found. */
#include "catalogue_table.h"
#include "text.h"
#include <stdio.h>
#include <string.h>

static const struct parameter common[] = {
    {.name = "@quiet",
     .type = WIRE_BIT,
     .most = 1,
     .otherwise = "0",
     .text = "1: no message on failure, only return code and OUTPUT parameters"},
    {.name = "@timeout_seconds",
     .type = WIRE_INT,
     .least = 1,
     .most = 300,
     .otherwise = "30",
     .text = "the call returns by then, whatever happens"},
    {.name = "@error_number",
     .type = WIRE_INT,
     .flags = PARAMETER_OUTPUT,
     .text = "0, or the number of the error"},
    {.name = "@error_code",
     .type = WIRE_TEXT,
     .size = 128,
     .flags = PARAMETER_OUTPUT,
     .text = "Azure's code of the error, else ours"},
    {.name = "@error_message",
     .type = WIRE_TEXT,
     .size = 2048,
     .flags = PARAMETER_OUTPUT,
     .text = "the text of the error"},
    {.name = "@caller", .type = WIRE_TEXT, .size = 256, .text = "login of the caller, as a claim"},
    {.name = "@session_id",
     .type = WIRE_INT,
     .most = INT32_MAX,
     .text = "session of the caller, as a claim"},
};

static const struct parameter of_writes[] = {
    {.name = "@request_id",
     .type = WIRE_TEXT,
     .size = 36,
     .rule = RULE_GUID,
     .text = "idempotency key: the same id never starts a second operation; default: a new one"},
    {.name = "@wait_seconds",
     .type = WIRE_INT,
     .most = 60,
     .otherwise = "0",
     .text = "how long to wait for the operation's end; 0: return once Azure has accepted it"},
    {.name = "@reason", .type = WIRE_TEXT, .size = 400, .text = "why, for the records"},
    {.name = "@change_ref", .type = WIRE_TEXT, .size = 64, .text = "change or ticket number"},
    {.name = "@operation_id",
     .type = WIRE_TEXT,
     .size = 36,
     .flags = PARAMETER_OUTPUT,
     .text = "receives the id of the operation"},
    {.name = "@what_if",
     .type = WIRE_BIT,
     .most = 1,
     .otherwise = "0",
     .text = "1: validate, read, show the request that would be sent, send nothing"},
};

const struct wire_column catalogue_operation_columns[OPERATION_COLUMNS] = {
    TEXT_COLUMN("operation_id", 36),   TEXT_COLUMN("request_id", 36),
    TEXT_COLUMN("procedure_name", 64), TEXT_COLUMN("instance", 64),
    TEXT_COLUMN("link", 128),          TEXT_COLUMN("state", 16),
    INT_COLUMN("percent_complete"),    TEXT_COLUMN("started_at", 30),
    TEXT_COLUMN("ended_at", 30),       INT_COLUMN("error_number"),
    TEXT_COLUMN("error_code", 128),    TEXT_COLUMN("error_message", 2048),
    TEXT_COLUMN("arm_request_id", 64), TEXT_COLUMN("arm_correlation_id", 64),
    TEXT_COLUMN("detail", 4000),
};

static const struct procedure *const procedures[] = {
#define LISTED(which) &catalogue_##which,
    MILINK_PROCEDURES(LISTED)
#undef LISTED
};

const struct procedure *catalogue_at(size_t index)
{
    return index < COUNT(procedures) ? procedures[index] : NULL;
}

const struct procedure *catalogue_find(const char *name, size_t length)
{
    for (size_t i = 0; i < COUNT(procedures); i++)
        if (text_equal_bytes(procedures[i]->name, name, length))
            return procedures[i];
    return NULL;
}

const char *subject_title(enum subject subject)
{
    static const char *const titles[SUBJECT_COUNT] = {
        [SUBJECT_SERVICE] = "Service",
        [SUBJECT_LINK] = "Link",
        [SUBJECT_INSTANCE] = "Licence and instance",
        [SUBJECT_CERTIFICATE] = "Certificates",
        [SUBJECT_DATABASE] = "Databases",
        [SUBJECT_OPERATION] = "Operations",
    };

    return titles[subject];
}

static size_t append(const struct parameter *parameters[CATALOGUE_MAX_PARAMETERS], size_t count,
                     const struct parameter *more, size_t more_count)
{
    for (size_t i = 0; i < more_count; i++)
        parameters[count++] = &more[i];
    return count;
}

size_t catalogue_parameters(const struct procedure *procedure,
                            const struct parameter *parameters[CATALOGUE_MAX_PARAMETERS])
{
    size_t count = append(parameters, 0, procedure->own, procedure->own_count);

    if (procedure->writes)
        count = append(parameters, count, of_writes, COUNT(of_writes));
    return append(parameters, count, common, COUNT(common));
}

const char *catalogue_type_name(enum wire_type type, uint16_t size, char *text, size_t room)
{
    switch (type) {
    case WIRE_TEXT: snprintf(text, room, "nvarchar(%u)", (unsigned)size); break;
    case WIRE_BINARY: snprintf(text, room, "varbinary(%u)", (unsigned)size); break;
    case WIRE_INT: snprintf(text, room, "int"); break;
    case WIRE_BIT: snprintf(text, room, "bit"); break;
    case WIRE_UNTYPED: snprintf(text, room, "NULL"); break;
    }
    return text;
}
