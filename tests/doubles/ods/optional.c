/* SPDX-License-Identifier: MIT */
/* Messages, attention and fields: what a host's opends60 may lack, and the minimal build does. */
#include "call.h"
#include <string.h>

enum { FIRST_MESSAGE = 50001, LAST_SEVERITY = 16, FIELD_USER = 16 };

/* Says what is wrong with the characters; NULL when nothing is. */
static const char *text_fault(const uint16_t *text, int characters)
{
    if (text == NULL)
        return "no text";
    if (characters == ODS_NULL_TERMINATED)
        return "the length must be given, not ODS_NULL_TERMINATED";
    if (characters < 0 || characters > ODS_MESSAGE_CHARACTERS)
        return "not within 0 to 32242 characters";
    for (int i = 0; i < characters; i++) {
        if (text[i] < ' ' && text[i] != '\t' && text[i] != '\n' && text[i] != '\r')
            return "a control character in the text";
    }
    if (type_ends_in_pair((const uint8_t *)text, (uint32_t)characters * 2))
        return "cut inside a surrogate pair";
    return NULL;
}

static void take_message(struct ods_call *call, const struct ods_double_message *message)
{
    struct ods_double_record *record = &call->record;

    record->messages =
        double_grow(record->messages, record->message_count + 1, sizeof *record->messages);
    record->messages[record->message_count++] = *message;
    call->has_message = call->is_open;
}

int srv_wsendmsg(struct ods_call *call, int32_t number, uint8_t severity, uint16_t *text,
                 int characters)
{
    struct ods_double_message message = {.number = number, .severity = severity};
    const char *fault = NULL;

    if (!call_enter(call, __func__))
        return ODS_FAIL;
    fault = text_fault(text, characters);
    if (fault != NULL) {
        call_misuse(call, __func__, "message %d, length %d: %s", (int)number, characters, fault);
        return ODS_FAIL;
    }
    if (number < FIRST_MESSAGE)
        call_misuse(call, __func__, "message %d: numbers begin at %d", (int)number, FIRST_MESSAGE);
    if (severity > LAST_SEVERITY)
        call_misuse(call, __func__, "message %d: severity %u is above %d", (int)number,
                    (unsigned)severity, LAST_SEVERITY);
    if (call->is_done)
        call_misuse(call, __func__, "message %d: sent after srv_senddone", (int)number);
    if (call->lies[LIE_WSENDMSG].is_told || call->is_gone)
        return ODS_FAIL;
    message.characters = (size_t)characters;
    message.text = (uint16_t *)(void *)double_copy(text, message.characters * 2);
    message.sets_before = call->record.set_count;
    take_message(call, &message);
    return ODS_SUCCEED;
}

int srv_got_attention(struct ods_call *call)
{
    const struct lie_told *lie = NULL;

    if (!call_enter(call, __func__))
        return 0;
    lie = &call->lies[LIE_ATTENTION];
    call->record.polls++;
    return atomic_load(&call->attention) ||
           (lie->is_told && (int64_t)call->record.polls > lie->value);
}

char *srv_pfield(struct ods_call *call, int field, int *length)
{
    static char user[] = "sa";
    char *text = NULL;

    if (call_enter(call, __func__) && !call->lies[LIE_PFIELD].is_told) {
        if (field == ODS_FIELD_CODE_PAGE)
            text = call->code_page_given;
        else if (field == FIELD_USER)
            text = call->lies[LIE_USER].is_told ? user + strlen(user) : user;
    }
    if (length != NULL)
        *length = text != NULL ? (int)strlen(text) : -1;
    return text;
}
