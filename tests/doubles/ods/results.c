/* SPDX-License-Identifier: MIT */
/* Result sets: columns described in order, rows copied as they are sent, and the end of the set. */
#include "call.h"
#include <stdlib.h>
#include <string.h>

enum { NAME_CHARACTERS = 128 };

/* FNV-1a: shows that a buffer changed, nothing more. */
static uint64_t checksum(const uint8_t *bytes, uint32_t length)
{
    uint64_t sum = 0xCBF29CE484222325u;

    for (uint32_t i = 0; i < length; i++)
        sum = (sum ^ bytes[i]) * 0x100000001B3u;
    return sum;
}

struct ods_double_set *results_open(struct ods_call *call)
{
    struct ods_double_record *record = &call->record;

    if (!call->is_open) {
        record->sets = double_grow(record->sets, record->set_count + 1, sizeof *record->sets);
        memset(&record->sets[record->set_count], 0, sizeof *record->sets);
        record->set_count++;
        call->is_open = true;
        call->has_rows = false;
        call->has_message = false;
    }
    return &record->sets[record->set_count - 1];
}

void results_close(struct ods_call *call)
{
    if (call->is_open && !call->is_gone)
        call_misuse(call, "srv_senddone", "not called for the result set that was begun");
}

/* Common to describing and sending: false when nothing may come any more. */
static bool may_send(struct ods_call *call, const char *function)
{
    if (!call_enter(call, function))
        return false;
    if (call->is_gone) {
        call_misuse(call, function, "called after srv_sendrow failed");
        return false;
    }
    if (call->is_done)
        call_misuse(call, function,
                    "called after srv_senddone: INSERT ... EXEC needs one result set");
    return true;
}

/* Says what is wrong with the type of a column; NULL when nothing is. */
static const char *type_fault(const struct ods_double_type *type, int32_t length)
{
    if (type == NULL || type->token == ODS_NULL)
        return "unknown type token";
    if (type->kind == ODS_DOUBLE_LONG)
        return "text, ntext and image are not for columns";
    if (type->kind == ODS_DOUBLE_FIXED)
        return NULL;
    if (length <= 0 || !type_takes(type, (uint32_t)length))
        return "not a length of its type";
    if (type->kind == ODS_DOUBLE_VARIABLE && (uint32_t)length > type->limit)
        return "longer than its type allows";
    return NULL;
}

/* The length of a column's name, -1 when it is no good one. */
static int name_length_of(const char *name, int length)
{
    if (name == NULL)
        return 0;
    if (length == ODS_NULL_TERMINATED)
        length = (int)strnlen(name, NAME_CHARACTERS + 1);
    if (length < 0 || length > NAME_CHARACTERS)
        return -1;
    for (int i = 0; i < length; i++) {
        if (name[i] < ' ' || name[i] > '~')
            return -1;
    }
    return length;
}

/* Notes what the buffer holds once its length is known: it must hold the same when the row goes. */
static void take_sum(struct column *column)
{
    if (column->data == NULL || (column->type->kind != ODS_DOUBLE_FIXED && !column->length_set))
        return;
    column->has_sum = true;
    column->summed = column->length;
    column->sum = checksum(column->data, column->length);
}

static uint32_t fixed_size(const struct ods_double_type *type)
{
    uint32_t size = 1;

    while (!type_takes(type, size))
        size++;
    return size;
}

static void add_column(struct ods_call *call, const struct ods_double_column *shown, void *data)
{
    struct ods_double_set *set = results_open(call);
    size_t count = set->column_count;
    struct column *column = NULL;

    set->columns = double_grow(set->columns, count + 1, sizeof *set->columns);
    set->columns[count] = *shown;
    call->columns = double_grow(call->columns, count + 1, sizeof *call->columns);
    column = &call->columns[count];
    memset(column, 0, sizeof *column);
    column->type = ods_double_type_find(shown->token);
    column->described = shown->length;
    column->length = column->type->kind == ODS_DOUBLE_FIXED ? shown->length : 0;
    column->data = data;
    column->data_set = data != NULL;
    take_sum(column);
    set->column_count++;
}

