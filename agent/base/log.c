/* SPDX-License-Identifier: MIT */
/* The agent's log: lines are made on the stack, so that it also works when memory has run out. */
#include "log.h"
#include "deadline.h"
#include "text.h"
#include "thread.h"
#include "utc.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    LOG_TEXT_MAX = 1000,
    LOG_EVENT_SIZE = 65,
    LOG_PATH_SIZE = 1024,
    LOG_FILE_MAX = 16 * 1024 * 1024,
    /* A control character of one byte becomes six: \u001f. Names, time and braces take under 100.
     * */
    LOG_LINE_SIZE = 6 * (LOG_TEXT_MAX + LOG_EVENT_SIZE) + 200
};

struct line {
    char bytes[LOG_LINE_SIZE];
    size_t length;
};

static struct {
    struct mutex *mutex; /* NULL before log_open: then there is one thread */
    FILE *file;          /* NULL: stderr */
    long size;           /* of the file */
    enum log_level least;
    char path[LOG_PATH_SIZE];
    char old_path[LOG_PATH_SIZE + 2];
} sink = {.least = LOG_INFO};

static void line_put_bytes(struct line *line, const char *bytes, size_t length)
{
    if (length > sizeof line->bytes - line->length)
        length = sizeof line->bytes - line->length;
    memcpy(line->bytes + line->length, bytes, length);
    line->length += length;
}

static void line_put(struct line *line, const char *text)
{
    line_put_bytes(line, text, strlen(text));
}

/* One character of ASCII inside a JSON string. */
static void line_put_ascii(struct line *line, char c)
{
    static const char digits[] = "0123456789abcdef";
    const char code[] = {'\\', 'u', '0', '0', digits[(unsigned char)c >> 4], digits[c & 0xF]};

    if (c == '"' || c == '\\')
        line_put_bytes(line, (const char[]){'\\', c}, 2);
    else if (c == '\n')
        line_put(line, "\\n");
    else if (c == '\t')
        line_put(line, "\\t");
    else if ((unsigned char)c < 0x20)
        line_put_bytes(line, code, sizeof code);
    else
        line_put_bytes(line, &c, 1);
}

/* Bytes of the character that a text begins with; 0 when they are not UTF-8. */
static size_t character_length(const char *text, size_t length)
{
    for (size_t bytes = 1; bytes <= 4 && bytes <= length; bytes++)
        if (text_units(text, bytes) != SIZE_MAX)
            return bytes;
    return 0;
}

/* Any text inside a JSON string; a byte that is not UTF-8 becomes U+FFFD. */
static void line_put_text(struct line *line, const char *text)
{
    const size_t length = strlen(text);

    for (size_t at = 0; at < length;) {
        const size_t bytes = character_length(text + at, length - at);

        if (bytes == 0)
            line_put(line, "\xEF\xBF\xBD");
        else if (bytes == 1)
            line_put_ascii(line, text[at]);
        else
            line_put_bytes(line, text + at, bytes);
        at += bytes > 0 ? bytes : 1;
    }
}

static bool file_open(void)
{
    sink.file = fopen(sink.path, "ab");
    if (sink.file == NULL)
        return false;
    /* Unbuffered: each fwrite is one write, whole and on its way when it returns. */
    setvbuf(sink.file, NULL, _IONBF, 0);
    fseek(sink.file, 0, SEEK_END);
    sink.size = ftell(sink.file);
    return true;
}

/* Where the file cannot be moved away (somebody reads it, on Windows), as much again goes into it
 * before the next try; where it cannot be opened again, lines go to stderr. */
static void file_rotate(void)
{
    bool moved = false;

    fclose(sink.file);
    remove(sink.old_path);
    moved = rename(sink.path, sink.old_path) == 0;
    if (file_open() && !moved)
        sink.size = 0;
}

/* A line that cannot be written is lost: there is nowhere left to say so. */
static void sink_write(const struct line *line)
{
    if (sink.file != NULL && sink.size >= LOG_FILE_MAX)
        file_rotate();
    if (sink.file != NULL) {
        sink.size += (long)fwrite(line->bytes, 1, line->length, sink.file);
    } else {
        (void)fwrite(line->bytes, 1, line->length, stderr);
        fflush(stderr); /* msvcrt buffers it where it is no console */
    }
}

int log_open(const char *path, enum log_level least)
{
    log_close();
    sink.least = least;
    sink.mutex = mutex_new();
    if (sink.mutex == NULL)
        return 0;
    if (path == NULL)
        return 1;
    if (strlen(path) >= sizeof sink.path)
        return 0;
    text_copy(sink.path, sizeof sink.path, path);
    text_copy(sink.old_path, sizeof sink.old_path, path);
    text_append(sink.old_path, sizeof sink.old_path, ".1");
    return file_open();
}

void log_close(void)
{
    if (sink.file != NULL)
        fclose(sink.file);
    mutex_free(sink.mutex);
    sink.file = NULL;
    sink.mutex = NULL;
    sink.least = LOG_INFO;
}

static void line_make(struct line *line, enum log_level level, const char *event, const char *text)
{
    static const char *const levels[] = {"error", "warning", "info", "debug"};
    char time[UTC_TEXT_SIZE], name[LOG_EVENT_SIZE], cut[LOG_TEXT_MAX + 1];

    utc_text(clock_utc_ms(), time, sizeof time);
    text_copy(name, sizeof name, event);
    text_copy(cut, sizeof cut, text);
    line_put(line, "{\"time\":\"");
    line_put(line, time);
    line_put(line, "\",\"level\":\"");
    line_put(line, levels[level]);
    line_put(line, "\",\"event\":\"");
    line_put_text(line, name);
    line_put(line, "\",\"text\":\"");
    line_put_text(line, cut);
    line_put(line, "\"}\n");
}

void log_write(enum log_level level, const char *event, const char *format, ...)
{
    struct line line;
    char text[LOG_TEXT_MAX + 8]; /* room to see that a character does not end at the cut */
    va_list arguments;

    if (level > sink.least)
        return;
    line.length = 0;
    text[0] = '\0';
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    text[sizeof text - 1] = '\0';
    line_make(&line, level, event, text);
    if (sink.mutex != NULL)
        mutex_lock(sink.mutex);
    sink_write(&line);
    if (sink.mutex != NULL)
        mutex_unlock(sink.mutex);
}
