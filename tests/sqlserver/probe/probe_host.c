/* SPDX-License-Identifier: MIT */
/* Shows the host process: connection fields (never a password), exports, thread, token. */
#include "probe_host.h"
#include <sddl.h>
#include <stdio.h>
#include <string.h>

enum { SHOWN_BYTES = 64, ATTENTION_CALLS = 10000 };

static const struct {
    int number;
    const char *name;
} fields[] = {{10, "SPID"},
              {11, "NETSPID"},
              {12, "TYPE"},
              {13, "STATUS"},
              {14, "RMTSERVER"},
              {15, "HOST"},
              {16, "USER"},
              {18, "CPID"},
              {19, "APPLNAME"},
              {20, "TDS"},
              {21, "CLIB"},
              {22, "LIBVERS"},
              {23, "ROWSENT"},
              {24, "BCPFLAG"},
              {25, "NATLANG"},
              {26, "PIPEHANDLE"},
              {27, "NETWORK_MODULE"},
              {28, "NETWORK_VERSION"},
              {29, "NETWORK_CONNECTION"},
              {30, "LSECURE"},
              {31, "SAXP"},
              {32, "UNICODE_HOST"},
              {33, "UNICODE_USER"},
              {34, "UNICODE_APPLNAME"},
              {36, "SPROC_CODEPAGE"},
              {37, "MSGLCID"},
              {38, "INSTANCENAME"},
              {40, "UNICODE_CURRENTLOGIN"}}; /* 17, 35 and 39 are passwords: not asked */

static const char *const functions[] = {
    "srv_alloc",          "srv_convert",        "srv_describe",
    "srv_getbindtoken",   "srv_got_attention",  "srv_message_handler",
    "srv_paramdata",      "srv_paraminfo",      "srv_paramlen",
    "srv_parammaxlen",    "srv_paramname",      "srv_paramnumber",
    "srv_paramset",       "srv_paramsetoutput", "srv_paramstatus",
    "srv_paramtype",      "srv_pfield",         "srv_pfieldex",
    "srv_rpcdb",          "srv_rpcname",        "srv_rpcnumber",
    "srv_rpcoptions",     "srv_rpcowner",       "srv_rpcparams",
    "srv_senddone",       "srv_sendmsg",        "srv_sendrow",
    "srv_setcoldata",     "srv_setcollen",      "srv_setutype",
    "srv_willconvert",    "srv_wsendmsg",       "srv_impersonate_client",
    "srv_revert_to_self", "srv_getdtcxact",     "srv_terminatethread"};

static void show_field(struct probe_rows *rows, const char *function, size_t at, const void *value,
                       int length)
{
    char hex[2 * SHOWN_BYTES + 1], text[SHOWN_BYTES + 1], item[PROBE_ITEM];
    const char *bytes = value;
    int count = 0;

    snprintf(item, sizeof item, "%s %d %s", function, fields[at].number, fields[at].name);
    if (value == NULL || length <= 0) {
        probe_rows_add(rows, "field", item, "%s, length %d", value == NULL ? "NULL" : "not NULL",
                       length);
        return;
    }
    for (; count < length && count < SHOWN_BYTES; count++)
        text[count] = (char)(bytes[count] >= ' ' && bytes[count] <= '~' ? bytes[count] : '.');
    text[count] = '\0';
    probe_hex(hex, value, (size_t)length, SHOWN_BYTES);
    probe_rows_add(rows, "field", item, "length %d, %s, '%s'", length, hex, text);
}

void probe_fields(struct probe_rows *rows)
{
    for (size_t at = 0; at < sizeof fields / sizeof *fields; at++) {
        int length = 0;
        const void *value = NULL;

        if (rows->ods->srv_pfield != NULL) {
            value = rows->ods->srv_pfield(rows->host, fields[at].number, &length);
            show_field(rows, "srv_pfield", at, value, length);
        }
        if (rows->ods->srv_pfieldex != NULL) {
            length = 0;
            value = rows->ods->srv_pfieldex(rows->host, fields[at].number, &length);
            show_field(rows, "srv_pfieldex", at, value, length);
        }
    }
}

void probe_exports(struct probe_rows *rows)
{
    for (size_t at = 0; at < sizeof functions / sizeof *functions; at++)
        probe_rows_add(rows, "export", functions[at], "%s",
                       probe_exported(functions[at]) ? "there" : "missing");
}

static void show_user(struct probe_rows *rows, const char *item, HANDLE token)
{
    union {
        TOKEN_USER user;
        unsigned char room[256];
    } holder;
    DWORD length = 0;
    char *sid = NULL;

    if (!GetTokenInformation(token, TokenUser, &holder, sizeof holder, &length) ||
        !ConvertSidToStringSidA(holder.user.User.Sid, &sid)) {
        probe_rows_add(rows, "token", item, "error %lu", GetLastError());
        return;
    }
    probe_rows_add(rows, "token", item, "%s", sid);
    LocalFree(sid);
}

static void show_tokens(struct probe_rows *rows)
{
    HANDLE token = NULL;

    if (OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &token)) {
        show_user(rows, "thread", token);
        CloseHandle(token);
    } else {
        probe_rows_add(rows, "token", "thread", "none, error %lu", GetLastError());
    }
    if (OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token)) {
        show_user(rows, "process", token);
        CloseHandle(token);
    }
}

static void show_stack(struct probe_rows *rows)
{
    void(WINAPI * limits)(ULONG_PTR *, ULONG_PTR *) = NULL;
    FARPROC found =
        GetProcAddress(GetModuleHandleW(L"kernel32.dll"), "GetCurrentThreadStackLimits");
    ULONG_PTR low = 0, high = 0;

    memcpy(&limits, &found, sizeof found);
    if (limits == NULL) {
        probe_rows_add(rows, "thread", "stack", "not told by this Windows");
        return;
    }
    limits(&low, &high);
    probe_rows_add(rows, "thread", "stack", "%llu bytes, %llu of them left",
                   (unsigned long long)(high - low), (unsigned long long)((ULONG_PTR)&low - low));
}

static void show_attention(struct probe_rows *rows)
{
    LARGE_INTEGER begin, end, frequency;

    if (rows->ods->srv_got_attention == NULL)
        return;
    QueryPerformanceFrequency(&frequency);
    QueryPerformanceCounter(&begin);
    for (int call = 0; call < ATTENTION_CALLS; call++)
        (void)rows->ods->srv_got_attention(rows->host);
    QueryPerformanceCounter(&end);
    probe_rows_add(rows, "thread", "srv_got_attention", "%lld ns a call",
                   (long long)((end.QuadPart - begin.QuadPart) * 1000000000 / frequency.QuadPart /
                               ATTENTION_CALLS));
}

void probe_thread(struct probe_rows *rows)
{
    char path[MAX_PATH] = "";

    GetModuleFileNameA(NULL, path, sizeof path - 1);
    probe_rows_add(rows, "process", "image", "%s", path);
    path[0] = '\0';
    GetModuleFileNameA(GetModuleHandleW(L"opends60.dll"), path, sizeof path - 1);
    probe_rows_add(rows, "process", "opends60.dll", "%s", path);
    probe_rows_add(rows, "thread", "id", "%lu", GetCurrentThreadId());
    show_stack(rows);
    show_attention(rows);
    show_tokens(rows);
}
