/* SPDX-License-Identifier: MIT */
/* The log: each line is one whole JSON object, whatever is logged, from however many threads. */
#include "log.h"
#include "json.h"
#include "thread.h"
#include "utc.h"
#include <stdarg.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

enum { ROTATE_BYTES = 16 * 1024 * 1024 };

static char directory[64], path[96], old_path[100];

static int set_up(void **state)
{
    (void)state;
    snprintf(directory, sizeof directory, "/tmp/milink-test-log-XXXXXX");
    if (mkdtemp(directory) == NULL)
        return -1;
    snprintf(path, sizeof path, "%s/agent.log", directory);
    snprintf(old_path, sizeof old_path, "%s.1", path);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    log_close();
    unlink(path);
    for (int i = 1; i <= 6; i++) {
        snprintf(old_path, sizeof old_path, "%s.%d", path, i);
        unlink(old_path);
    }
    return rmdir(directory);
}

/* The whole file; free it. */
static char *read_file(const char *name, size_t *length)
{
    FILE *file = fopen(name, "rb");
    char *bytes = NULL;
    struct stat about;

    assert_non_null(file);
    assert_int_equal(fstat(fileno(file), &about), 0);
    bytes = malloc((size_t)about.st_size + 1);
    assert_non_null(bytes);
    *length = fread(bytes, 1, (size_t)about.st_size, file);
    bytes[*length] = '\0';
    fclose(file);
    return bytes;
}

/* The next line of a log as JSON; free it. */
static struct json *next_line(const char **at)
{
    const char *end = strchr(*at, '\n');
    struct json *line = NULL;
    char why[128];

    assert_non_null(end);
    line = json_parse(*at, (size_t)(end - *at), why, sizeof why);
    if (line == NULL)
        fail_msg("%s in %s", why, *at);
    *at = end + 1;
    return line;
}

/* The text of the only line in the file, which is emptied by opening a new one. */
static void expect_text(const char *expected)
{
    size_t length = 0;
    char *bytes = read_file(path, &length);
    const char *at = bytes;
    struct json *line = next_line(&at);

    assert_string_equal(json_text(line, "text"), expected);
    assert_int_equal(*at, '\0');
    json_free(line);
    free(bytes);
    log_close();
    unlink(path);
    assert_true(log_open(path, LOG_DEBUG));
}

static void test_line(void **state)
{
    uint64_t ms = 0;
    size_t length = 0;
    char *bytes = NULL;
    const char *at = NULL;
    struct json *line = NULL;

    (void)state;
    assert_true(log_open(path, LOG_INFO));
    log_write(LOG_WARNING, "operation.sent", "%s of %d", "link", 7);
    bytes = read_file(path, &length);
    at = bytes;
    line = next_line(&at);
    assert_int_equal(strncmp(bytes, "{\"time\":\"20", 11), 0);
    assert_int_equal(json_count(line), 4);
    assert_true(utc_parse(json_text(line, "time"), &ms));
    assert_string_equal(json_text(line, "level"), "warning");
    assert_string_equal(json_text(line, "event"), "operation.sent");
    assert_string_equal(json_text(line, "text"), "link of 7");
    json_free(line);
    free(bytes);
}

static void test_levels(void **state)
{
    static const char *const expected[] = {"error", "warning"};
    size_t length = 0;
    char *bytes = NULL;
    const char *at = NULL;

    (void)state;
    assert_true(log_open(path, LOG_WARNING));
    log_write(LOG_DEBUG, "a", "no");
    log_write(LOG_ERROR, "a", "yes");
    log_write(LOG_INFO, "a", "no");
    log_write(LOG_WARNING, "a", "yes");
    bytes = read_file(path, &length);
    at = bytes;
    for (size_t i = 0; i < 2; i++) {
        struct json *line = next_line(&at);

        assert_string_equal(json_text(line, "level"), expected[i]);
        json_free(line);
    }
    assert_int_equal(*at, '\0');
    free(bytes);
}

