/* SPDX-License-Identifier: MIT */
/* The log where the disk is full or the process out of files: what comes later is whole and in its
 * place. */
#include "log.h"
#include "json.h"
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
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
    unlink(old_path);
    return rmdir(directory);
}

/* What the file holds behind its first bytes must be whole lines with these texts. */
static void expect_lines(size_t behind, const char *const *texts, size_t count)
{
    static char bytes[4096];
    FILE *file = fopen(path, "rb");
    const char *at = bytes + behind;

    assert_non_null(file);
    bytes[fread(bytes, 1, sizeof bytes - 1, file)] = '\0';
    fclose(file);
    for (size_t i = 0; i < count; i++) {
        const char *end = strchr(at, '\n');
        char why[128] = "no line end";
        struct json *line =
            end != NULL ? json_parse(at, (size_t)(end - at), why, sizeof why) : NULL;

        if (line == NULL)
            fail_msg("%s in %s", why, bytes);
        assert_string_equal(json_text(line, "text"), texts[i]);
        json_free(line);
        at = end + 1;
    }
    assert_string_equal(at, "");
}

/* A part of a line is left where the disk became full in it: the lines behind are whole. */
static void test_torn(void **state)
{
    static const char *const texts[] = {"one", "two"};
    struct rlimit had, little;

    (void)state;
    assert_true(log_open(path, LOG_INFO));
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &had), 0);
    little = had;
    little.rlim_cur = 30;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
    log_write(LOG_INFO, "e", "torn");
    log_write(LOG_INFO, "e", "lost");
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &had), 0);
    signal(SIGXFSZ, SIG_DFL);
    log_write(LOG_INFO, "e", "one");
    log_write(LOG_INFO, "e", "two");
    expect_lines(30 + 1, texts, 2);
}

/* A log that could not be opened again when it was full is opened once that is possible. */
static void test_opened_again(void **state)
{
    static const char *const texts[] = {"back"};
    const int saved = dup(STDERR_FILENO);
    const int handle = open("/dev/null", O_RDONLY); /* the log's is the next one */
    struct rlimit had, none;

    (void)state;
    assert_true(log_open(path, LOG_INFO));
    assert_int_equal(truncate(path, ROTATE_BYTES), 0);
    assert_true(log_open(path, LOG_INFO));
    assert_non_null(freopen("/dev/null", "ab", stderr));
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &had), 0);
    none = had;
    none.rlim_cur = (rlim_t)handle;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    log_write(LOG_INFO, "e", "to stderr");
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &had), 0);
    log_write(LOG_INFO, "e", "back");
    dup2(saved, STDERR_FILENO);
    close(saved);
    close(handle);
    expect_lines(0, texts, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_torn, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_opened_again, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
