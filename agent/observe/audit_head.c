/* SPDX-License-Identifier: MIT */
/* The file that keeps the head of the audit trail. */
#include "audit_head.h"

#include <stdio.h>
#include <string.h>

/* "<sequence> <first> <hash>\n", the numbers in 19 digits. */
enum { HEAD_LENGTH = 19 + 1 + 19 + 1 + (AUDIT_HASH_SIZE - 1) + 1 };

static bool print(const struct audit_head *head, char text[HEAD_LENGTH + 1])
{
    return snprintf(text, HEAD_LENGTH + 1, "%019lld %019lld %s\n", head->sequence, head->first,
                    head->hash) == HEAD_LENGTH;
}

/* Printing what was read must give the same bytes: nothing else is taken. */
static bool parse(const char *text, struct audit_head *head)
{
    char again[HEAD_LENGTH + 1];

    return sscanf(text, "%19lld %19lld %64[0-9a-f]", &head->sequence, &head->first, head->hash) ==
               3 &&
           head->first > 0 && head->sequence >= head->first &&
           head->sequence <= AUDIT_SEQUENCE_MAX && print(head, again) && strcmp(text, again) == 0;
}

enum audit_head_found audit_head_read(const char *path, struct audit_head *head)
{
    struct file file = FILE_CLOSED;
    char text[HEAD_LENGTH + 2] = "";
    size_t length = 0;

    memset(head, 0, sizeof *head);
    if (!file_exists(path))
        return AUDIT_HEAD_NONE;
    if (file_open_read(&file, path, NULL, 0))
        length = file_read_at(file, 0, text, HEAD_LENGTH + 1);
    file_close(&file);
    text[HEAD_LENGTH + 1] = '\0';
    if (length == HEAD_LENGTH && parse(text, head))
        return AUDIT_HEAD_FOUND;
    memset(head, 0, sizeof *head);
    return AUDIT_HEAD_DAMAGED;
}

bool audit_head_write(struct file file, const struct audit_head *head)
{
    char text[HEAD_LENGTH + 1];

    return print(head, text) && file_write_at(file, 0, text, HEAD_LENGTH);
}
