/* SPDX-License-Identifier: MIT */
/* The life of one call of the double, and the record of what its procedure did wrong. */
#include "call.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MISUSE_BYTES = 400 };

/* Its address tells threads apart that live at the same time. */
static _Thread_local char thread_mark;

void *double_grow(void *memory, size_t count, size_t size)
{
    void *grown = realloc(memory, count * size);

    if (grown == NULL) {
        fputs("ods double: out of memory\n", stderr);
        abort();
    }
    return grown;
}

uint8_t *double_copy(const void *bytes, size_t length)
{
    uint8_t *copy = double_grow(NULL, length + 1, 1);

    if (length > 0)
        memcpy(copy, bytes, length);
    return copy;
}

char *double_copy_text(const char *text, size_t length)
{
    char *copy = (char *)double_copy(text, length);

    copy[length] = '\0';
    return copy;
}

struct ods_call *ods_double_call_new(void)
{
    struct ods_call *call = double_grow(NULL, 1, sizeof *call);

    memset(call, 0, sizeof *call);
    call->api = ods_double_api();
    atomic_init(&call->attention, false);
    atomic_flag_clear(&call->misuse_lock);
    ods_double_call_set_code_page(call, 1252);
    return call;
}

static void free_set(struct ods_double_set *set)
{
    for (size_t i = 0; i < set->column_count; i++)
        free(set->columns[i].name);
    for (size_t i = 0; i < set->row_count * set->column_count; i++)
        free(set->values[i].bytes);
    free(set->columns);
    free(set->values);
}

static void free_parameter(struct ods_call *call, size_t i)
{
    free(call->parameters[i].name);
    free(call->parameters[i].truth);
    free(call->parameters[i].value.bytes);
    free(call->record.outputs[i].value.bytes);
}

void ods_double_call_free(struct ods_call *call)
{
    if (call == NULL)
        return;
    for (size_t i = 0; i < call->record.set_count; i++)
        free_set(&call->record.sets[i]);
    for (size_t i = 0; i < call->record.message_count; i++)
        free(call->record.messages[i].text);
    for (size_t i = 0; i < call->record.misuse_count; i++)
        free(call->record.misuses[i]);
    for (size_t i = 0; i < call->record.parameter_count; i++)
        free_parameter(call, i);
    free(call->record.sets);
    free(call->record.messages);
    free(call->record.misuses);
    free(call->record.outputs);
    free(call->parameters);
    free(call->columns);
    free(call);
}

void ods_double_call_set_code_page(struct ods_call *call, uint32_t code_page)
{
    snprintf(call->code_page, sizeof call->code_page, "%u", (unsigned)code_page);
    memcpy(call->code_page_given, call->code_page, sizeof call->code_page);
}

void ods_double_call_begin(struct ods_call *call)
{
    call->thread = &thread_mark;
    call->is_running = true;
}

/* What srv_paramname and srv_pfield hand out is the server's memory. */
static void check_lent_texts(struct ods_call *call)
{
    if (memcmp(call->code_page, call->code_page_given, sizeof call->code_page) != 0)
        call_misuse(call, "srv_pfield", "the caller wrote into the text it was given");
    for (size_t i = 0; i < call->record.parameter_count; i++) {
        const struct parameter *parameter = &call->parameters[i];

        if (memcmp(parameter->name, parameter->truth, strlen(parameter->truth) + 1) != 0)
            call_misuse(call, "srv_paramname", "the caller wrote into the name of parameter %u",
                        (unsigned)(i + 1));
    }
}

void ods_double_call_end(struct ods_call *call)
{
    results_close(call);
    check_lent_texts(call);
    call->is_running = false;
    call->is_over = true;
}

void ods_double_call_attention(struct ods_call *call)
{
    atomic_store(&call->attention, true);
}

void ods_double_call_misuse(struct ods_call *call, const char *text)
{
    call_misuse(call, "host", "%s", text);
}

const struct ods_double_record *ods_double_call_record(const struct ods_call *call)
{
    return &call->record;
}

bool call_enter(struct ods_call *call, const char *function)
{
    if (call == NULL)
        return false;
    if (call->is_over) {
        call_misuse(call, function, "called after the procedure returned");
        return false;
    }
    if (!call->is_running) {
        call_misuse(call, function, "called before the procedure began");
        return false;
    }
    if (call->thread != &thread_mark) {
        call_misuse(call, function, "called on another thread than the procedure's");
        return false;
    }
    return true;
}

void call_misuse(struct ods_call *call, const char *function, const char *format, ...)
{
    struct ods_double_record *record = &call->record;
    char text[MISUSE_BYTES];
    int used = snprintf(text, sizeof text, "%s: ", function);
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text + used, sizeof text - (size_t)used, format, arguments);
    va_end(arguments);
    while (atomic_flag_test_and_set(&call->misuse_lock))
        continue;
    record->misuses =
        double_grow(record->misuses, record->misuse_count + 1, sizeof *record->misuses);
    record->misuses[record->misuse_count++] = double_copy_text(text, strlen(text));
    atomic_flag_clear(&call->misuse_lock);
}
