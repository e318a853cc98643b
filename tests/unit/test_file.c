/* SPDX-License-Identifier: MIT */
/* Files: what is replaced, and what somebody else may put in the way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "file.h"

static char directory[64], path[96], part[104], victim[96];
static bool plant; /* somebody puts a link there as soon as there is room for it */

int __real_unlink(const char *name);
int __wrap_unlink(const char *name);

int __wrap_unlink(const char *name)
{
    int result = __real_unlink(name);

    if (plant && strcmp(name, part) == 0)
        assert_int_equal(symlink(victim, part), 0);
    plant = false;
    return result;
}

static int set_up(void **state)
{
    (void)state;
    snprintf(directory, sizeof directory, "/tmp/milink-test-file-XXXXXX");
    if (mkdtemp(directory) == NULL)
        return -1;
    snprintf(path, sizeof path, "%s/metrics", directory);
    snprintf(part, sizeof part, "%s.tmp", path);
    snprintf(victim, sizeof victim, "%s/victim", directory);
    plant = false;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    unlink(path);
    unlink(part);
    unlink(victim);
    return rmdir(directory);
}

static void expect(const char *name, const char *content)
{
    struct file file = FILE_CLOSED;
    char bytes[64];
    size_t length = 0;

    assert_true(file_open_read(&file, name, NULL, 0));
    length = file_read_at(file, 0, bytes, sizeof bytes);
    file_close(&file);
    assert_int_equal(length, strlen(content));
    assert_memory_equal(bytes, content, length);
}

static void test_replace(void **state)
{
    struct stat about;

    (void)state;
    assert_true(file_replace(path, "one", 3));
    expect(path, "one");
    assert_int_equal(symlink("/nowhere", part), 0); /* a leftover of any kind */
    assert_true(file_replace(path, "two2", 4));
    expect(path, "two2");
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 07777 & ~0640, 0);
    assert_int_not_equal(access(part, F_OK), 0);
}

/* Who may write into the directory cannot have us write into another file. */
static void test_link_planted(void **state)
{
    (void)state;
    assert_true(file_replace(victim, "mine", 4));
    plant = true;
    assert_false(file_replace(path, "metrics", 7));
    expect(victim, "mine");
}

static void test_make_closed(void **state)
{
    const mode_t before = umask(0);
    struct stat about;

    (void)state;
    assert_true(file_make_closed(path));
    umask(before);
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 07777, 0600);
    assert_true(file_replace(victim, "mine", 4));
    assert_true(file_make_closed(victim));
    expect(victim, "mine");
    assert_false(file_make_closed("/nowhere/at/all"));
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {TEST(test_replace), TEST(test_link_planted),
                                       TEST(test_make_closed)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
