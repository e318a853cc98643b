/* SPDX-License-Identifier: MIT */
/* Whatever comes in place of the agent: the DLL's code in the host of the double, which records
 * every misuse. The first byte says how the variables of the caller are, the second in what pieces
 * the bytes come. Stands in for transport_posix.c. */
#include "fuzz.h"
#include "error.h"
#include "ods_double.h"
#include "transport.h"
#include "xp.h"
#include <stdio.h>
#include <string.h>

static struct fuzz_input answer;
static size_t piece;

void transport_init(struct transport *transport)
{
    transport->handle = -1;
    transport->event = -1;
}

void transport_close(struct transport *transport)
{
    transport_init(transport);
}

enum transport_status transport_connect_to(struct transport *transport, const char *place,
                                           const struct deadline *deadline, char *why,
                                           size_t why_size)
{
    (void)place;
    return transport_connect(transport, deadline, why, why_size);
}

enum transport_status transport_connect(struct transport *transport,
                                        const struct deadline *deadline, char *why, size_t why_size)
{
    (void)deadline;
    (void)why;
    (void)why_size;
    transport->handle = 1;
    return TRANSPORT_OK;
}

enum transport_status transport_write(struct transport *transport, const void *bytes, size_t length,
                                      const struct deadline *deadline)
{
    (void)transport;
    (void)bytes;
    (void)length;
    (void)deadline;
    return TRANSPORT_OK;
}

enum transport_status transport_read(struct transport *transport, void *bytes, size_t room,
                                     size_t *count, const struct deadline *deadline)
{
    (void)transport;
    (void)deadline;
    PROMISE(room > 0);
    *count = room < piece ? room : piece;
    *count = *count < answer.left ? *count : answer.left;
    if (*count == 0)
        return TRANSPORT_CLOSED;
    memcpy(bytes, answer.at, *count);
    answer.at += *count;
    answer.left -= *count;
    return TRANSPORT_OK;
}

bool transport_stirred(struct transport *transport)
{
    (void)transport;
    return false;
}

static void add_output(struct ods_call *host, const char *name, uint8_t token, uint32_t maximum)
{
    const struct ods_double_parameter parameter = {
        .name = name, .token = token, .maximum = maximum, .is_null = true, .is_output = true};

    PROMISE(ods_double_call_add(host, &parameter));
}

/* Variables of the types that T-SQL has for them, and of others. */
static void add_variables(struct ods_call *host, uint8_t choice)
{
    static const struct {
        uint8_t token;
        uint32_t maximum;
    } kinds[] = {{ODS_NVARCHAR, 72},     {ODS_BIGVARCHAR, 36}, {ODS_INTN, 4}, {ODS_NVARCHAR, 2},
                 {ODS_BIGVARBINARY, 16}, {ODS_BITN, 1},        {ODS_INTN, 1}, {ODS_BIGVARCHAR, 1}};
    const size_t count = sizeof kinds / sizeof kinds[0];

    ods_double_call_set_code_page(host, choice & 0x20 ? 65001 : 1252);
    if (choice & 0x40)
        PROMISE(ods_double_call_lie(host, "sendrow=2"));
    add_output(host, "@operation_id", kinds[choice % count].token, kinds[choice % count].maximum);
    add_output(host, "@other", kinds[(choice >> 2) % count].token,
               kinds[(choice >> 2) % count].maximum);
    if (choice & 0x80)
        return;
    add_output(host, "@error_number", ODS_INTN, 4);
    add_output(host, "@error_code", ODS_NVARCHAR, 256);
    add_output(host, "@error_message", choice & 1 ? ODS_NVARCHAR : ODS_BIGVARCHAR, 4096);
}

static void check(struct ods_call *host, int result)
{
    const struct ods_double_record *record = ods_double_call_record(host);
    size_t errors = 0;

    for (size_t i = 0; i < record->misuse_count; i++)
        fprintf(stderr, "misuse: %s\n", record->misuses[i]);
    PROMISE(record->misuse_count == 0);
    for (size_t i = 0; i < record->message_count; i++)
        errors += record->messages[i].severity > 10;
    PROMISE(errors <= (result != 0 ? 1u : 0u));
    PROMISE(record->set_count == 1 && record->sets[0].is_done);
    PROMISE(((record->sets[0].status & ODS_DONE_ERROR) != 0) == (result != 0));
    PROMISE(result == 0 || result >= ERROR_NUMBER_LEAST);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct ods_call *host = ods_double_call_new();
    int result = 0;

    answer = fuzz_input(bytes, length);
    add_variables(host, fuzz_byte(&answer));
    piece = (size_t)fuzz_byte(&answer) * 16 + 1;
    ods_double_call_begin(host);
    result = xp_run("xp_milink_link_get", host);
    ods_double_call_end(host);
    check(host, result);
    ods_double_call_free(host);
    return 0;
}
