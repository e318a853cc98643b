/* SPDX-License-Identifier: MIT */
/* The journal as the agent uses it: what is kept, and what is refused. */
#include "store_fixture.h"
#include "deadline.h"
#include "log.h"
#include "thread.h"

static struct operation three;

/* The members that no caller leaves empty, and nothing else. */
static void make_bare(struct operation *operation, unsigned number)
{
    memset(operation, 0, sizeof *operation);
    snprintf(operation->id, sizeof operation->id, "%08x-0000-4000-8000-00000000000a", number);
    snprintf(operation->request_id, sizeof operation->request_id,
             "%08x-0000-4000-8000-00000000000b", number);
}

static void name_resource(struct operation *operation, const char *resource)
{
    memset(operation->resource, 0, sizeof operation->resource);
    text_copy(operation->resource, sizeof operation->resource, resource);
}

static void test_round_trip(void **state)
{
    struct store *store = open_store();

    (void)state;
    for (unsigned number = 1; number <= 4; number++) {
        make_operation(&one, number, number % 2 == 0);
        assert_int_equal(store_insert(store, &one, &two), STORE_OK);
        assert_int_equal(store_get(store, one.id, &two), STORE_OK);
        assert_same(&one, &two);
        assert_int_equal(store_get_request(store, one.request_id, &three), STORE_OK);
        assert_same(&one, &three);
    }
    make_bare(&one, 5);
    assert_int_equal(store_insert(store, &one, &two), STORE_OK);
    assert_int_equal(store_get(store, one.id, &two), STORE_OK);
    assert_same(&one, &two);
    store_close(store);
}

static void test_update(void **state)
{
    struct store *store = open_store();

    (void)state;
    make_operation(&one, 1, true);
    assert_int_equal(store_insert(store, &one, &two), STORE_OK);
    make_operation(&two, 2, true);
    memcpy(two.id, one.id, sizeof two.id);
    assert_int_equal(store_update(store, &two), STORE_OK);
    assert_int_equal(store_get(store, one.id, &three), STORE_OK);
    assert_same(&two, &three);
    assert_int_equal(store_get_request(store, one.request_id, &three), STORE_NOT_FOUND);
    make_operation(&two, 3, false);
    assert_int_equal(store_update(store, &two), STORE_NOT_FOUND);
    assert_int_equal(store_get(store, two.id, &three), STORE_NOT_FOUND);
    store_close(store);
}

static void test_duplicate_request(void **state)
{
    struct store *store = open_store();

    (void)state;
    make_operation(&one, 1, false);
    end_operation(&one);
    assert_int_equal(store_insert(store, &one, &three), STORE_OK);
    make_operation(&two, 2, false);
    memcpy(two.request_id, one.request_id, sizeof two.request_id);
    assert_int_equal(store_insert(store, &two, &three), STORE_DUPLICATE);
    assert_same(&one, &three);
    for (char *c = two.request_id; *c != '\0'; c++) /* GUIDs are the same in any case */
        *c = (char)(*c >= 'a' && *c <= 'f' ? *c - 'a' + 'A' : *c);
    assert_string_not_equal(two.request_id, one.request_id);
    memset(&three, 0, sizeof three);
    assert_int_equal(store_insert(store, &two, &three), STORE_DUPLICATE);
    assert_same(&one, &three);
    assert_int_equal(store_get(store, two.id, &three), STORE_NOT_FOUND);
    store_close(store);
}

static void test_one_open_a_resource(void **state)
{
    struct store *store = open_store();

    (void)state;
    make_operation(&one, 1, false);
    one.state = OPERATION_ACCEPTED;
    assert_int_equal(store_insert(store, &one, &three), STORE_OK);
    make_operation(&two, 2, false);
    snprintf(two.instance, sizeof two.instance, "INSTANCE-1");
    snprintf(two.resource, sizeof two.resource, "LINK link-1"); /* Azure's names have no case */
    assert_int_equal(store_insert(store, &two, &three), STORE_DUPLICATE);
    assert_same(&one, &three);
    assert_int_equal(count_open(store), 1);

    one.state = OPERATION_RUNNING;
    assert_int_equal(store_update(store, &one), STORE_OK);
    assert_int_equal(store_insert(store, &two, &three), STORE_DUPLICATE);
    end_operation(&one);
    assert_int_equal(store_update(store, &one), STORE_OK);
    assert_int_equal(store_insert(store, &two, &three), STORE_OK);
    one.state = OPERATION_RUNNING; /* the ended one cannot come back beside it */
    assert_int_equal(store_update(store, &one), STORE_DUPLICATE);
    assert_int_equal(count_open(store), 1);
    store_close(store);
}

