/* SPDX-License-Identifier: MIT */
/* Points in time as text, in UTC, by arithmetic alone: no locale, no time zone of the host. */
#ifndef MILINK_AGENT_UTC_H
#define MILINK_AGENT_UTC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Times are milliseconds since 1970-01-01T00:00:00Z, up to the last one of the year 9999. */
enum { UTC_TEXT_SIZE = sizeof "2026-11-24T18:50:01.123Z" };

/* "2026-11-24T18:50:01.123Z" into a text of size bytes, at least UTC_TEXT_SIZE; times past the year
 * 9999 become its last millisecond. */
void utc_text(uint64_t ms, char *text, size_t size);

/* Reads ISO 8601 in the profile of RFC 3339: 2026-11-24, or 2026-11-24T18:50:01 with T, t or a
 * space, one to nine digits of a fraction (cut to milliseconds), and Z, z, an offset of up to 14:00
 * (+01:00) or nothing, which means UTC. Nothing else: no other text around it, no 24:00, no leap
 * second, no year before 1970. False leaves *ms as it was. text may be NULL. */
bool utc_parse(const char *text, uint64_t *ms);

/* Reads the date of an HTTP header as every sender must write it (RFC 9110 5.6.7, IMF-fixdate):
 * "Tue, 24 Nov 2026 18:50:01 GMT". The day's name must fit the date. False leaves *ms as it was. */
bool utc_parse_http(const char *text, uint64_t *ms);

#endif
