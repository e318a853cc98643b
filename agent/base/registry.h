/* SPDX-License-Identifier: MIT */
/* The registry of this machine, HKEY_LOCAL_MACHINE, as 64-bit programs see it. Windows alone. */
#ifndef MILINK_AGENT_REGISTRY_H
#define MILINK_AGENT_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Texts are UTF-8. A function that fails leaves why in the thread's last error (file_say_error). */

bool registry_exists(const char *key);
/* A REG_SZ or REG_EXPAND_SZ as it stands there. False, and text is empty, when there is none or it
 * does not fit. */
bool registry_text(const char *key, const char *name, char *text, size_t size);
bool registry_number(const char *key, const char *name, uint32_t *number);
/* Name of the n-th value, from 0; false behind the last. */
bool registry_value_name(const char *key, unsigned n, char *name, size_t size);

/* Make the key where it is missing. expand: %NAME% in it is a variable. */
bool registry_set_text(const char *key, const char *name, const char *text, bool expand);
bool registry_set_number(const char *key, const char *name, uint32_t number);
/* One value; one that is not there is no failure. */
bool registry_remove_value(const char *key, const char *name);
/* The key with all below it; likewise. */
bool registry_remove(const char *key);

#endif
