/* SPDX-License-Identifier: MIT */
/* The audit trail without memory: what it promised is in it, whole, and what it refused is not,
 * whichever allocation fails. */
#include "allocations.h"
#include "audit_fixture.h"
#include "crypto.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cjson/cJSON.h>
#include <cmocka.h>

enum { NOTES = 4, SEGMENT_BYTES = 700 /* some records each */ };

/* What the trail is like when the agent starts, and what came of it. */
struct start {
    const char *tail;   /* bytes behind the last record; NULL: none */
    const char *remove; /* a file that somebody took away; NULL: none */
    bool opened, promised[NOTES];
    unsigned long long flaws; /* that the walk is to find */
    bool gone;                /* the record from before */
};

static void fill(struct json *record, const void *what)
{
    json_add_string(record, "text", what);
    json_add_string(record, "caller", "CONTOSO\\dba");
    json_add_bool(record, "force", true);
    json_add_integer(record, "session_id", 51);
}

static const char *text_of(int number)
{
    static char text[32];

    snprintf(text, sizeof text, "note %d", number);
    return text;
}

static void prepare(void *context)
{
    struct start *start = context;
    char path[400];
    FILE *file = NULL;

    assert_int_equal(trail_set_up(NULL), 0);
    trail_open(SEGMENT_BYTES);
    trail_note("before");
    trail_close();
    trail_path(path, sizeof path, AUDIT_CURRENT);
    if (start->tail != NULL) {
        file = fopen(path, "a");
        assert_non_null(file);
        assert_true(fputs(start->tail, file) >= 0);
        assert_int_equal(fclose(file), 0);
    }
    if (start->remove != NULL) {
        trail_path(path, sizeof path, start->remove);
        assert_int_equal(remove(path), 0);
    }
}

static void act(void *context)
{
    struct start *start = context;
    char why[1800] = "";
    struct audit_file *file = audit_file_open(trail.directory, SEGMENT_BYTES, why, sizeof why);

    start->opened = file != NULL;
    for (int i = 0; i < NOTES; i++)
        start->promised[i] = file != NULL && audit_file_append(file, "note", fill, text_of(i));
    audit_file_close(file);
}

/* Whether a whole record with all its members has the text. */
static struct {
    const char *text;
    unsigned count;
} wanted;

static void count_wanted(void *context, const struct audit_line *line, const char *bytes,
                         size_t length)
{
    const char *text = json_text(line->record, "text");

    (void)context;
    (void)bytes;
    (void)length;
    if (text == NULL || strcmp(text, wanted.text) != 0)
        return;
    wanted.count++;
    if (strncmp(text, "note", 4) == 0) {
        assert_string_equal(json_text(line->record, "caller"), "CONTOSO\\dba");
        assert_true(json_bool(json_member(line->record, "force"), false));
        assert_int_equal(json_count(line->record), 9);
    }
}

static void no_flaw(void *context, const struct audit_flaw *flaw)
{
    (void)context;
    (void)flaw;
}

static unsigned count(const char *text)
{
    const struct audit_walk walk = {
        .directory = trail.directory, .on_flaw = no_flaw, .on_record = count_wanted};
    struct audit_found found;
    char why[1400] = "";

    wanted.text = text;
    wanted.count = 0;
    assert_true(audit_walk(&walk, &found, why, sizeof why));
    return wanted.count;
}

static void check(void *context, bool failed)
{
    struct start *start = context;

    assert_true(failed || start->opened);
    trail_open(SEGMENT_BYTES); /* with memory it always can */
    trail_note("after");
    trail_walk(NULL);
    /* What was wrong at a start that failed need not be told twice: all is linked by then. */
    if (trail.found.flaws != start->flaws && !(failed && trail.found.flaws == 0))
        fail_msg("%s line %zu: %s", trail.flaws[0].file, trail.flaws[0].line, trail.flaws[0].text);
    assert_int_equal(count("before"), start->gone ? 0 : 1);
    for (int i = 0; i < NOTES; i++) {
        assert_int_equal(count(text_of(i)), start->promised[i] ? 1 : 0);
        assert_true(failed || start->promised[i]);
    }
    assert_int_equal(count("after"), 1);
    assert_int_equal(trail_tear_down(NULL), 0);
}

static void each_allocation(struct start start)
{
    const struct fault_scenario scenario = {prepare, act, check, &start};

    assert_true(fault_each_allocation(&scenario) > 20);
}

static void test_whole(void **state)
{
    (void)state;
    each_allocation((struct start){.tail = NULL});
}

static void test_torn(void **state)
{
    (void)state;
    each_allocation((struct start){.tail = "{\"sequence\":3,\"previ"});
}

static void test_head_gone(void **state)
{
    (void)state;
    each_allocation((struct start){.remove = AUDIT_HEAD, .flaws = 1});
}

static void test_trail_gone(void **state)
{
    (void)state;
    each_allocation((struct start){.remove = AUDIT_CURRENT, .flaws = 1, .gone = true});
}

/* The walk itself: it says that memory ran out, or finds what there is. */
static void walk(void *context)
{
    const struct audit_walk asked = {
        .directory = trail.directory, .on_flaw = no_flaw, .on_record = count_wanted};
    char why[1400] = "";

    wanted.text = "before";
    wanted.count = 0;
    *(bool *)context = audit_walk(&asked, &trail.found, why, sizeof why);
    if (!*(bool *)context)
        assert_non_null(strstr(why, "memory ran out"));
}

static void prepare_walk(void *context)
{
    struct start start = {.tail = NULL};

    (void)context;
    prepare(&start);
}

static void check_walk(void *context, bool failed)
{
    const bool walked = *(bool *)context;

    if (!failed)
        assert_true(walked && trail.found.flaws == 0 && wanted.count == 1);
    /* A record that there was no memory for must not pass as one that is not there. */
    if (walked)
        assert_true(trail.found.flaws > 0 || (trail.found.records == 2 && wanted.count == 1));
    assert_int_equal(trail_tear_down(NULL), 0);
}

static void test_walk(void **state)
{
    bool walked = false;
    const struct fault_scenario scenario = {prepare_walk, walk, check_walk, &walked};

    (void)state;
    assert_true(fault_each_allocation(&scenario) > 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole),     cmocka_unit_test(test_torn),
        cmocka_unit_test(test_head_gone), cmocka_unit_test(test_trail_gone),
        cmocka_unit_test(test_walk),
    };
    cJSON_Hooks hooks = {malloc, free}; /* a shared library: else its allocations do not fail */

    cJSON_InitHooks(&hooks);
    if (!crypto_start())
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