static void test_escapes(void **state)
{
    (void)state;
    assert_true(log_open(path, LOG_DEBUG));
    log_write(LOG_INFO, "e", "%s", "\"quoted\" \\ a\nb\tc\rd\x01\x1f\x7f");
    expect_text("\"quoted\" \\ a\nb\tc\rd\x01\x1f\x7f");
    log_write(LOG_INFO, "e", "%s", "gr\xC3\xBC\xC3\x9F \xF0\x9F\x94\x97");
    expect_text("gr\xC3\xBC\xC3\x9F \xF0\x9F\x94\x97");
    log_write(LOG_INFO, "e", "%s", "a\xFFz\xC3(\xED\xA0\x80");
    expect_text("a\xEF\xBF\xBDz\xEF\xBF\xBD(\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
    log_write(LOG_INFO, "e", "%s", "");
    expect_text("");
}

static void test_every_byte(void **state)
{
    size_t length = 0;
    char *bytes = NULL;
    const char *at = NULL;

    (void)state;
    assert_true(log_open(path, LOG_DEBUG));
    for (int a = 1; a < 256; a++)
        for (int b = 1; b < 256; b += 7)
            log_write(LOG_INFO, "bytes", "%c%c", a, b);
    bytes = read_file(path, &length);
    for (at = bytes; *at != '\0';)
        json_free(next_line(&at));
    free(bytes);
}

/* 1000 bytes, or fewer where the thousandth is inside a character. */
static void test_cut(void **state)
{
    char text[3001], expected[3001];

    (void)state;
    assert_true(log_open(path, LOG_DEBUG));
    memset(text, 'x', sizeof text);
    text[3000] = '\0';
    snprintf(expected, sizeof expected, "%.1000s", text);
    log_write(LOG_INFO, "e", "%s", text);
    expect_text(expected);
    memcpy(text + 998, "\xF0\x9F\x94\x97", 4);
    expected[998] = '\0';
    log_write(LOG_INFO, "e", "%s", text);
    expect_text(expected);
    memcpy(text + 998, "\xC3\xBCyy", 4);
    snprintf(expected, sizeof expected, "%.1000s", text);
    log_write(LOG_INFO, "e", "%s", text);
    expect_text(expected);
    memset(text, 1, 1000);
    text[1000] = '\0';
    log_write(LOG_INFO, "e", "%s", text); /* the longest line there is */
    expect_text(text);
}

/* Before log_open and after log_close lines go to stderr. */
static void test_stderr(void **state)
{
    const int saved = dup(STDERR_FILENO);
    size_t length = 0;
    char *bytes = NULL;
    const char *at = NULL;
    struct json *line = NULL;

    (void)state;
    log_close();
    assert_non_null(freopen(path, "ab", stderr));
    log_write(LOG_INFO, "early", "one");
    log_write(LOG_DEBUG, "early", "not this");
    assert_true(log_open(NULL, LOG_DEBUG));
    log_write(LOG_DEBUG, "early", "two");
    fflush(stderr);
    dup2(saved, STDERR_FILENO);
    close(saved);
    bytes = read_file(path, &length);
    at = bytes;
    line = next_line(&at);
    assert_string_equal(json_text(line, "text"), "one");
    json_free(line);
    line = next_line(&at);
    assert_string_equal(json_text(line, "text"), "two");
    json_free(line);
    assert_int_equal(*at, '\0');
    free(bytes);
}

static void test_cannot_open(void **state)
{
    char nowhere[128], lengthy[2048];

    (void)state;
    snprintf(nowhere, sizeof nowhere, "%s/none/agent.log", directory);
    assert_false(log_open(nowhere, LOG_INFO));
    memset(lengthy, 'x', sizeof lengthy);
    lengthy[sizeof lengthy - 1] = '\0';
    assert_false(log_open(lengthy, LOG_INFO));
}

static void test_appends_and_rotates(void **state)
{
    struct stat about;
    size_t length = 0;
    char *bytes = NULL;

    (void)state;
    assert_true(log_open(path, LOG_INFO));
    log_write(LOG_INFO, "e", "first");
    assert_true(log_open(path, LOG_INFO));
    log_write(LOG_INFO, "e", "second");
    log_close();
    bytes = read_file(path, &length);
    assert_non_null(strstr(bytes, "first"));
    assert_non_null(strstr(bytes, "second"));
    free(bytes);

    assert_int_equal(truncate(path, ROTATE_BYTES), 0);
    for (int i = 0; i < 2; i++) { /* the second finds an old file in its way */
        assert_true(log_open(path, LOG_INFO));
        log_write(LOG_INFO, "e", "third");
        log_write(LOG_INFO, "e", "fourth");
        log_close();
        assert_int_equal(stat(old_path, &about), 0);
        assert_int_equal(about.st_size, ROTATE_BYTES);
        bytes = read_file(path, &length);
        assert_null(strstr(bytes, "first"));
        assert_non_null(strstr(bytes, "third"));
        assert_non_null(strstr(bytes, "fourth"));
        free(bytes);
        assert_int_equal(truncate(path, ROTATE_BYTES), 0);
    }
}

static bool old_exists(int number)
{
    char name[110];

    snprintf(name, sizeof name, "%s.%d", path, number);
    return access(name, F_OK) == 0;
}

/* Five old files, the oldest dropped. */
static void test_keeps_five(void **state)
{
    struct stat about;

    (void)state;
    for (int i = 1; i <= 7; i++) {
        assert_true(log_open(path, LOG_INFO));
        assert_int_equal(truncate(path, ROTATE_BYTES + i), 0);
        assert_true(log_open(path, LOG_INFO));
        log_write(LOG_INFO, "e", "%d", i);
    }
    for (int i = 1; i <= 5; i++)
        assert_true(old_exists(i));
    assert_false(old_exists(6));
    snprintf(old_path, sizeof old_path, "%s.5", path);
    assert_int_equal(stat(old_path, &about), 0);
    assert_int_equal(about.st_size, ROTATE_BYTES + 3);
}

static void test_level_changes(void **state)
{
    (void)state;
    assert_true(log_open(path, LOG_ERROR));
    log_write(LOG_DEBUG, "e", "not this");
    log_set_level(LOG_DEBUG);
    log_write(LOG_DEBUG, "e", "this");
    expect_text("this");
}

static void expect_ids(const char *call, const char *operation)
{
    size_t length = 0;
    char *bytes = read_file(path, &length);
    const char *at = bytes;
    struct json *line = NULL;

    while (*at != '\0') {
        json_free(line);
        line = next_line(&at);
    }
    if (call != NULL)
        assert_string_equal(json_text(line, "call"), call);
    else
        assert_null(json_text(line, "call"));
    if (operation != NULL)
        assert_string_equal(json_text(line, "operation"), operation);
    else
        assert_null(json_text(line, "operation"));
    json_free(line);
    free(bytes);
}

static void log_elsewhere(void *context)
{
    (void)context;
    log_write(LOG_INFO, "e", "of another thread");
}

static void test_ids(void **state)
{
    (void)state;
    assert_true(log_open(path, LOG_INFO));
    log_set_call("c-1");
    log_write(LOG_INFO, "e", "x");
    expect_ids("c-1", NULL);
    log_set_operation("o-\"1\"");
    log_write(LOG_INFO, "e", "x");
    expect_ids("c-1", "o-\"1\"");
    thread_join(thread_start(log_elsewhere, NULL));
    expect_ids(NULL, NULL);
    log_set_call(NULL);
    log_write(LOG_INFO, "e", "x");
    expect_ids(NULL, "o-\"1\"");
    log_set_operation(NULL);
    log_write(LOG_INFO, "e", "x");
    expect_ids(NULL, NULL);
}

static void test_secrets(void **state)
{
    (void)state;
    assert_true(log_open(path, LOG_INFO));
    log_write(LOG_INFO, "e", "Authorization: Bearer %s", "eyJhbGciOiJSUzI1NiJ9.eyJhdWQi.c2ln");
    expect_text("Authorization: Bearer ***");
}

static char heard[256];

static void hear(const char *event, const char *text)
{
    snprintf(heard + strlen(heard), sizeof heard - strlen(heard), "%s: %s\n", event, text);
}

/* Whoever listens hears what the file's level leaves out, but no debug lines, and never a secret.
 */
static void test_a_listener(void **state)
{
    (void)state;
    assert_true(log_open(path, LOG_ERROR));
    log_listen(hear);
    log_write(LOG_INFO, "agent.started", "%s", "Bearer eyJhbGciOiJSUzI1NiJ9.eyJhdWQi.c2ln");
    log_write(LOG_DEBUG, "call", "x");
    log_write(LOG_ERROR, "audit.failed", "y");
    log_listen(NULL);
    log_write(LOG_INFO, "agent.stopped", "z");
    assert_string_equal(heard, "agent.started: Bearer ***\naudit.failed: y\n");
    expect_text("y");
}

/* On a disk without room lines are counted as lost, and the next ones are written again. */
static void test_lost(void **state)
{
    const unsigned long long before = log_lost_lines();
    struct rlimit had, none;

    (void)state;
    assert_true(log_open(path, LOG_INFO));
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &had), 0);
    none = had;
    none.rlim_cur = 0;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
    log_write(LOG_INFO, "e", "lost");
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &had), 0);
    signal(SIGXFSZ, SIG_DFL);
    assert_int_equal(log_lost_lines(), before + 1);
    log_write(LOG_INFO, "e", "kept");
    expect_text("kept");
}

