/* SPDX-License-Identifier: MIT */
/* The ODS double: every misuse of columns, rows and the end of a result set is seen. */
#include "ods_fixture.h"

/* --- misuse of result sets --- */

static void test_describe_out_of_order(void **state)
{
    (void)state;
    ods_double_call_begin(call);
    assert_int_equal(describe(2, ODS_INTN, 4), 0);
    assert_misuse("in order");
}

static void test_describe_twice(void **state)
{
    (void)state;
    begin_set();
    assert_int_equal(describe(2, ODS_INTN, 4), 0);
    assert_misuse("in order");
}

static void test_describe_after_row(void **state)
{
    (void)state;
    begin_set();
    fill_row();
    assert_int_equal(srv->sendrow(call), 1);
    assert_int_equal(describe(3, ODS_INTN, 4), 0);
    assert_misuse("after the first row");
}

static void test_describe_types(void **state)
{
    static const struct {
        int32_t token;
        int32_t length;
        bool is_right;
    } cases[] = {
        {ODS_INTN, 8, true},
        {ODS_INTN, 3, false},
        {ODS_BITN, 1, true},
        {ODS_BITN, 4, false},
        {ODS_INT4, 0, true},
        {ODS_NVARCHAR, 8000, true},
        {ODS_NVARCHAR, 8002, false},
        {ODS_NVARCHAR, 7, false},
        {ODS_NVARCHAR, 0, false},
        {ODS_BIGVARCHAR, 8001, false},
        {ODS_NTEXT, 16, false},
        {ODS_NULL, 4, false},
        {0xEE, 4, false},
        {ODS_VARCHAR, 256, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        tear_down(NULL);
        set_up(NULL);
        ods_double_call_begin(call);
        assert_int_equal(describe(1, (uint8_t)cases[i].token, cases[i].length), cases[i].is_right);
        assert_int_equal(record()->misuse_count, !cases[i].is_right);
    }
}

static void test_describe_conversion(void **state)
{
    (void)state;
    ods_double_call_begin(call);
    assert_int_equal(srv->describe(call, 1, NULL, 0, ODS_NVARCHAR, 20, ODS_BIGVARCHAR, 20, NULL),
                     0);
    assert_misuse("converts nothing");
}

static void test_describe_name(void **state)
{
    char name[] = "gr\xC3\xB6\xC3\x9F"
                  "e";

    (void)state;
    ods_double_call_begin(call);
    assert_int_equal(
        srv->describe(call, 1, name, ODS_NULL_TERMINATED, ODS_INTN, 4, ODS_INTN, 4, NULL), 0);
    assert_misuse("ASCII");
}

static void test_sendrow_undescribed(void **state)
{
    (void)state;
    ods_double_call_begin(call);
    assert_int_equal(srv->sendrow(call), 0);
    assert_misuse("no column was described");
}

static void test_column_undescribed(void **state)
{
    (void)state;
    begin_set();
    assert_int_equal(srv->setcoldata(call, 3, &number), 0);
    assert_misuse("column 3 was not described");
}

static void test_sendrow_without_data(void **state)
{
    (void)state;
    begin_set();
    fill_row();
    assert_int_equal(srv->setcoldata(call, 2, NULL), 1);
    assert_int_equal(srv->sendrow(call), 0);
    assert_misuse("no data");
    assert_int_equal(record()->sets[0].row_count, 0);
}

static void test_sendrow_without_length(void **state)
{
    (void)state;
    begin_set();
    fill_row();
    assert_int_equal(srv->sendrow(call), 1);
    srv->setcollen(call, 1, 0);
    assert_int_equal(srv->sendrow(call), 0);
    assert_misuse("srv_setcollen was not called");
}

static void test_setcollen(void **state)
{
    static const struct {
        int column;
        int length;
        const char *misuse;
    } cases[] = {
        {1, 0, NULL},
        {1, 4, NULL},
        {1, 2, "described length"},
        {1, 8, "longer than described"},
        {2, 20, NULL},
        {2, 22, "longer than described"},
        {2, 5, "half a UTF-16 unit"},
        {2, -1, "not within 0 to 8000"},
        {2, 8002, "not within 0 to 8000"},
        {3, 4, "fixed length"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        tear_down(NULL);
        set_up(NULL);
        begin_set();
        assert_int_equal(describe(3, ODS_INT4, 4), 3);
        assert_int_equal(srv->setcollen(call, cases[i].column, cases[i].length),
                         cases[i].misuse == NULL);
        if (cases[i].misuse == NULL)
            assert_no_misuse();
        else
            assert_misuse(cases[i].misuse);
    }
}

static void test_buffer_changed(void **state)
{
    uint16_t text[] = {'o', 'n', 'e'};

    (void)state;
    begin_set();
    fill_row();
    srv->setcoldata(call, 2, text);
    srv->setcollen(call, 2, 6);
    text[0] = 'O';
    assert_int_equal(srv->sendrow(call), 0);
    assert_misuse("buffer changed");
}

static void test_buffer_changed_length_first(void **state)
{
    uint16_t text[] = {'o', 'n', 'e'};

    (void)state;
    begin_set();
    srv->setcoldata(call, 1, &number);
    srv->setcollen(call, 1, 4);
    srv->setcollen(call, 2, 4);
    srv->setcoldata(call, 2, text);
    text[1] = 'O';
    assert_int_equal(srv->sendrow(call), 0);
    assert_misuse("buffer changed");
}

static void test_buffer_changed_between_rows(void **state)
{
    uint16_t text[] = {'o', 'n', 'e'};

    (void)state;
    begin_set();
    fill_row();
    srv->setcoldata(call, 2, text);
    srv->setcollen(call, 2, 6);
    assert_int_equal(srv->sendrow(call), 1);
    text[0] = 'O';
    srv->setcollen(call, 1, 4); /* unchanged: its buffer may stay */
    srv->setcollen(call, 2, 6);
    assert_int_equal(srv->sendrow(call), 0);
    assert_misuse("column 2");
    srv->setcoldata(call, 2, text);
    assert_int_equal(srv->sendrow(call), 1);
    assert_int_equal(record()->sets[0].row_count, 2);
}

static void test_row_half_pair(void **state)
{
    uint16_t text[] = {'x', 0xD83D};

    (void)state;
    begin_set();
    fill_row();
    srv->setcoldata(call, 2, text);
    srv->setcollen(call, 2, 4);
    assert_int_equal(srv->sendrow(call), 0);
    assert_misuse("surrogate");
}

static void test_message_between_rows(void **state)
{
    (void)state;
    begin_set();
    fill_row();
    srv->sendrow(call);
    assert_int_equal(message(50001, 0, 3), 1);
    assert_no_misuse(); /* it may still be the last row */
    fill_row();
    assert_int_equal(srv->sendrow(call), 1);
    assert_misuse("between columns or rows");
}

static void test_message_between_columns(void **state)
{
    (void)state;
    begin_set();
    message(50001, 0, 3);
    assert_int_equal(describe(3, ODS_INTN, 4), 3);
    assert_misuse("between the columns");
}

static void test_after_done(void **state)
{
    (void)state;
    begin_set();
    assert_int_equal(done(0), 1);
    assert_int_equal(srv->sendrow(call), 0);
    assert_int_equal(record()->misuse_count, 2); /* after the end, and of no column */
    message(50001, 0, 3);
    assert_int_equal(record()->misuse_count, 3);
    done(0);
    assert_int_equal(record()->misuse_count, 4);
}

static void test_second_set(void **state)
{
    (void)state;
    begin_set();
    done(0);
    assert_int_equal(describe(1, ODS_INTN, 4), 1);
    assert_misuse("one result set");
    assert_int_equal(record()->set_count, 2);
}

static void test_no_done(void **state)
{
    (void)state;
    begin_set();
    ods_double_call_end(call);
    assert_misuse("srv_senddone");
}

static void test_done_statuses(void **state)
{
    static const struct {
        uint16_t status;
        uint16_t info;
        int32_t count;
        const char *misuse;
    } cases[] = {
        {ODS_DONE_MORE, 0, 0, NULL},
        {ODS_DONE_MORE | ODS_DONE_ERROR, 0, 0, NULL},
        {0, 0, 0, "DONE_FINAL"},
        {ODS_DONE_COUNT, 0, 0, "without DONE_MORE"},
        {ODS_DONE_MORE | 0x80, 0, 0, "status bits"},
        {ODS_DONE_MORE, 1, 0, "info"},
        {ODS_DONE_MORE | ODS_DONE_COUNT, 0, 1, "rows sent"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        tear_down(NULL);
        set_up(NULL);
        begin_set();
        srv->senddone(call, cases[i].status, cases[i].info, cases[i].count);
        ods_double_call_end(call);
        if (cases[i].misuse == NULL)
            assert_no_misuse();
        else
            assert_misuse(cases[i].misuse);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_describe_out_of_order),
        CASE(test_describe_twice),
        CASE(test_describe_after_row),
        CASE(test_describe_types),
        CASE(test_describe_conversion),
        CASE(test_describe_name),
        CASE(test_sendrow_undescribed),
        CASE(test_column_undescribed),
        CASE(test_sendrow_without_data),
        CASE(test_sendrow_without_length),
        CASE(test_setcollen),
        CASE(test_buffer_changed),
        CASE(test_buffer_changed_length_first),
        CASE(test_buffer_changed_between_rows),
        CASE(test_row_half_pair),
        CASE(test_message_between_rows),
        CASE(test_message_between_columns),
        CASE(test_after_done),
        CASE(test_second_set),
        CASE(test_no_done),
        CASE(test_done_statuses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
