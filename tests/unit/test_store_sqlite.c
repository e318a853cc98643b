/* SPDX-License-Identifier: MIT */
/* The journal's promise under failure: the disk, the power or memory fails at every point in turn.
 * */
#include "store_fixture.h"
#include "failing_sqlite.h"
#include "log.h"
#include <sqlite3.h>

/* What was promised to the scenario, and the store it runs on. */

enum { MOST = 40 };

static struct {
    bool inserted[MOST + 1], ended[MOST + 1]; /* promised; from 1 */
} promised;

/* Operations 1 to count, each ended before the next begins; goes on after failures. */
static void run_scenario(unsigned count, bool full)
{
    struct store *store = store_open(path, why, sizeof why);

    if (store == NULL)
        assert_non_null(strstr(why, path));
    for (unsigned number = 1; store != NULL && number <= count; number++) {
        make_operation(&one, number, full);
        if (store_insert(store, &one, &two) != STORE_OK)
            continue;
        promised.inserted[number] = true;
        end_operation(&one);
        promised.ended[number] = store_update(store, &one) == STORE_OK;
        if (store_get(store, one.id, &two) == STORE_OK && promised.ended[number])
            assert_same(&one, &two);
    }
    store_close(store);
}

/* Every promise is on the disk; an operation that was refused is there whole, or not at all. */
static void check_promises(unsigned count, bool full)
{
    struct store *store = open_store();

    for (unsigned number = 1; number <= count; number++) {
        bool there = false;

        make_operation(&one, number, full);
        there = store_get(store, one.id, &two) == STORE_OK;
        if (promised.inserted[number])
            assert_true(there);
        if (!there)
            continue;
        if (promised.ended[number])
            assert_int_equal(two.phase, PHASE_ENDED);
        if (two.phase == PHASE_ENDED)
            end_operation(&one);
        assert_same(&one, &two);
    }
    make_operation(&one, MOST + 1, full);
    assert_int_equal(store_insert(store, &one, &two), STORE_OK);
    store_close(store);
}

static void run_failing(struct failing_plan *plan, unsigned count, bool full, bool power)
{
    memset(&promised, 0, sizeof promised);
    run_scenario(count, full);
    failing_plan_set(plan, 0, false);
    if (power)
        failing_cut_power();
    check_promises(count, full);
    failing_forget();
    remove_files();
}

/* The scenario with a failure at every step-th call until there are no more calls. */
static void fail_everywhere(struct failing_plan *plan, unsigned count, long step, bool lasting)
{
    const bool full = plan == &failing_disk;
    long calls = 0;

    failing_plan_set(plan, 0, false);
    memset(&promised, 0, sizeof promised);
    run_scenario(count, full);
    calls = plan->calls;
    for (unsigned number = 1; number <= count; number++)
        assert_true(promised.inserted[number] && promised.ended[number]);
    failing_forget();
    remove_files();
    assert_true(calls > 100);
    for (long at = 1; at <= calls; at += step) {
        failing_plan_set(plan, at, lasting);
        run_failing(plan, count, full, plan == &failing_disk && lasting);
    }
    print_message("%ld calls\n", calls);
}

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

static void test_one_failure_of_memory(void **state)
{
    (void)state;
    fail_everywhere(&failing_memory, 1, 1, false);
}

static void test_no_more_memory(void **state)
{
    (void)state;
    fail_everywhere(&failing_memory, 1, 7, true);
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
        TEST(test_one_failure_of_memory),
        TEST(test_no_more_memory),
        TEST(test_strange_rows),
        TEST(test_index_disagrees),
    };

    log_open("/dev/null", LOG_ERROR);
    failing_install();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