enum { THREADS = 4, LINES = 250 };

static void log_many(void *context)
{
    const int *number = context;

    for (int i = 0; i < LINES; i++)
        log_write(LOG_INFO, "thread", "%d %d %0*d", *number, i, 100 + i, 0);
}

static void test_threads(void **state)
{
    static int numbers[THREADS];
    struct thread *threads[THREADS];
    int next[THREADS] = {0};
    size_t length = 0;
    char *bytes = NULL;
    const char *at = NULL;

    (void)state;
    assert_true(log_open(path, LOG_INFO));
    for (int i = 0; i < THREADS; i++) {
        numbers[i] = i;
        threads[i] = thread_start(log_many, &numbers[i]);
        assert_non_null(threads[i]);
    }
    for (int i = 0; i < THREADS; i++)
        thread_join(threads[i]);
    bytes = read_file(path, &length);
    for (at = bytes; *at != '\0';) {
        struct json *line = next_line(&at);
        int thread = -1, count = -1;

        assert_int_equal(sscanf(json_text(line, "text"), "%d %d", &thread, &count), 2);
        assert_in_range(thread, 0, THREADS - 1);
        assert_int_equal(count, next[thread]++);
        json_free(line);
    }
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(next[i], LINES);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_levels, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_escapes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_every_byte, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_cut, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_stderr, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_cannot_open, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_appends_and_rotates, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_keeps_five, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_level_changes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_ids, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_secrets, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_listener, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_lost, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_threads, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