static void test_license_excludes_its_like_alone(void **state)
{
    struct store *store = open_store();

    (void)state;
    make_operation(&one, 1, false);
    one.kind = OPERATION_LICENSE_SET;
    name_resource(&one, "instance");
    assert_int_equal(store_insert(store, &one, &three), STORE_OK);
    make_operation(&two, 2, false);
    memcpy(two.instance, one.instance, sizeof two.instance);
    assert_int_equal(store_insert(store, &two, &three), STORE_OK);
    make_operation(&two, 3, false);
    two.kind = OPERATION_LICENSE_SET;
    memcpy(two.instance, one.instance, sizeof two.instance);
    name_resource(&two, "instance");
    assert_int_equal(store_insert(store, &two, &three), STORE_DUPLICATE);
    assert_same(&one, &three);
    snprintf(two.instance, sizeof two.instance, "another");
    assert_int_equal(store_insert(store, &two, &three), STORE_OK);
    assert_int_equal(count_open(store), 3);
    store_close(store);
}

/* Where both stand in the way, the caller's own request is the answer. */
static void test_request_before_resource(void **state)
{
    struct store *store = open_store();

    (void)state;
    make_operation(&one, 1, false);
    assert_int_equal(store_insert(store, &one, &three), STORE_OK);
    make_operation(&two, 2, false);
    end_operation(&two);
    assert_int_equal(store_insert(store, &two, &three), STORE_OK);
    two.state = OPERATION_ACCEPTED;
    memcpy(two.instance, one.instance, sizeof two.instance);
    memcpy(two.resource, one.resource, sizeof two.resource);
    two.id[0] = 'f';
    assert_int_equal(store_insert(store, &two, &three), STORE_DUPLICATE);
    assert_string_equal(three.request_id, two.request_id);
    store_close(store);
}

static void test_id_taken(void **state)
{
    struct store *store = open_store();

    (void)state;
    make_operation(&one, 1, false);
    assert_int_equal(store_insert(store, &one, &three), STORE_OK);
    make_operation(&two, 2, false);
    memcpy(two.id, one.id, sizeof two.id);
    assert_int_equal(store_insert(store, &two, &three), STORE_FAILED);
    store_why(store, why, sizeof why);
    assert_non_null(strstr(why, "id is taken"));
    assert_null(strstr(why, one.id));
    store_close(store);
}

struct seen {
    unsigned numbers[64];
    size_t count, stop_at;
};

static bool note(void *context, const struct operation *operation)
{
    struct seen *seen = context;
    unsigned number = 0;

    assert_int_equal(sscanf(operation->id, "%8x", &number), 1);
    assert_in_range(seen->count, 0, 63);
    seen->numbers[seen->count++] = number;
    return seen->count != seen->stop_at;
}

static void expect_list(struct store *store, const struct store_filter *filter,
                        const char *expected)
{
    struct seen seen = {.count = 0};
    char text[256] = "";

    assert_int_equal(store_list(store, filter, note, &seen), STORE_OK);
    for (size_t i = 0; i < seen.count; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%u", i > 0 ? " " : "",
                 seen.numbers[i]);
    assert_string_equal(text, expected);
}

/* 1 to 6, started at 1000 times their number except 4, as late as 3; instance east for the odd. */
static void fill_list(struct store *store)
{
    static const enum operation_state states[] = {
        OPERATION_SUCCEEDED, OPERATION_ACCEPTED, OPERATION_RUNNING,
        OPERATION_FAILED,    OPERATION_CANCELED, OPERATION_UNKNOWN,
    };
    static const unsigned order[] = {2, 6, 3, 1, 4, 5};

    for (size_t i = 0; i < 6; i++) {
        make_bare(&one, order[i]);
        one.state = states[order[i] - 1];
        one.started_ms = order[i] == 4 ? 3000 : 1000 * (uint64_t)order[i];
        snprintf(one.instance, sizeof one.instance, order[i] % 2 == 1 ? "east" : "west");
        assert_int_equal(store_insert(store, &one, &two), STORE_OK);
    }
}

