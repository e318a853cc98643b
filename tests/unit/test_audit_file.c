/* SPDX-License-Identifier: MIT */
/* The audit trail on disk: every change of a byte is found and located, a crash is survived and
 * marked, a hand that cut it is missed. */
#include "audit_fixture.h"
#include "json.h"
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

enum { LARGE = 1024 * 1024 };

/* begun, and three notes. */
static void make_four(void)
{
    trail_open(LARGE);
    trail_note("one");
    trail_note("two \"quoted\" \n gr\xC3\xBC\xC3\x9F");
    trail_note("three");
    trail_close();
}

static void test_whole(void **state)
{
    char head[AUDIT_HASH_SIZE];

    (void)state;
    make_four();
    trail_whole(4);
    assert_string_equal(trail.events, "begun 1;note 2;note 3;note 4;");
    assert_int_equal(trail.found.first, 1);
    assert_int_equal(trail.found.last.sequence, 4);
    memcpy(head, trail.found.last.hash, sizeof head);
    trail_open(LARGE);
    assert_string_equal(audit_file_head(trail.file)->hash, head);
    trail_note("four");
    trail_whole(5); /* beside the one who writes */
    trail_walk(head);
    assert_int_equal(trail.found.flaws, 0);
    head[0] = head[0] == 'a' ? 'b' : 'a';
    trail_walk(head);
    assert_int_equal(trail.found.flaws, 1);
    assert_non_null(strstr(trail.flaws[0].text, head));
}

/* The line of the file that a byte stands in, from 1. */
static size_t line_of(const char *bytes, size_t at)
{
    size_t line = 1;

    for (size_t i = 0; i < at; i++)
        line += bytes[i] == '\n';
    return line;
}

static void test_every_byte(void **state)
{
    static const char flips[] = {0x01, (char)0x80};
    size_t length = 0;
    char *bytes = NULL;

    (void)state;
    make_four();
    bytes = trail_read(AUDIT_CURRENT, &length);
    for (size_t i = 0; i < length; i++) {
        for (size_t flip = 0; flip < sizeof flips; flip++) {
            const size_t line = line_of(bytes, i);
            const char was = bytes[i];

            bytes[i] ^= flips[flip];
            trail_write(AUDIT_CURRENT, bytes, length);
            bytes[i] = was;
            trail_walk(NULL);
            assert_true(trail.found.flaws > 0);
            assert_string_equal(trail.flaws[0].file, AUDIT_CURRENT);
            assert_int_equal(trail.flaws[0].line, line);
            assert_true(trail.flaws[0].offset <= i);
            assert_int_equal(line_of(bytes, trail.flaws[0].offset), line);
        }
    }
    trail_write(AUDIT_CURRENT, bytes, length);
    trail_whole(4);
    free(bytes);
}

static void test_every_byte_of_the_head(void **state)
{
    size_t length = 0;
    char *bytes = NULL;

    (void)state;
    make_four();
    bytes = trail_read(AUDIT_HEAD, &length);
    for (size_t i = 0; i < length; i++) {
        bytes[i] ^= 1;
        trail_write(AUDIT_HEAD, bytes, length);
        bytes[i] ^= 1;
        trail_walk(NULL);
        /* Digits of "first" only lead to the file of the segment. */
        if (i < 20 || i >= 40)
            assert_true(trail.found.flaws > 0);
    }
    free(bytes);
}

/* Cut anywhere: inside a line, or behind a whole record. */
static void test_every_truncation(void **state)
{
    size_t length = 0;
    char *bytes = NULL;

    (void)state;
    make_four();
    bytes = trail_read(AUDIT_CURRENT, &length);
    /* A part of a line is awaited for a second, in case it is being written: not every byte. */
    for (size_t i = length - 1; i > 0; i--) {
        if (bytes[i - 1] != '\n')
            continue;
        trail_write(AUDIT_CURRENT, bytes, i);
        trail_flawed(AUDIT_HEAD, 0, "record 4");
    }
    trail_write(AUDIT_CURRENT, bytes, length - 10);
    trail_flawed(AUDIT_CURRENT, 4, "no end");
    trail_write(AUDIT_CURRENT, "", 0);
    trail_flawed(AUDIT_HEAD, 0, "record 4");
    free(bytes);
}

