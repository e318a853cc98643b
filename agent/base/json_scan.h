/* SPDX-License-Identifier: MIT */
/* Checks a JSON text against RFC 8259 and our limits before any library builds a tree of it. */
#ifndef MILINK_AGENT_JSON_SCAN_H
#define MILINK_AGENT_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>

/* What a scan found out about a text. */
struct json_scan {
    size_t line;      /* where the scan ended: the line of the flaw, counted from 1 */
    const char *flaw; /* static text; NULL: the document is sound */
    size_t widest;    /* most members of an object or elements of an array */
    size_t key_line;  /* line of the wanted key; 0: the document has fewer */
};

/* Scans one document, strictly: UTF-8, no NUL even as an escape, no control character in a string,
 * nothing after the end. wanted_key is the place of a member's name among all names of the text,
 * from 0, of which the line is wanted; SIZE_MAX: none. text is not NULL. */
struct json_scan json_scan(const char *text, size_t length, size_t wanted_key);

#endif