static void test_list(void **state)
{
    struct store *store = open_store();
    struct seen seen = {.stop_at = 2};

    (void)state;
    expect_list(store, &(struct store_filter){.limit = 0}, "");
    fill_list(store);
    expect_list(store, &(struct store_filter){.limit = 0}, "6 5 4 3 2 1");
    expect_list(store, &(struct store_filter){.limit = 2}, "6 5");
    expect_list(store, &(struct store_filter){.instance = ""}, "6 5 4 3 2 1");
    expect_list(store, &(struct store_filter){.instance = "EAST"}, "5 3 1");
    expect_list(store, &(struct store_filter){.instance = "east", .limit = 1}, "5");
    expect_list(store, &(struct store_filter){.instance = "eas"}, "");
    expect_list(store, &(struct store_filter){.by_state = true, .state = OPERATION_FAILED}, "4");
    expect_list(store, &(struct store_filter){.by_state = true}, "2");
    expect_list(store, &(struct store_filter){.open_only = true}, "3 2");
    expect_list(store, &(struct store_filter){.open_only = true, .limit = 1}, "3");
    expect_list(store, &(struct store_filter){.open_only = true, .instance = "west"}, "2");
    expect_list(store, &(struct store_filter){.open_only = true, .since_ms = 2001}, "3");
    expect_list(store, &(struct store_filter){.open_only = true, .by_state = true}, "2");
    expect_list(store, &(struct store_filter){.since_ms = 3000}, "6 5 4 3");
    expect_list(store, &(struct store_filter){.since_ms = 3001}, "6 5");
    expect_list(store, &(struct store_filter){.since_ms = UINT64_MAX}, "");
    assert_int_equal(store_list(store, &(struct store_filter){.limit = 0}, note, &seen), STORE_OK);
    assert_int_equal(seen.count, 2);
    expect_list(store, &(struct store_filter){.limit = SIZE_MAX}, "6 5 4 3 2 1");
    assert_int_equal(count_open(store), 2);
    store_close(store);
}

static void test_reopen(void **state)
{
    struct store *store = open_store();

    (void)state;
    make_operation(&one, 1, true);
    assert_int_equal(store_insert(store, &one, &two), STORE_OK);
    store_close(store);
    store = open_store();
    assert_int_equal(store_get(store, one.id, &two), STORE_OK);
    assert_same(&one, &two);
    assert_int_equal(count_open(store), 1);
    store_close(store);
    store_close(NULL);
}

/* ---- old operations ---- */

static long long file_size(void)
{
    struct stat about;

    assert_int_equal(stat(path, &about), 0);
    return about.st_size;
}

static void insert_ended(struct store *store, unsigned number, uint64_t started_ms)
{
    make_operation(&one, number, true);
    end_operation(&one);
    one.started_ms = started_ms;
    one.ended_ms = started_ms + 10;
    assert_int_equal(store_insert(store, &one, &two), STORE_OK);
}

/* The oldest first, so many at a time; open ones never, nor what ended later. */
static void test_prune(void **state)
{
    struct store *store = open_store();
    size_t removed = 99;

    (void)state;
    assert_int_equal(store_prune(store, UINT64_MAX, 10, &removed), STORE_OK);
    assert_int_equal(removed, 0);
    for (unsigned number = 1; number <= 5; number++)
        insert_ended(store, number, 1000 * (uint64_t)number);
    make_operation(&one, 6, false);
    one.started_ms = one.ended_ms = 1;
    assert_int_equal(store_insert(store, &one, &two), STORE_OK);
    insert_ended(store, 7, 2000); /* took long */
    two = one;
    two.ended_ms = 90000;
    assert_int_equal(store_update(store, &two), STORE_OK);
    assert_int_equal(store_prune(store, 4010, 2, &removed), STORE_OK);
    assert_int_equal(removed, 2);
    expect_list(store, &(struct store_filter){.limit = 0}, "5 4 3 7 6");
    assert_int_equal(store_prune(store, 4010, 2, &removed), STORE_OK);
    assert_int_equal(removed, 1);
    assert_int_equal(store_prune(store, 4010, 2, &removed), STORE_OK);
    assert_int_equal(removed, 0);
    expect_list(store, &(struct store_filter){.limit = 0}, "5 4 7 6");
    make_operation(&one, 1, false); /* forgotten: its ids are free */
    assert_int_equal(store_get_request(store, one.request_id, &two), STORE_NOT_FOUND);
    assert_int_equal(store_insert(store, &one, &two), STORE_OK);
    store_close(store);
}

