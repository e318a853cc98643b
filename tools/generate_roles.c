/* SPDX-License-Identifier: MIT */
/* What follows from the rights and the actions they need: installer/azure/role-NAME.json. */
#include "config.h"
#include "generate.h"
#include "permission.h"
#include <stdio.h>

enum { LIFECYCLE = RIGHT_LIFECYCLE | RIGHT_CERTIFICATE | RIGHT_DATABASE };
enum { FAILOVER = RIGHT_FAILOVER | RIGHT_FORCED_FAILOVER };

/* A set of rights that somebody would give together. Azure has one action for a planned and a
 * forced failover: which of them, the agent's own rights decide. */
static const struct role {
    const char *path, *name, *text;
    unsigned rights;
} roles[] = {
    {"installer/azure/role-reader.json", "milink reader",
     "milink: reads links, databases, certificates and licence. Rights: read.", RIGHT_READ},
    {"installer/azure/role-failover.json", "milink failover",
     "milink: as reader, and fails links over, planned or forced. Rights: read, failover, "
     "forced_failover.",
     RIGHT_READ | FAILOVER},
    {"installer/azure/role-operator.json", "milink operator",
     "milink: as failover, and changes the licence of the instance. Rights: read, license, "
     "failover, forced_failover.",
     RIGHT_READ | RIGHT_LICENSE | FAILOVER},
    {"installer/azure/role-administrator.json", "milink administrator",
     "milink: as operator, and creates, changes and deletes links, certificates and databases. "
     "Rights: all.",
     RIGHT_READ | RIGHT_LICENSE | FAILOVER | LIFECYCLE}};

static void put_role(FILE *to, const struct role *role)
{
    const struct permission_set none = {{false}};
    const char *action = NULL;
    size_t at = 0;

    fprintf(to,
            "{\n  \"Name\": \"%s\",\n  \"IsCustom\": true,\n  \"Description\": \"%s\",\n"
            "  \"Actions\": [\n    \"Microsoft.Authorization/permissions/read\"",
            role->name, role->text);
    while ((action = permission_missing(&none, role->rights, &at)) != NULL)
        fprintf(to, ",\n    \"%s\"", action);
    fputs("\n  ],\n  \"NotActions\": [],\n  \"DataActions\": [],\n  \"NotDataActions\": [],\n"
          "  \"AssignableScopes\": [\"/subscriptions/SUBSCRIPTION_ID\"]\n}\n",
          to);
}

int put_roles(const char *directory)
{
    char path[1024];

    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        FILE *to = NULL;

        snprintf(path, sizeof path, "%s/%s", directory, roles[i].path);
        to = fopen(path, "wb");
        if (to == NULL) {
            perror(path);
            return 1;
        }
        put_role(to, &roles[i]);
        if (fclose(to) != 0) {
            perror(path);
            return 1;
        }
    }
    return 0;
}
