/* SPDX-License-Identifier: MIT */
/* The journal's promise under failure: the disk or the power fails at every point in turn. */
#include "store_failing.h"
#include "log.h"
#include <sqlite3.h>

/* Each write is followed by a sync of the log; that it is the right one, the power cuts show. */
static void test_synced_before_it_returns(void **state)
{
    char wal[128], shm[128];
    struct store *store = open_store();
    const struct failing_file *log = NULL;

    (void)state;
    snprintf(wal, sizeof wal, "%s-wal", path);
    snprintf(shm, sizeof shm, "%s-shm", path);
    log = failing_file_of(wal);
    for (unsigned number = 1; number <= MOST; number++) {
        const long syncs = log->syncs;

        make_operation(&one, number, true);
        assert_int_equal(store_insert(store, &one, &two), STORE_OK);
        assert_true(log->syncs > syncs);
        end_operation(&one);
        assert_int_equal(store_update(store, &one), STORE_OK);
        assert_true(log->syncs > syncs + 1);
    }
    assert_int_not_equal(access(shm, F_OK), 0);
    assert_true(failing_file_of(path)->syncs > 0); /* the log was written back on the way */
    store_close(store);
    failing_forget();
}

static void test_power_cut_everywhere(void **state)
{
    (void)state;
    fail_everywhere(&failing_disk, 3, 1, true);
}

/* Enough for the log to be written back and begun anew. */
static void test_power_cut_in_a_long_run(void **state)
{
    (void)state;
    fail_everywhere(&failing_disk, MOST, 41, true);
}

static void test_one_failure_of_the_disk(void **state)
{
    (void)state;
    fail_everywhere(&failing_disk, 3, 1, false);
}

/* Rows that no version of the agent wrote. */

static void change_file(const char *sql)
{
    sqlite3 *db = NULL;
    char *text = NULL;

    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA locking_mode = EXCLUSIVE", NULL, NULL, NULL),
                     SQLITE_OK); /* the shim has no shared memory */
    if (sqlite3_exec(db, sql, NULL, NULL, &text) != SQLITE_OK)
        fail_msg("%s: %s", sql, text);
    sqlite3_close(db);
}

static bool count_rows(void *context, const struct operation *operation)
{
    (void)operation;
    ++*(unsigned *)context;
    return true;
}

static void test_strange_rows(void **state)
{
    static const char *const changes[] = {
        "state = 6",
        "state = -1",
        "phase = 5",
        "kind = 11",
        "forced = 2",
        "percent = 2147483648",
        "error_number = -2147483649",
        "instance = replace(hex(zeroblob(33)), '00', 'ab')",
        "detail = detail || hex(zeroblob(6000))",
        "method = 'P' || char(0) || 'T'",
    };
    char sql[256];

    (void)state;
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        struct store *store = open_store();
        unsigned count = 0;

        make_operation(&one, 1, false);
        assert_int_equal(store_insert(store, &one, &two), STORE_OK);
        store_close(store);
        snprintf(sql, sizeof sql, "UPDATE operation SET %s", changes[i]);
        change_file(sql);
        store = open_store();
        if (store_get(store, one.id, &two) != STORE_FAILED)
            fail_msg("%s was read", changes[i]);
        assert_int_equal(two.id[0], '\0');
        store_why(store, why, sizeof why);
        assert_non_null(strstr(why, "an operation cannot be read"));
        assert_non_null(strstr(why, "damaged"));
        assert_int_equal(store_list(store, &(struct store_filter){.limit = 0}, count_rows, &count),
                         STORE_FAILED);
        assert_int_equal(count, 0);
        store_close(store);
        failing_forget();
        remove_files();
    }
}

/* An index that does not hold what the table holds: the promises it guards would be void. */
static void test_index_disagrees(void **state)
{
    struct store *store = open_store();

    (void)state;
    make_operation(&one, 1, false);
    assert_int_equal(store_insert(store, &one, &two), STORE_OK);
    store_close(store);
    change_file("PRAGMA writable_schema = ON;"
                "UPDATE sqlite_schema SET sql = replace(sql, '(request_id)', '(fingerprint)') "
                "WHERE name = 'operation_request'");
    assert_null(store_open(path, why, sizeof why));
    assert_non_null(strstr(why, "did not pass its check"));
    failing_forget();
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_synced_before_it_returns),
        TEST(test_power_cut_everywhere),
        TEST(test_power_cut_in_a_long_run),
        TEST(test_one_failure_of_the_disk),
        TEST(test_strange_rows),
        TEST(test_index_disagrees),
    };

    log_open("/dev/null", LOG_ERROR);
    failing_install();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