int srv_describe(struct ods_call *call, int column, char *name, int name_length, int32_t to_type,
                 int32_t to_length, int32_t from_type, int32_t from_length, void *data)
{
    const struct ods_double_type *type = ods_double_type_find((uint8_t)to_type);
    const char *fault = type_fault(type, to_length);
    int characters = name_length_of(name, name_length);
    struct ods_double_column shown = {NULL, (uint8_t)to_type, (uint32_t)to_length};
    struct ods_double_set *set = NULL;

    if (!may_send(call, __func__))
        return ODS_FAIL;
    set = call->is_open ? results_open(call) : NULL;
    if (column != (int)(set != NULL ? set->column_count : 0) + 1)
        fault = "columns are described once each and in order";
    else if (set != NULL && call->has_rows)
        fault = "called after the first row";
    else if (fault == NULL && (to_type != from_type || to_length != from_length))
        fault = "the double converts nothing: both types and lengths must be the same";
    else if (characters < 0)
        fault = "a name of other than 0 to 128 ASCII characters";
    if (fault != NULL) {
        call_misuse(call, __func__, "column %d (token 0x%02X, length %d): %s", column,
                    (unsigned)to_type & 0xFF, (int)to_length, fault);
        return ODS_FAIL;
    }
    if (call_lies(call, LIE_DESCRIBE, column) ||
        (call->lies[LIE_INTN8].is_told && to_type == ODS_INTN && to_length == 8))
        return ODS_FAIL;
    if (set != NULL && call->has_message)
        call_misuse(call, __func__, "a message was sent between the columns");
    if (type->kind == ODS_DOUBLE_FIXED)
        shown.length = fixed_size(type);
    shown.name = double_copy_text(name, (size_t)characters);
    add_column(call, &shown, data);
    return column;
}

/* The column of the open set; NULL and a misuse when it was not described. */
static struct column *find(struct ods_call *call, const char *function, int n)
{
    if (!may_send(call, function))
        return NULL;
    if (call->is_open && n >= 1 && (size_t)n <= results_open(call)->column_count)
        return &call->columns[n - 1];
    call_misuse(call, function, "column %d was not described", n);
    return NULL;
}

int srv_setcoldata(struct ods_call *call, int n, void *data)
{
    struct column *column = find(call, __func__, n);

    if (column == NULL)
        return ODS_FAIL;
    column->has_sum = false;
    column->data = data;
    /* Set for the second time: the length may still be that of the first buffer. */
    if (!column->data_set || column->type->kind == ODS_DOUBLE_FIXED)
        take_sum(column);
    column->data_set = true;
    return ODS_SUCCEED;
}

int srv_setcollen(struct ods_call *call, int n, int length)
{
    struct column *column = find(call, __func__, n);
    const char *fault = NULL;

    if (column == NULL)
        return ODS_FAIL;
    if (column->type->kind == ODS_DOUBLE_FIXED)
        fault = "a type of fixed length";
    else if (length < 0 || length > ODS_COLUMN_BYTES)
        fault = "not within 0 to 8000 bytes";
    else if ((uint32_t)length > column->described)
        fault = "longer than described";
    else if (column->type->kind == ODS_DOUBLE_SIZED && length != 0 &&
             (uint32_t)length != column->described)
        fault = "neither NULL nor the described length";
    else if (!type_takes(column->type, (uint32_t)length) && length != 0)
        fault = "half a UTF-16 unit";
    if (fault != NULL) {
        call_misuse(call, __func__, "column %d (%s, described as %u): length %d: %s", n,
                    column->type->name, (unsigned)column->described, length, fault);
        return ODS_FAIL;
    }
    column->length = (uint32_t)length;
    column->length_set = true;
    if (column->data_set)
        take_sum(column);
    return ODS_SUCCEED;
}

/* Says what keeps a column from being sent; NULL when nothing does. */
static const char *row_fault(const struct column *column)
{
    if (column->type->kind != ODS_DOUBLE_FIXED && !column->length_set)
        return "srv_setcollen was not called for this row";
    if (column->type->kind != ODS_DOUBLE_FIXED && column->length == 0)
        return NULL;
    if (column->data == NULL)
        return "no data was set";
    if (column->has_sum &&
        (column->length != column->summed || checksum(column->data, column->length) != column->sum))
        return "its buffer changed and was not set again";
    if (column->type->is_wide && type_ends_in_pair(column->data, column->length))
        return "cut inside a surrogate pair";
    return NULL;
}