/* A record taken out, two exchanged, one doubled: each whole in itself. */
static void test_lines_moved(void **state)
{
    size_t length = 0;
    char *bytes = NULL, *made = NULL;
    const char *lines[5];

    (void)state;
    make_four();
    bytes = trail_read(AUDIT_CURRENT, &length);
    made = malloc(2 * length);
    assert_non_null(made);
    lines[0] = bytes;
    for (int i = 1; i < 5; i++)
        lines[i] = strchr(lines[i - 1], '\n') + 1;
    static const struct {
        int order[5];
        int count;
        size_t line;
    } cases[] = {{{0, 2, 3}, 3, 2}, {{0, 2, 1, 3}, 4, 2}, {{0, 1, 1, 2, 3}, 5, 3},
                 {{1, 2, 3}, 3, 1}, {{0, 1, 3}, 3, 3},    {{3}, 1, 1}};
    for (size_t n = 0; n < sizeof cases / sizeof cases[0]; n++) {
        size_t used = 0;

        for (int i = 0; i < cases[n].count; i++) {
            const int line = cases[n].order[i];
            const size_t size = (size_t)(lines[line + 1] - lines[line]);

            memcpy(made + used, lines[line], size);
            used += size;
        }
        trail_write(AUDIT_CURRENT, made, used);
        trail_flawed(AUDIT_CURRENT, cases[n].line, "record");
    }
    free(made);
    free(bytes);
}

static void test_torn(void **state)
{
    for (size_t part = 1; part < 100; part += 33) {
        size_t length = 0, torn_length = 0;
        char *bytes = NULL, *torn = NULL;

        make_four();
        bytes = trail_read(AUDIT_CURRENT, &length);
        bytes = realloc(bytes, length + part);
        assert_non_null(bytes);
        memset(bytes + length, '{', part);
        trail_write(AUDIT_CURRENT, bytes, length + part);
        trail_open(LARGE); /* as after a crash */
        trail_note("after");
        trail_close();
        trail_whole(6);
        assert_string_equal(trail.events, "begun 1;note 2;note 3;note 4;torn 5;note 6;");
        torn = trail_read("audit-torn-000000000005.bin", &torn_length);
        assert_int_equal(torn_length, part);
        assert_memory_equal(torn, bytes + length, part);
        free(torn);
        free(bytes);
        assert_int_equal(trail_tear_down(state), 0);
        assert_int_equal(trail_set_up(state), 0);
    }
}

static void test_segments(void **state)
{
    char path[200];

    (void)state;
    trail_open(1000); /* two or three records */
    for (int i = 0; i < 20; i++)
        trail_note("a text of some length, so that a segment fills after a few of them");
    trail_walk(NULL);
    assert_int_equal(trail.found.flaws, 0);
    assert_int_equal(trail.found.first, 1);
    assert_int_equal(trail.found.last.sequence, trail.found.records);
    assert_true(trail.found.records > 25); /* a "begun" for each segment */
    trail_open(1000);                      /* goes on in the segment it finds */
    trail_note("again");
    trail_walk(NULL);
    assert_int_equal(trail.found.flaws, 0);
    /* The oldest is archived. */
    trail_path(path, sizeof path, "audit-000000000001.jsonl");
    assert_int_equal(unlink(path), 0);
    trail_walk(NULL);
    assert_int_equal(trail.found.flaws, 0);
    assert_string_equal(trail.found.missing, "audit-000000000001.jsonl");
    assert_true(trail.found.first > 1);
}

/* One byte in a segment in the middle. */
static void test_old_segment(void **state)
{
    char name[AUDIT_NAME_SIZE], *bytes = NULL;
    size_t length = 0;

    (void)state;
    trail_open(1000);
    for (int i = 0; i < 12; i++)
        trail_note("a text of some length, so that a segment fills after a few of them");
    snprintf(name, sizeof name, "audit-%012lld.jsonl", audit_file_head(trail.file)->first);
    trail_note("a text of some length, so that a segment fills after a few of them");
    trail_note("a text of some length, so that a segment fills after a few of them");
    trail_note("a text of some length, so that a segment fills after a few of them");
    trail_close();
    bytes = trail_read(name, &length);
    bytes[length - 100] ^= 1;
    trail_write(name, bytes, length);
    trail_walk(NULL);
    assert_true(trail.found.flaws > 0);
    assert_string_equal(trail.flaws[0].file, name);
    assert_true(trail.flaws[0].line > 1);
    free(bytes);
}

