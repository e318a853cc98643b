/* SPDX-License-Identifier: MIT */
/* Reads a script line by line and ends its batches. */
#include "source.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MOST_TIMES = 1000000 };

/* One line with its end. False at the end of the script. */
static bool read_line(struct source *source, struct string *line)
{
    int byte = EOF;

    do {
        if (source->file != NULL)
            byte = getc(source->file);
        else
            byte = *source->text != '\0' ? (unsigned char)*source->text++ : EOF;
        if (byte == EOF)
            break;
        if (byte == '\0') /* of no use in a text, and it would end it */
            byte = ' ';
        string_add_char(line, (char)byte);
    } while (byte != '\n');
    if (line->length == 0)
        return false;
    source->line++;
    /* A file may begin with a byte order mark. */
    if (source->line == 1 && strncmp(line->text, "\xEF\xBB\xBF", 3) == 0)
        memset(line->text, ' ', 3);
    return true;
}

/* "GO", "GO 5", with a comment behind it. */
static bool is_go(const char *line, int *times)
{
    char *end = NULL;
    long count = 1;

    line += strspn(line, " \t");
    if (strncasecmp(line, "GO", 2) != 0)
        return false;
    line += 2;
    end = (char *)(line + strspn(line, " \t"));
    if (end > line && isdigit((unsigned char)*end))
        count = strtol(end, &end, 10);
    end += strspn(end, " \t\r\n;");
    if ((*end != '\0' && strncmp(end, "--", 2) != 0) || count < 1 || count > MOST_TIMES)
        return false;
    *times = (int)count;
    return true;
}

/* At a terminal a semicolon at the end of a line runs what was typed, and so does a directive. */
static bool ends_typing(const struct source *source)
{
    const char *text = source->batch.text;
    size_t length = source->batch.length;

    if (!source->is_terminal)
        return false;
    while (length > 0 && isspace((unsigned char)text[length - 1]))
        length--;
    return (length > 0 && text[length - 1] == ';') || text[strspn(text, " \t")] == ':';
}

static void prompt(const struct source *source)
{
    if (!source->is_terminal)
        return;
    printf("%d> ", source->batch.length == 0 ? 1 : source->line - source->first_line + 2);
    fflush(stdout);
}

bool source_next(struct source *source)
{
    string_clear(&source->batch);
    source->times = 1;
    source->first_line = source->line + 1;
    for (;;) {
        struct string line = {0};
        bool is_over = false;

        prompt(source);
        if (!read_line(source, &line))
            return source->batch.length > 0;
        is_over = is_go(line.text, &source->times);
        if (!is_over)
            string_add(&source->batch, line.text);
        string_clear(&line);
        if (is_over) {
            string_add(&source->batch, ""); /* GO alone ends an empty batch, not the script */
            return true;
        }
        if (ends_typing(source))
            return true;
    }
}

void source_clear(struct source *source)
{
    string_clear(&source->batch);
}
