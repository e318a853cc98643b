/* SPDX-License-Identifier: MIT */
/* SQL values: a type token and the bytes that ODS carries for it, read from and shown as text. */
#ifndef MILINK_ODSHOST_VALUE_H
#define MILINK_ODSHOST_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sql_type {
    uint8_t token;
    uint32_t maximum; /* bytes; ODS_DOUBLE_MAX for a (max) type */
};

struct sql_value {
    struct sql_type type;
    bool is_null;
    bool is_literal;
    uint8_t *bytes; /* owned; NULL when the value is NULL */
    size_t length;
};

/* The size of a type as written: int; nvarchar(50); nvarchar(max). */
struct sql_size {
    bool is_given;
    bool is_max;
    uint32_t count;
};

/* The type of a name and size; false when there is no such type here. */
bool sql_type_named(const char *name, const struct sql_size *size, struct sql_type *type);
/* The names that sql_type_named knows, for an error text. */
const char *sql_type_names(void);

void sql_value_clear(struct sql_value *value);
struct sql_value sql_value_copy(const struct sql_value *value);
struct sql_value sql_value_null(struct sql_type type);
/* A string literal: nvarchar when wide, else varchar; its type is as long as it is. */
struct sql_value sql_value_string(const char *text, bool is_wide);

/* Reads UTF-8 text as a value; too long a text is cut, as by SET. False when it is none. */
bool sql_value_read(struct sql_type type, const char *text, struct sql_value *value);
/* An integer or decimal literal: int, or numeric when it does not fit. False when it is none. */
bool sql_value_number(const char *text, struct sql_value *value);
/* The value as one of another type. False when it cannot be. */
bool sql_value_cast(const struct sql_value *value, struct sql_type type, struct sql_value *cast);

/* Shows bytes of a type as UTF-8. Allocated. */
char *sql_bytes_text(uint8_t token, const uint8_t *bytes, size_t length);
/* As sql_bytes_text; NULL for NULL. */
char *sql_value_text(const struct sql_value *value);
/* True for types that are shown flush right, and as numbers in JSON. */
bool sql_token_is_number(uint8_t token);
/* The integer that bytes of INTN, INT1 to INT8, BIT or BITN are. */
int64_t sql_bytes_integer(uint8_t token, const uint8_t *bytes, size_t length);

#endif