/* A crash between the renaming of a full segment and the first record of the next. */
static void test_crash_between_segments(void **state)
{
    char from[200], to[200];

    (void)state;
    make_four();
    trail_path(from, sizeof from, AUDIT_CURRENT);
    trail_path(to, sizeof to, "audit-000000000001.jsonl");
    assert_int_equal(rename(from, to), 0);
    trail_open(LARGE);
    trail_note("after");
    trail_whole(6);
    assert_string_equal(trail.events, "begun 1;note 2;note 3;note 4;begun 5;note 6;");
}

/* What an agent that starts finds changed goes into its next record, and a walk tells it. */
static void test_broken_at_start(void **state)
{
    size_t length = 0;
    char *bytes = NULL, *middle = NULL;
    char path[200];

    (void)state;
    make_four();
    bytes = trail_read(AUDIT_CURRENT, &length);
    /* The last record is cut off. */
    middle = bytes + length - 2;
    while (*middle != '\n')
        middle--;
    trail_write(AUDIT_CURRENT, bytes, (size_t)(middle - bytes) + 1);
    trail_open(LARGE);
    trail_note("after");
    trail_close();
    trail_flawed(AUDIT_CURRENT, 1, "ends with record 3; record 4 was the last");
    assert_string_equal(trail.events, "begun 1;note 2;note 3;begun 5;note 6;");
    /* Once the damaged file is archived, what follows is whole. */
    trail_path(path, sizeof path, "audit-000000000001.jsonl");
    assert_int_equal(unlink(path), 0);
    trail_whole(2);
    free(bytes);
}

/* A first record past reading is found, and what is kept of the end stays right. */
static void test_first_past_reading(void **state)
{
    size_t length = 0;
    char *bytes = NULL;
    char why[500];

    (void)state;
    make_four();
    bytes = trail_read(AUDIT_CURRENT, &length);
    bytes[1] ^= 1;
    trail_write(AUDIT_CURRENT, bytes, length);
    trail_open(LARGE);
    trail_note("after");
    assert_true(audit_file_check_end(trail.file, why, sizeof why));
    trail_flawed(AUDIT_CURRENT, 1, "the record");
    assert_int_equal(trail.found.flaws, 1);
    assert_int_equal(trail.found.last.sequence, 5);
    free(bytes);
}

static void test_deleted(void **state)
{
    char path[200];

    (void)state;
    make_four();
    trail_path(path, sizeof path, AUDIT_CURRENT);
    assert_int_equal(unlink(path), 0);
    trail_open(LARGE);
    trail_close();
    trail_flawed(AUDIT_CURRENT, 1, "record 4 was the last");
    assert_string_equal(trail.events, "begun 5;");
}

static void test_head_deleted(void **state)
{
    char path[200];

    (void)state;
    make_four();
    trail_path(path, sizeof path, AUDIT_HEAD);
    assert_int_equal(unlink(path), 0);
    trail_flawed(AUDIT_HEAD, 0, "gone");
    trail_open(LARGE);
    trail_flawed(AUDIT_CURRENT, 1, "audit.head is gone");
}

/* It has one length always: what is longer must not stay so under what is written over it. */
static void test_head_too_long(void **state)
{
    static char bytes[200];

    (void)state;
    make_four();
    memset(bytes, '0', sizeof bytes);
    trail_write(AUDIT_HEAD, bytes, sizeof bytes);
    trail_flawed(AUDIT_HEAD, 0, "damaged");
    trail_open(LARGE);
    trail_note("five");
    trail_close();
    trail_walk(NULL);
    for (size_t i = 0; i < trail.found.flaws; i++)
        assert_string_not_equal(trail.flaws[i].file, AUDIT_HEAD);
}

static void fill_one(struct json *record, const void *what)
{
    json_add_string(record, "text", what);
}

