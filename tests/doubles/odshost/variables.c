/* SPDX-License-Identifier: MIT */
/* Variables of a session, and expressions over them. */
#include "session.h"
#include "memory.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct variable *variable_find(const struct session *session, const char *name)
{
    for (size_t i = 0; i < session->variable_count; i++) {
        if (strcasecmp(session->variables[i].name, name) == 0)
            return &session->variables[i];
    }
    return NULL;
}

static struct variable *need(const struct session *session, const char *name, char *fault)
{
    struct variable *variable = variable_find(session, name);

    if (variable == NULL)
        snprintf(fault, SESSION_FAULT_BYTES, "Must declare the scalar variable \"%s\".", name);
    return variable;
}

/* A second declaration starts anew: variables live on after GO here. */
void variable_declare(struct session *session, const char *name, struct sql_type type)
{
    struct variable *variable = variable_find(session, name);

    if (variable == NULL) {
        session->variables =
            host_grow(session->variables, session->variable_count + 1, sizeof *session->variables);
        variable = &session->variables[session->variable_count++];
        variable->name = host_copy(name);
    } else {
        sql_value_clear(&variable->value);
    }
    variable->value = sql_value_null(type);
}

bool variable_assign(struct session *session, const char *name, const struct sql_value *value,
                     char *fault)
{
    struct variable *variable = need(session, name, fault);
    struct sql_value cast = {.is_null = true};

    if (variable == NULL)
        return false;
    if (!sql_value_cast(value, variable->value.type, &cast)) {
        snprintf(fault, SESSION_FAULT_BYTES, "The value does not fit the type of %s.", name);
        return false;
    }
    sql_value_clear(&variable->value);
    variable->value = cast;
    return true;
}

static bool evaluate_term(const struct session *session, const struct term *term,
                          struct sql_value *value, char *fault)
{
    const struct variable *variable = NULL;

    if (term->variable == NULL) {
        *value = sql_value_copy(&term->literal);
        return true;
    }
    variable = need(session, term->variable, fault);
    if (variable == NULL)
        return false;
    *value = sql_value_copy(&variable->value);
    return true;
}

static bool is_integer(const struct sql_value *value)
{
    return value->type.token == ODS_INTN;
}

static struct sql_value add_integers(const struct sql_value *left, const struct sql_value *right)
{
    struct sql_type type = {ODS_INTN, 8};
    struct sql_value sum = {.is_null = true};
    char text[24];

    snprintf(text, sizeof text, "%" PRId64,
             sql_bytes_integer(ODS_INTN, left->bytes, left->length) +
                 sql_bytes_integer(ODS_INTN, right->bytes, right->length));
    sql_value_read(type, text, &sum);
    return sum;
}

static struct sql_value join_texts(const struct sql_value *left, const struct sql_value *right)
{
    char *head = sql_value_text(left);
    char *tail = sql_value_text(right);
    struct string text = {0};
    struct sql_value joined;

    string_add(&text, head);
    string_add(&text, tail);
    joined = sql_value_string(text.text, true);
    string_clear(&text);
    free(head);
    free(tail);
    return joined;
}

/* Integers are added; everything else is joined as text, which spares scripts the CASTs. */
static struct sql_value add(const struct sql_value *left, const struct sql_value *right)
{
    if (left->is_null || right->is_null)
        return sql_value_null((struct sql_type){ODS_NVARCHAR, ODS_COLUMN_BYTES});
    if (is_integer(left) && is_integer(right))
        return add_integers(left, right);
    return join_texts(left, right);
}

bool expression_evaluate(const struct session *session, const struct expression *expression,
                         struct sql_value *value, char *fault)
{
    struct sql_value right = {.is_null = true};

    if (!evaluate_term(session, &expression->terms[0], value, fault))
        return false;
    for (size_t i = 1; i < expression->count; i++) {
        struct sql_value left = *value;

        if (!evaluate_term(session, &expression->terms[i], &right, fault))
            return false;
        *value = add(&left, &right);
        sql_value_clear(&left);
        sql_value_clear(&right);
    }
    return true;
}