/* Their room in the file is given back. */
static void test_prune_shrinks(void **state)
{
    struct store *store = open_store();
    long long full = 0;
    size_t removed = 1;

    (void)state;
    for (unsigned number = 1; number <= 60; number++)
        insert_ended(store, number, number);
    store_close(store);
    full = file_size();
    store = open_store();
    for (unsigned rounds = 0; removed > 0; rounds++) {
        assert_true(rounds < 60);
        assert_int_equal(store_prune(store, 59000, 16, &removed), STORE_OK);
    }
    expect_list(store, &(struct store_filter){.limit = 0}, "");
    store_close(store);
    assert_true(file_size() < full / 5);
    store_close(open_store());
}

enum { THREADS = 4, INSERTS = 25 };

struct worker {
    struct store *store;
    unsigned first;
    unsigned won;
};

/* Each of INSERTS resources is wanted by all threads at once. */
static void insert_rivals(void *context)
{
    struct worker *worker = context;
    struct operation *mine = calloc(2, sizeof *mine);

    for (unsigned i = 0; mine != NULL && i < INSERTS; i++) {
        make_operation(mine, worker->first + i, false);
        snprintf(mine->instance, sizeof mine->instance, "shared");
        snprintf(mine->resource, sizeof mine->resource, "link link-%u", i);
        if (store_insert(worker->store, mine, mine + 1) == STORE_OK)
            worker->won++;
    }
    free(mine);
}

static void test_threads(void **state)
{
    struct store *store = open_store();
    struct worker workers[THREADS];
    struct thread *threads[THREADS];
    unsigned won = 0;

    (void)state;
    for (unsigned i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){store, 1000 * (i + 1), 0};
        threads[i] = thread_start(insert_rivals, &workers[i]);
        assert_non_null(threads[i]);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        thread_join(threads[i]);
        won += workers[i].won;
    }
    assert_int_equal(won, INSERTS);
    assert_int_equal(count_open(store), INSERTS);
    store_close(store);
}

static bool count_one(void *context, const struct operation *operation)
{
    (void)operation;
    ++*(size_t *)context;
    return true;
}

static void print_rate(const char *what, unsigned count, uint64_t since_ms)
{
    const uint64_t spent = clock_monotonic_ms() - since_ms;

    print_message("%s: %u in %llu ms, %.1f us each\n", what, count, (unsigned long long)spent,
                  1000.0 * (double)spent / count);
}

static void test_ten_thousand(void **state)
{
    struct store *store = open_store();
    uint64_t start = clock_monotonic_ms();
    size_t count = 0;

    (void)state;
    for (unsigned number = 1; number <= 10000; number++) {
        make_operation(&one, number, false);
        if (number > 100)
            end_operation(&one);
        assert_int_equal(store_insert(store, &one, &two), STORE_OK);
    }
    print_rate("insert", 10000, start);
    start = clock_monotonic_ms();
    for (unsigned number = 1; number <= 1000; number++) {
        make_operation(&one, number * 10, false);
        assert_int_equal(store_get(store, one.id, &two), STORE_OK);
    }
    print_rate("get", 1000, start);
    start = clock_monotonic_ms();
    assert_int_equal(store_list(store, &(struct store_filter){.limit = 0}, count_one, &count),
                     STORE_OK);
    assert_int_equal(count, 10000);
    print_rate("list all", 1, start);
    start = clock_monotonic_ms();
    count = 0;
    assert_int_equal(
        store_list(store, &(struct store_filter){.open_only = true}, count_one, &count), STORE_OK);
    assert_int_equal(count, 100);
    assert_int_equal(count_open(store), 100);
    print_rate("list the 100 open", 1, start);
    start = clock_monotonic_ms();
    for (size_t removed = 16, all = 0; removed == 16; all += removed) {
        assert_int_equal(store_prune(store, one.started_ms - 5000, 16, &removed), STORE_OK);
        assert_true(all <= 4900);
    }
    print_rate("prune in batches", 307, start);
    count = 0;
    assert_int_equal(store_list(store, &(struct store_filter){.limit = 0}, count_one, &count),
                     STORE_OK);
    assert_int_equal(count, 5102);
    start = clock_monotonic_ms();
    store_close(store);
    print_rate("close", 1, start);
    start = clock_monotonic_ms();
    store = open_store();
    print_rate("open", 1, start);
    store_close(store);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_round_trip),
        TEST(test_update),
        TEST(test_duplicate_request),
        TEST(test_one_open_a_resource),
        TEST(test_license_excludes_its_like_alone),
        TEST(test_request_before_resource),
        TEST(test_id_taken),
        TEST(test_list),
        TEST(test_reopen),
        TEST(test_prune),
        TEST(test_prune_shrinks),
        TEST(test_threads),
        TEST(test_ten_thousand),
    };

    log_open("/dev/null", LOG_ERROR);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
