/* SPDX-License-Identifier: MIT */
/* The lies: what nobody has seen a real opends60 do may be either way, and a call is told which. */
#include "call.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The words that a lie takes, in the order of its enum; a lie without words takes a number. */
static const struct {
    const char *name;
    const char *words[3];
} lies[LIE_COUNT] = {
    [LIE_INT_LITERAL] = {"int-literal", {"intn", "int4", "numericn"}},
    [LIE_NULL_LITERAL] = {"null-literal", {"intn", "varchar", "null"}},
    [LIE_MAX] = {"max", {"ntext", "nvarchar", NULL}},
    [LIE_PFIELD] = {"pfield", {"null", NULL, NULL}},
    [LIE_USER] = {"user", {"blank", NULL, NULL}},
    [LIE_ATTENTION] = {"attention", {NULL, NULL, NULL}},
    [LIE_SENDROW] = {"sendrow", {NULL, NULL, NULL}},
    [LIE_RPCPARAMS] = {"rpcparams", {NULL, NULL, NULL}},
    [LIE_NAMES] = {"names", {"absent", NULL, NULL}},
    [LIE_PARAMINFO] = {"paraminfo", {NULL, NULL, NULL}},
    [LIE_SETOUTPUT] = {"paramsetoutput", {NULL, NULL, NULL}},
    [LIE_DESCRIBE] = {"describe", {NULL, NULL, NULL}},
    [LIE_SENDDONE] = {"senddone", {"fail", NULL, NULL}},
    [LIE_WSENDMSG] = {"wsendmsg", {"fail", NULL, NULL}},
    [LIE_INTN8] = {"intn8", {"fail", NULL, NULL}},
};

const char *ods_double_lies(void)
{
    return "int-literal=intn|int4|numericn  how an integer literal arrives (intn)\n"
           "null-literal=intn|varchar|null  the token of a bare NULL (intn)\n"
           "max=ntext|nvarchar              (max) types as NTEXT, TEXT, IMAGE, or as the plain "
           "token\n"
           "                                with maximum 0xFFFFFFFF (ntext)\n"
           "pfield=null                     srv_pfield gives NULL and length -1\n"
           "user=blank                      srv_pfield gives an empty SRV_USER\n"
           "attention=K                     srv_got_attention is true after K polls\n"
           "sendrow=K                       srv_sendrow fails at row K: the client is gone\n"
           "rpcparams=N                     srv_rpcparams gives N (0, -1) whatever was passed\n"
           "names=absent                    named parameters arrive without names\n"
           "paraminfo=N                     srv_paraminfo fails at parameter N\n"
           "paramsetoutput=N                srv_paramsetoutput fails at parameter N\n"
           "describe=N                      srv_describe fails at column N\n"
           "senddone=fail                   srv_senddone fails\n"
           "wsendmsg=fail                   srv_wsendmsg fails\n"
           "intn8=fail                      srv_describe refuses INTN of 8 bytes\n";
}

static bool read_number(const char *text, int32_t *number)
{
    char *end = NULL;
    long value = 0;

    errno = 0;
    value = strtol(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || value < -1 || value > INT32_MAX)
        return false;
    *number = (int32_t)value;
    return true;
}

/* The value of the i-th lie as written after its "name=". */
static bool read_value(size_t i, const char *text, int32_t *value)
{
    if (lies[i].words[0] == NULL)
        return read_number(text, value);
    for (int32_t word = 0; word < 3 && lies[i].words[word] != NULL; word++) {
        if (strcmp(lies[i].words[word], text) == 0) {
            *value = word;
            return true;
        }
    }
    return false;
}

bool ods_double_call_lie(struct ods_call *call, const char *lie)
{
    const char *equals = strchr(lie, '=');
    size_t length = equals != NULL ? (size_t)(equals - lie) : 0;

    for (size_t i = 0; equals != NULL && i < LIE_COUNT; i++) {
        if (strlen(lies[i].name) != length || strncmp(lies[i].name, lie, length) != 0)
            continue;
        call->lies[i].is_told = read_value(i, equals + 1, &call->lies[i].value);
        return call->lies[i].is_told;
    }
    return false;
}

bool call_lies(const struct ods_call *call, enum lie lie, int32_t value)
{
    return call->lies[lie].is_told && call->lies[lie].value == value;
}
