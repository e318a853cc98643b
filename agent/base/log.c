/* SPDX-License-Identifier: MIT */
/* The agent's log: lines are made on the stack, so that it also works when memory has run out. */
#include "log.h"
#include "deadline.h"
#include "file.h"
#include "log_scrub.h"
#include "text.h"
#include "thread.h"
#include "thread_note.h"
#include "utc.h"
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

enum {
    LOG_TEXT_MAX = 1000,
    LOG_EVENT_SIZE = 65,
    LOG_PATH_SIZE = 1024,
    LOG_ID_SIZE = 65,
    LOG_FILE_MAX = 16 * 1024 * 1024,
    LOG_OLD_FILES = 5,
    /* A control character of one byte becomes six: \u001f. Names, time and braces take under 150.
     */
    LOG_LINE_SIZE = 6 * (LOG_TEXT_MAX + LOG_EVENT_SIZE + 2 * LOG_ID_SIZE) + 200
};

struct line {
    char bytes[LOG_LINE_SIZE];
    size_t length;
};

static struct {
    struct mutex *mutex;      /* NULL before log_open: then there is one thread */
    struct file file;         /* closed: stderr */
    uint64_t size;            /* of the file */
    bool torn;                /* it ends in a part of a line */
    char path[LOG_PATH_SIZE]; /* empty: stderr */
} sink = {.file = {-1}};

static _Atomic int least = LOG_INFO;
static _Atomic uint64_t lost; /* lines */
static void (*heard)(const char *event, const char *text);

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

static bool is_open(void)
{
    return sink.file.handle != -1;
}

static bool open_sink(void)
{
    if (!file_open_append(&sink.file, sink.path, NULL, 0))
        return false;
    if (!file_size(sink.file, &sink.size))
        sink.size = 0;
    sink.torn = false;
    return true;
}

/* "agent.log.3"; 0 is the log itself. */
static void name_old(int number, char *path, size_t size)
{
    text_copy(path, size, sink.path);
    if (number == 0)
        return;
    text_append(path, size, ".");
    text_append_number(path, size, number);
}

/* Where the file cannot be moved away (somebody reads it, on Windows), as much again goes into it
 * before the next try; where it cannot be opened again, lines go to stderr until it can. */
static void rotate(void)
{
    char from[LOG_PATH_SIZE + 2], to[LOG_PATH_SIZE + 2];
    bool moved = false;

    file_close(&sink.file);
    for (int i = LOG_OLD_FILES; i > 0; i--) {
        name_old(i - 1, from, sizeof from);
        name_old(i, to, sizeof to);
        moved = file_move(from, to); /* the last one, of the log itself, counts */
    }
    if (open_sink() && !moved)
        sink.size = 0;
}

/* What a write left behind that failed gets a line end, so that the next line is whole. */
static bool put_line(const struct line *line)
{
    uint64_t size = sink.size;

    if (sink.torn && !file_append(sink.file, "\n", 1))
        return false;
    sink.torn = false;
    if (file_append(sink.file, line->bytes, line->length)) {
        sink.size += line->length;
        return true;
    }
    file_size(sink.file, &size);
    sink.torn = size != sink.size;
    sink.size = size;
    return false;
}

/* A line that cannot be written is lost, and counted. */
static void sink_write(const struct line *line)
{
    if (is_open() && sink.size >= LOG_FILE_MAX)
        rotate();
    if (!is_open() && sink.path[0] != '\0')
        open_sink();
    if (is_open()) {
        if (!put_line(line))
            atomic_fetch_add(&lost, 1);
    } else {
        if (fwrite(line->bytes, 1, line->length, stderr) != line->length)
            atomic_fetch_add(&lost, 1);
        fflush(stderr); /* msvcrt buffers it where it is no console */
    }
}

int log_open(const char *path, enum log_level wanted)
{
    log_close();
    log_set_level(wanted);
    sink.mutex = mutex_new();
    if (sink.mutex == NULL)
        return 0;
    if (path == NULL)
        return 1;
    if (strlen(path) >= sizeof sink.path)
        return 0;
    text_copy(sink.path, sizeof sink.path, path);
    if (open_sink())
        return 1;
    sink.path[0] = '\0';
    return 0;
}

void log_close(void)
{
    file_close(&sink.file);
    sink.path[0] = '\0';
    mutex_free(sink.mutex);
    sink.mutex = NULL;
    log_set_level(LOG_INFO);
}

void log_set_level(enum log_level wanted)
{
    atomic_store(&least, (int)wanted);
}

void log_set_call(const char *id)
{
    thread_note_set(THREAD_NOTE_CALL, id);
}

void log_set_operation(const char *id)
{
    thread_note_set(THREAD_NOTE_OPERATION, id);
}

void log_listen(void (*listener)(const char *event, const char *text))
{
    heard = listener;
}

unsigned long long log_lost_lines(void)
{
    return atomic_load(&lost);
}

/* ,"name":"text" */
static void line_put_member(struct line *line, const char *name, const char *text)
{
    line_put(line, ",\"");
    line_put(line, name);
    line_put(line, "\":\"");
    line_put_text(line, text);
    line_put(line, "\"");
}

static void line_put_note(struct line *line, const char *name, enum thread_note note)
{
    const char *text = thread_note(note);
    char id[LOG_ID_SIZE];

    if (text == NULL)
        return;
    text_copy(id, sizeof id, text);
    line_put_member(line, name, id);
}

/* clean: the text, as it may be kept. */
static void line_make(struct line *line, enum log_level level, const char *event, const char *clean)
{
    static const char *const levels[] = {"error", "warning", "info", "debug"};
    char time[UTC_TEXT_SIZE], name[LOG_EVENT_SIZE];

    utc_text(clock_utc_ms(), time, sizeof time);
    text_copy(name, sizeof name, event);
    line_put(line, "{\"time\":\"");
    line_put(line, time);
    line_put(line, "\"");
    line_put_member(line, "level", levels[level]);
    line_put_member(line, "event", name);
    line_put_note(line, "call", THREAD_NOTE_CALL);
    line_put_note(line, "operation", THREAD_NOTE_OPERATION);
    line_put_member(line, "text", clean);
    line_put(line, "}\n");
}

void log_write(enum log_level level, const char *event, const char *format, ...)
{
    struct line line;
    /* Room to see that a character does not end at the cut. */
    char text[LOG_TEXT_MAX + 8], clean[LOG_TEXT_MAX + 8];
    va_list arguments;

    const bool kept = (int)level <= atomic_load(&least);
    const bool told = heard != NULL && level <= LOG_INFO;

    if (!kept && !told)
        return;
    line.length = 0;
    text[0] = '\0';
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    text[sizeof text - 1] = '\0';
    log_scrub(text, clean, LOG_TEXT_MAX + 1);
    if (told)
        heard(event, clean);
    if (!kept)
        return;
    line_make(&line, level, event, clean);
    if (sink.mutex != NULL)
        mutex_lock(sink.mutex);
    sink_write(&line);
    if (sink.mutex != NULL)
        mutex_unlock(sink.mutex);
}
