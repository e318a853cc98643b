/* SPDX-License-Identifier: MIT */
/* Names in one text, parted by commas: "sales, hr, [a,b]". */
#ifndef MILINK_AGENT_NAME_LIST_H
#define MILINK_AGENT_NAME_LIST_H

#include <stdbool.h>
#include <stddef.h>

enum { NAME_LIST_NAME_SIZE = 128 * 3 + 1 }; /* 128 characters in UTF-8 */

enum name_list_step { NAME_LIST_TAKEN, NAME_LIST_ENDED, NAME_LIST_MALFORMED };

/* Takes the next name off *rest, which begins as the whole text. Spaces around a name do not
 * count. A name in brackets may hold commas and edge spaces, and "]]" for "]", as T-SQL has it. An
 * empty name and one of more than 128 characters are malformed. */
enum name_list_step name_list_next(const char **rest, char name[NAME_LIST_NAME_SIZE]);

/* Whether the list has that name, without regard to the case of ASCII letters. */
bool name_list_has(const char *list, const char *name);
size_t name_list_count(const char *list); /* names up to the first malformed one */

#endif