/* After a power failure the head may be behind, and only behind. */
static void test_head_behind(void **state)
{
    size_t length = 0;
    char *bytes = NULL;

    (void)state;
    make_four();
    bytes = trail_read(AUDIT_HEAD, &length);
    trail_open(LARGE);
    trail_note("five");
    trail_close();
    trail_write(AUDIT_HEAD, bytes, length);
    trail_whole(5);
    trail_open(LARGE);
    trail_note("six");
    trail_whole(6);
    free(bytes);
}

/* The disk is full for a while: nothing is half written, and the chain goes on afterwards. */
static void test_full_disk(void **state)
{
    struct rlimit before, limit;
    struct stat about;
    char path[200];

    (void)state;
    make_four();
    trail_open(LARGE);
    trail_path(path, sizeof path, AUDIT_CURRENT);
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, SIG_IGN);
    for (rlim_t room = 0; room < 60; room += 20) {
        limit = before;
        limit.rlim_cur = (rlim_t)about.st_size + room;
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
        assert_false(audit_file_append(trail.file, "note", fill_one, "no room"));
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
        assert_non_null(strstr(audit_file_why(trail.file), "File too large"));
        trail_whole(4);
    }
    signal(SIGXFSZ, SIG_DFL);
    trail_note("room");
    trail_whole(5);
}

static void test_no_trail(void **state)
{
    const struct audit_walk walk = {.directory = trail.directory};
    struct audit_found found;
    char why[1400] = "";

    (void)state;
    assert_false(audit_walk(&walk, &found, why, sizeof why));
    assert_non_null(strstr(why, "audit.jsonl"));
    assert_null(audit_file_open("/nowhere", LARGE, why, sizeof why));
    assert_non_null(strstr(why, "/nowhere/audit.jsonl"));
}

/* A file that names another place is not followed there. */
static void test_previous_elsewhere(void **state)
{
    struct json *record = json_new_object();
    char hash[AUDIT_HASH_SIZE], *line = NULL;

    (void)state;
    json_add_integer(record, "sequence", 9);
    json_add_string(record, "previous", audit_no_hash);
    json_add_string(record, "event", "begun");
    json_add_string(record, "previous_file", "../../etc/passwd");
    line = audit_line_seal(record, hash);
    assert_non_null(line);
    trail_write(AUDIT_CURRENT, line, strlen(line));
    trail_flawed(AUDIT_CURRENT, 1, "record 9 is the first");
    free(line);
    json_free(record);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_whole, trail_set_up, trail_tear_down),
        cmocka_unit_test_setup_teardown(test_every_byte, trail_set_up, trail_tear_down),
        cmocka_unit_test_setup_teardown(test_every_byte_of_the_head, trail_set_up, trail_tear_down),
        cmocka_unit_test_setup_teardown(test_every_truncation, trail_set_up, trail_tear_down),
        cmocka_unit_test_setup_teardown(test_lines_moved, trail_set_up, trail_tear_down),
        cmocka_unit_test_setup_teardown(test_torn, trail_set_up, trail_tear_down),
        cmocka_unit_test_setup_teardown(test_segments, trail_set_up, trail_tear_down),
        cmocka_unit_test_setup_teardown(test_old_segment, trail_set_up, trail_tear_down),
        cmocka_unit_test_setup_teardown(test_crash_between_segments, trail_set_up, trail_tear_down),
        cmocka_unit_test_setup_teardown(test_broken_at_start, trail_set_up, trail_tear_down),
        cmocka_unit_test_setup_teardown(test_first_past_reading, trail_set_up, trail_tear_down),
        cmocka_unit_test_setup_teardown(test_deleted, trail_set_up, trail_tear_down),
        cmocka_unit_test_setup_teardown(test_head_deleted, trail_set_up, trail_tear_down),
        cmocka_unit_test_setup_teardown(test_head_too_long, trail_set_up, trail_tear_down),
        cmocka_unit_test_setup_teardown(test_head_behind, trail_set_up, trail_tear_down),
        cmocka_unit_test_setup_teardown(test_full_disk, trail_set_up, trail_tear_down),
        cmocka_unit_test_setup_teardown(test_no_trail, trail_set_up, trail_tear_down),
        cmocka_unit_test_setup_teardown(test_previous_elsewhere, trail_set_up, trail_tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
