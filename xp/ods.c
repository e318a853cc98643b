/* SPDX-License-Identifier: MIT */
/* What every user of the Open Data Services table shares. */
#include "ods.h"
#include <stddef.h>
#include <string.h>

unsigned ods_code_page(const struct ods_api *ods, struct ods_call *host)
{
    int length = 0;
    const char *digits =
        ods->pfield != NULL ? ods->pfield(host, ODS_FIELD_CODE_PAGE, &length) : NULL;
    unsigned page = 0;

    for (int i = 0; digits != NULL && i < length && i < 5 && digits[i] >= '0' && digits[i] <= '9';
         i++)
        page = page * 10 + (unsigned)(digits[i] - '0');
    return page;
}

struct binding {
    const char *name;
    size_t offset;
    bool required;
};

#define ODS_BINDING(function, required)                                \
    {                                                                  \
        "srv_" #function, offsetof(struct ods_api, function), required \
    }

static const struct binding bindings[] = {
    ODS_BINDING(rpcparams, true),      ODS_BINDING(paraminfo, true),
    ODS_BINDING(paramname, true),      ODS_BINDING(paramstatus, true),
    ODS_BINDING(paramsetoutput, true), ODS_BINDING(describe, true),
    ODS_BINDING(setcoldata, true),     ODS_BINDING(setcollen, true),
    ODS_BINDING(sendrow, true),        ODS_BINDING(senddone, true),
    ODS_BINDING(wsendmsg, false),      ODS_BINDING(got_attention, false),
    ODS_BINDING(pfield, false),
};

bool ods_fill(struct ods_api *api, void (*(*find)(void *context, const char *name))(void),
              void *context, const char **missing)
{
    for (size_t i = 0; i < sizeof bindings / sizeof bindings[0]; i++) {
        void (*function)(void) = find(context, bindings[i].name);

        if (function == NULL && bindings[i].required) {
            *missing = bindings[i].name;
            return false;
        }
        memcpy((char *)api + bindings[i].offset, &function, sizeof function);
    }
    return true;
}
