/* SPDX-License-Identifier: MIT */
/* Sealing a record of the audit trail, and testing the seal. */
#include "audit_line.h"

#include "crypto.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

#define SEAL_BEGIN ",\"hash\":\""
#define SEAL_END   "\"}"

enum {
    BEGIN_LENGTH = sizeof SEAL_BEGIN - 1,
    END_LENGTH = sizeof SEAL_END - 1,
    HASH_LENGTH = AUDIT_HASH_SIZE - 1,
    SEAL_LENGTH = BEGIN_LENGTH + HASH_LENGTH + END_LENGTH
};

const char audit_no_hash[AUDIT_HASH_SIZE] =
    "0000000000000000000000000000000000000000000000000000000000000000";

const char audit_no_memory[] = "memory ran out";

static bool hash_of(const char *bytes, size_t length, char hash[AUDIT_HASH_SIZE])
{
    uint8_t digest[CRYPTO_SHA256_SIZE];

    if (!crypto_sha256(bytes, length, digest))
        return false;
    crypto_hex(digest, sizeof digest, hash);
    return true;
}

char *audit_line_seal(const struct json *record, char hash[AUDIT_HASH_SIZE])
{
    char *text = json_print(record), *line = NULL;
    const size_t length = text != NULL ? strlen(text) - 1 : 0; /* without the closing brace */
    const size_t size = length + SEAL_LENGTH + sizeof "\n";

    if (text == NULL)
        return NULL;
    line = malloc(size);
    if (line != NULL && hash_of(text, length, hash)) {
        text_copy_bytes(line, size, text, length);
        text_append(line, size, SEAL_BEGIN);
        text_append(line, size, hash);
        text_append(line, size, SEAL_END "\n");
    } else {
        free(line);
        line = NULL;
    }
    json_text_free(text);
    return line;
}

/* The place of ,"hash": in the line; NULL when it does not end in a seal. */
static const char *find_seal(const char *bytes, size_t length)
{
    const char *seal = NULL;

    if (length <= SEAL_LENGTH)
        return NULL;
    seal = bytes + length - SEAL_LENGTH;
    if (memcmp(seal, SEAL_BEGIN, BEGIN_LENGTH) != 0 ||
        memcmp(bytes + length - END_LENGTH, SEAL_END, END_LENGTH) != 0)
        return NULL;
    return seal;
}

static bool is_hash(const char *text)
{
    return text != NULL && strlen(text) == HASH_LENGTH &&
           strspn(text, "0123456789abcdef") == HASH_LENGTH;
}

bool audit_line_read(const char *bytes, size_t length, struct audit_line *line, const char **why)
{
    const char *seal = find_seal(bytes, length);
    char parse_why[128];

    memset(line, 0, sizeof *line);
    *why = "does not end in its hash";
    if (seal == NULL)
        return false;
    *why = audit_no_memory;
    if (!hash_of(bytes, (size_t)(seal - bytes), line->hash))
        return false;
    *why = "does not fit its hash";
    if (memcmp(seal + BEGIN_LENGTH, line->hash, HASH_LENGTH) != 0)
        return false;
    line->record = json_parse(bytes, length, parse_why, sizeof parse_why);
    *why = line->record == NULL && strncmp(parse_why, JSON_NO_MEMORY, strlen(JSON_NO_MEMORY)) == 0
               ? audit_no_memory
               : "fits its hash, but is not a record of the audit trail";
    line->previous = json_text(line->record, "previous");
    if (json_integer(json_member(line->record, "sequence"), &line->sequence) &&
        line->sequence > 0 && line->sequence <= AUDIT_SEQUENCE_MAX && is_hash(line->previous))
        return true;
    json_free(line->record);
    line->record = NULL;
    return false;
}
