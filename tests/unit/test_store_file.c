/* SPDX-License-Identifier: MIT */
/* The journal's file: one agent at a time, killed agents, damage, missing rights and full disks. */
#include "store_fixture.h"
#include "log.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

static void assert_says(const char *part)
{
    if (strstr(why, part) == NULL)
        fail_msg("\"%s\" does not hold \"%s\"", why, part);
}

static void expect_refused(const char *part)
{
    struct store *store = store_open(path, why, sizeof why);

    assert_null(store);
    assert_says(path);
    assert_says(part);
}

/* Runs in a process of its own, which tells its result through a pipe: a checker of memory that
 * follows into the child may alter the exit code. -1 when it told nothing. */
static int in_child(int (*run)(void))
{
    int ends[2], result = -1;
    pid_t child = 0;

    assert_int_equal(pipe(ends), 0);
    child = fork();
    if (child == 0) {
        result = run();
        _exit(write(ends[1], &result, sizeof result) == sizeof result ? 0 : 1);
    }
    assert_true(child > 0);
    close(ends[1]);
    if (read(ends[0], &result, sizeof result) != sizeof result)
        result = -1;
    close(ends[0]);
    assert_int_equal(waitpid(child, NULL, 0), child);
    return result;
}

static int open_is_refused(void)
{
    return store_open(path, why, sizeof why) == NULL && strstr(why, "second agent") != NULL ? 0 : 1;
}

static void test_one_process(void **state)
{
    struct store *store = open_store();

    (void)state;
    expect_refused("another process has the file open");
    assert_int_equal(in_child(open_is_refused), 0);
    make_operation(&one, 1, false);
    assert_int_equal(store_insert(store, &one, &two), STORE_OK);
    assert_int_equal(in_child(open_is_refused), 0);
    store_close(store);
    assert_int_equal(in_child(open_is_refused), 1);
}

/* Journal and log are the agent's alone, whatever the process's umask says. */
static void test_closed_to_others(void **state)
{
    static const char *const ends[] = {"", "-wal"};
    const mode_t before = umask(0);
    struct store *store = open_store();
    char name[200];

    (void)state;
    make_operation(&one, 1, false);
    assert_int_equal(store_insert(store, &one, &two), STORE_OK);
    umask(before);
    for (size_t i = 0; i < 2; i++) {
        struct stat about;

        snprintf(name, sizeof name, "%s%s", path, ends[i]);
        assert_int_equal(stat(name, &about), 0);
        assert_int_equal(about.st_mode & 07777, 0600);
    }
    store_close(store);
}

/* Inserts 1, 2, 3 ..., tells each number once its row is promised, until it is killed. */
static int insert_for_ever(int told)
{
    struct store *store = store_open(path, why, sizeof why);

    for (unsigned number = 1; store != NULL; number++) {
        make_operation(&one, number, true);
        if (store_insert(store, &one, &two) != STORE_OK ||
            write(told, &number, sizeof number) != sizeof number)
            break;
    }
    return 1;
}

static void test_killed(void **state)
{
    int ends[2], status = 0;
    unsigned number = 0, last = 0;
    struct store *store = NULL;
    pid_t child = 0;

    (void)state;
    assert_int_equal(pipe(ends), 0);
    child = fork();
    if (child == 0)
        _exit(insert_for_ever(ends[1]));
    assert_true(child > 0);
    close(ends[1]);
    while (last < 40 && read(ends[0], &number, sizeof number) == sizeof number)
        last = number;
    assert_int_equal(kill(child, SIGKILL), 0);
    while (read(ends[0], &number, sizeof number) == sizeof number)
        last = number;
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_true(last >= 40);

    store = open_store();
    for (number = 1; number <= last; number++) {
        make_operation(&one, number, true);
        assert_int_equal(store_get(store, one.id, &two), STORE_OK);
        assert_same(&one, &two);
    }
    assert_in_range(count_open(store), last, last + 1);
    store_close(store);
}

/* Bytes over the file, from at on. */
static void overwrite(off_t at, const void *bytes, size_t length)
{
    const int file = open(path, O_WRONLY);

    assert_true(file >= 0);
    assert_int_equal(pwrite(file, bytes, length, at), length);
    close(file);
}

static void make_journal(unsigned count)
{
    struct store *store = open_store();

    for (unsigned number = 1; number <= count; number++) {
        make_operation(&one, number, number % 4 == 0);
        assert_int_equal(store_insert(store, &one, &two), STORE_OK);
    }
    store_close(store);
}

static void test_not_a_journal(void **state)
{
    static const char text[] = "This is a text of an administrator, not a journal.\n";
    const int file = open(path, O_WRONLY | O_CREAT, 0600);

    (void)state;
    for (int i = 0; i < 100; i++)
        assert_int_equal(write(file, text, sizeof text - 1), sizeof text - 1);
    close(file);
    expect_refused("the file is damaged");
}

static void test_newer_layout(void **state)
{
    (void)state;
    make_journal(1);
    overwrite(60, "\0\0\0\x63", 4); /* user_version in the header of a SQLite file */
    expect_refused("newer agent");
    overwrite(60, "\0\0\0\0", 4);
    expect_refused("another program");
    overwrite(60, "\0\0\0\1", 4);
    overwrite(68, "\0\0\0\1", 4); /* application_id */
    expect_refused("another program");
}

