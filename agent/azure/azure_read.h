/* SPDX-License-Identifier: MIT */
/* What several handlers read from Azure: the instance, and what is below it. */
#ifndef MILINK_AGENT_AZURE_READ_H
#define MILINK_AGENT_AZURE_READ_H

#include "azure_kind.h"
#include "call.h"
#include "link.h"

/* Something that may not be there. */
enum read_found { READ_FOUND, READ_ABSENT, READ_FAILED };

/* GET of the call's instance. New document for json_free; else call->error is set, which says so
 * when the configuration names an instance that has not been created. */
bool read_instance(struct call *call, struct json **resource);
/* The same where the instance need not be there: READ_ABSENT leaves no error. */
enum read_found read_instance_if_any(struct call *call, struct json **resource);

/* GET of a link of the call's instance. New document; false with call->error set. */
bool read_link(struct call *call, const char *name, struct json **resource, struct link *link);
/* The link that a GET by its name has brought. False with call->error set when it is none of that
 * name. */
bool read_named_link(struct call *call, const struct json *resource, const char *name,
                     struct link *link);
/* GET of something below the instance. READ_ABSENT: Azure says that it is not there, and that the
 * instance is; no error is set then. */
enum read_found read_child(struct call *call, const struct azure_kind *kind, const char *name,
                           struct json **resource);

/* GET of how far the replay of backups into a database is, likewise. */
enum read_found read_restore_details(struct call *call, const char *database,
                                     struct json **resource);

/* Every element of a collection below the instance ("databases", "operations"), page by page;
 * element returns false to stop early, which is no error unless it set call->error.
 */
bool read_list(struct call *call, const struct azure_kind *kind,
               bool (*element)(void *context, const struct json *resource), void *context);
/* The same for links, none of which may be unreadable: guards count on what is there. */
bool read_links(struct call *call, bool (*each)(void *context, const struct link *link),
                void *context);

/* How many links have the instance as primary, how many as secondary, and of how many Azure does
 * not tell. False with call->error set. */
struct link_roles {
    int primary, secondary, unknown;
    char first_primary[129], first_unknown[129]; /* a link of each, by name */
};
bool read_link_roles(struct call *call, struct link_roles *roles);

/* Name of a link that has the database; empty when surely none has. False with call->error set. */
bool read_database_link(struct call *call, const char *database, char link[129]);

#endif