/* Room for one more row. It doubles when it is used up, at 1, 2, 4, ... rows: to copy all rows for
 * each one more took half a minute of 10,000 under a sanitizer. */
static void make_room(struct ods_double_set *set)
{
    const size_t rows = set->row_count;

    if ((rows & (rows - 1)) == 0 || rows == 0)
        set->values = double_grow(set->values, (rows > 0 ? 2 * rows : 1) * set->column_count,
                                  sizeof *set->values);
}

/* Copies the row; data and lengths have to be set again for the next. */
static void take_row(struct ods_call *call, struct ods_double_set *set)
{
    size_t used = set->row_count * set->column_count;

    make_room(set);
    for (size_t i = 0; i < set->column_count; i++) {
        struct column *column = &call->columns[i];
        struct ods_double_value *value = &set->values[used + i];
        bool is_fixed = column->type->kind == ODS_DOUBLE_FIXED;

        value->is_null = !is_fixed && column->length == 0;
        value->length = column->length;
        value->bytes = double_copy(column->data, value->is_null ? 0 : column->length);
        column->data_set = false;
        column->length_set = false;
    }
    set->row_count++;
}

int srv_sendrow(struct ods_call *call)
{
    struct ods_double_set *set = NULL;
    bool is_good = true;

    if (!may_send(call, __func__))
        return ODS_FAIL;
    if (!call->is_open) {
        call_misuse(call, __func__, "no column was described");
        return ODS_FAIL;
    }
    set = results_open(call);
    for (size_t i = 0; i < set->column_count; i++) {
        const char *fault = row_fault(&call->columns[i]);

        if (fault == NULL)
            continue;
        call_misuse(call, __func__, "row %u, column %u (%s): %s", (unsigned)(set->row_count + 1),
                    (unsigned)(i + 1), set->columns[i].name, fault);
        is_good = false;
    }
    if (call->has_message)
        call_misuse(call, __func__, "row %u: a message was sent between columns or rows",
                    (unsigned)(set->row_count + 1));
    call->has_rows = true;
    call->has_message = false;
    if (!is_good)
        return ODS_FAIL;
    if (call_lies(call, LIE_SENDROW, (int32_t)set->row_count + 1)) {
        call->is_gone = true;
        return ODS_FAIL;
    }
    take_row(call, set);
    return ODS_SUCCEED;
}

/* Says what is wrong with the end of a set; NULL when nothing is. */
static const char *done_fault(const struct ods_double_set *set, uint16_t status, uint16_t info,
                              int32_t count)
{
    if (status == 0)
        return "DONE_FINAL is the server's own to send";
    if ((status & ODS_DONE_MORE) == 0)
        return "without DONE_MORE";
    if ((status & ~(ODS_DONE_MORE | ODS_DONE_ERROR | ODS_DONE_COUNT)) != 0)
        return "status bits that no procedure may send";
    if (info != 0)
        return "info is not 0";
    if ((status & ODS_DONE_COUNT) != 0 && (size_t)count != set->row_count)
        return "the count is not that of the rows sent";
    return NULL;
}

int srv_senddone(struct ods_call *call, uint16_t status, uint16_t info, int32_t count)
{
    struct ods_double_set *set = NULL;
    const char *fault = NULL;

    if (!call_enter(call, __func__))
        return ODS_FAIL;
    if (call->is_done)
        call_misuse(call, __func__, "called twice");
    set = results_open(call);
    fault = done_fault(set, status, info, count);
    if (fault != NULL)
        call_misuse(call, __func__, "status 0x%04X, info %u, count %d: %s", (unsigned)status,
                    (unsigned)info, (int)count, fault);
    set->is_done = true;
    set->status = status;
    set->count = count;
    call->is_open = false;
    call->is_done = true;
    return call->is_gone || call->lies[LIE_SENDDONE].is_told ? ODS_FAIL : ODS_SUCCEED;
}