static void test_damaged_pages(void **state)
{
    char junk[4096];
    struct stat about;

    (void)state;
    make_journal(8);
    assert_int_equal(stat(path, &about), 0);
    memset(junk, 0xA5, sizeof junk);
    overwrite(4096, junk, sizeof junk);
    expect_refused("the file is damaged");
    overwrite(0, junk, sizeof junk);
    expect_refused("the file is damaged");
    remove_files();
    make_journal(8);
    assert_int_equal(truncate(path, about.st_size / 2), 0);
    expect_refused("the file is damaged");
}

static bool ignore(void *context, const struct operation *operation)
{
    assert_true(strlen(operation->detail) < sizeof operation->detail);
    ++*(size_t *)context;
    return true;
}

static void copy_file(const char *from, const char *to)
{
    char bytes[65536];
    const int in = open(from, O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ssize_t count = 0;

    assert_true(in >= 0 && out >= 0);
    while ((count = read(in, bytes, sizeof bytes)) > 0)
        assert_int_equal(write(out, bytes, (size_t)count), count);
    close(in);
    close(out);
}

/* Some bytes of the file changed: it opens or it says why not, and every call ends with a result.
 * */
static void test_damage_anywhere(void **state)
{
    char copy[128];
    struct stat about;
    uint32_t random = 12345;
    unsigned refused = 0;

    (void)state;
    make_journal(8);
    assert_int_equal(stat(path, &about), 0);
    snprintf(copy, sizeof copy, "%s.copy", path);
    copy_file(path, copy);
    for (int round = 0; round < 300; round++) {
        struct store *store = NULL;
        size_t count = 0;

        copy_file(copy, path);
        for (int i = 0; i < 1 + round % 8; i++) {
            random = random * 1664525 + 1013904223;
            overwrite((off_t)(random >> 4) % (round % 2 == 0 ? about.st_size : 600), &random, 1);
        }
        memset(why, 0, sizeof why);
        store = store_open(path, why, sizeof why);
        if (store == NULL) {
            refused++;
            assert_says(path);
            continue;
        }
        store_list(store, &(struct store_filter){.limit = 0}, ignore, &count);
        store_list(store, &(struct store_filter){.open_only = true}, ignore, &count);
        make_operation(&one, 3, false);
        store_get(store, one.id, &two);
        store_update(store, &one);
        make_operation(&one, 9, false);
        store_insert(store, &one, &two);
        count_open(store);
        store_close(store);
    }
    assert_in_range(refused, 10, 290);
}

static int open_fails(const char *part)
{
    return store_open(path, why, sizeof why) == NULL && strstr(why, part) != NULL ? 0 : 1;
}

/* Root may write everywhere: give that up first. */
static int open_without_rights(void)
{
    if (geteuid() == 0 && setuid(65534) != 0)
        return 2;
    return open_fails("may write to it");
}

static void test_read_only(void **state)
{
    char nowhere[sizeof path + 16];

    (void)state;
    assert_int_equal(chmod(directory, 0555), 0);
    assert_int_equal(in_child(open_without_rights), 0);
    assert_int_equal(chmod(directory, 0755), 0);
    make_journal(1);
    assert_int_equal(chmod(path, 0444), 0);
    assert_int_equal(in_child(open_without_rights), 0);
    assert_int_equal(chmod(path, 0644), 0);
    assert_int_equal(chmod(directory, 0555), 0); /* the write-ahead log cannot be made */
    assert_int_equal(in_child(open_without_rights), 0);
    assert_int_equal(chmod(directory, 0755), 0);

    snprintf(nowhere, sizeof nowhere, "%s/none/journal.db", directory);
    assert_null(store_open(nowhere, why, sizeof why));
    assert_says("see that its directory exists");
    assert_null(store_open("", why, sizeof why));
    assert_says("its path is empty");
}

/* A disk that takes no more: the insert fails and leaves nothing, and the store goes on when there
 * is room. */
static int insert_on_full_disk(void)
{
    const struct rlimit full = {64 * 1024, RLIM_INFINITY},
                        free_again = {RLIM_INFINITY, RLIM_INFINITY};
    struct store *store = store_open(path, why, sizeof why);
    unsigned number = 1;
    enum store_result result = STORE_OK;
    bool good = store != NULL;

    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &full);
    for (; good && number < 10 && result == STORE_OK; number++) {
        make_operation(&one, number, true);
        result = store_insert(store, &one, &two);
    }
    good = good && result == STORE_FAILED && store_get(store, one.id, &two) == STORE_NOT_FOUND;
    if (good)
        store_why(store, why, sizeof why);
    setrlimit(RLIMIT_FSIZE, &free_again);
    good = good && strstr(why, "its disk") != NULL && strstr(why, "operation cannot be written");
    good = good && store_insert(store, &one, &two) == STORE_OK &&
           store_get(store, one.id, &two) == STORE_OK && count_open(store) == (long)number - 1;
    store_close(store);
    return good ? 0 : 1;
}

static void test_full_disk(void **state)
{
    (void)state;
    assert_int_equal(in_child(insert_on_full_disk), 0);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_one_process),  TEST(test_killed),        TEST(test_not_a_journal),
        TEST(test_newer_layout), TEST(test_damaged_pages), TEST(test_damage_anywhere),
        TEST(test_read_only),    TEST(test_full_disk),     TEST(test_closed_to_others),
    };

    log_open("/dev/null", LOG_ERROR);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
