/* SPDX-License-Identifier: MIT */
/* The ODS double: right use passes; misuse of parameters, messages, threads and time is seen. */
#include "ods_fixture.h"
#include <dlfcn.h>
#include <pthread.h>

/* --- a procedure that errs in nothing --- */

static void test_right_use(void **state)
{
    const struct ods_double_set *set = NULL;
    int32_t eight = 8;

    (void)state;
    add_int(true);
    begin_set();
    fill_row();
    assert_int_equal(srv->sendrow(call), 1);
    fill_row();
    assert_int_equal(srv->setcollen(call, 2, 0), 1);
    assert_int_equal(srv->sendrow(call), 1);
    assert_int_equal(message(50001, 0, 3), 1);
    assert_int_equal(done(2), 1);
    assert_int_equal(srv->paramsetoutput(call, 1, (uint8_t *)&eight, 4, 0), 1);
    ods_double_call_end(call);
    assert_no_misuse();

    assert_int_equal(record()->set_count, 1);
    set = &record()->sets[0];
    assert_int_equal(set->column_count, 2);
    assert_string_equal(set->columns[0].name, "column_name");
    assert_int_equal(set->columns[1].token, ODS_NVARCHAR);
    assert_int_equal(set->columns[1].length, 20);
    assert_int_equal(set->row_count, 2);
    assert_memory_equal(set->values[0].bytes, &number, 4);
    assert_int_equal(set->values[1].length, 6);
    assert_memory_equal(set->values[1].bytes, letters, 6);
    assert_false(set->values[1].is_null);
    assert_true(set->values[3].is_null);
    assert_true(set->is_done);
    assert_int_equal(set->status, ODS_DONE_MORE | ODS_DONE_COUNT);
    assert_int_equal(set->count, 2);
    assert_int_equal(record()->message_count, 1);
    assert_int_equal(record()->messages[0].number, 50001);
    assert_int_equal(record()->messages[0].characters, 3);
    assert_int_equal(record()->messages[0].sets_before, 1);
    assert_true(record()->outputs[0].is_set);
    assert_memory_equal(record()->outputs[0].value.bytes, &eight, 4);
}

static void test_fixed_column(void **state)
{
    int32_t value = 1;

    (void)state;
    ods_double_call_begin(call);
    assert_int_equal(srv->describe(call, 1, NULL, 0, ODS_INT4, 4, ODS_INT4, 4, &value), 1);
    assert_int_equal(srv->sendrow(call), 1);
    value = 2;
    assert_int_equal(srv->setcoldata(call, 1, &value), 1);
    assert_int_equal(srv->sendrow(call), 1);
    assert_int_equal(done(2), 1);
    ods_double_call_end(call);
    assert_no_misuse();
    assert_int_equal(record()->sets[0].values[1].bytes[0], 2);
}

/* The code under test looks the functions up in the process by their names. */
static void assert_exported(const char *name, const void *function, size_t size)
{
    void *found = dlsym(RTLD_DEFAULT, name);

    assert_non_null(found);
    assert_memory_equal(&found, function, size);
}

static void test_exported(void **state)
{
    (void)state;
#define ASSERT_EXPORTED(name) assert_exported("srv_" #name, &srv->name, sizeof srv->name)
    ASSERT_EXPORTED(rpcparams);
    ASSERT_EXPORTED(paraminfo);
    ASSERT_EXPORTED(paramname);
    ASSERT_EXPORTED(paramstatus);
    ASSERT_EXPORTED(paramsetoutput);
    ASSERT_EXPORTED(describe);
    ASSERT_EXPORTED(setcoldata);
    ASSERT_EXPORTED(setcollen);
    ASSERT_EXPORTED(sendrow);
    ASSERT_EXPORTED(senddone);
    ASSERT_EXPORTED(wsendmsg);
    ASSERT_EXPORTED(got_attention);
    ASSERT_EXPORTED(pfield);
#undef ASSERT_EXPORTED
}

/* --- misuse of parameters --- */

static void test_paraminfo(void **state)
{
    uint8_t token = 0;
    uint32_t maximum = 0;
    uint32_t actual = 0;
    uint8_t data[5] = {9, 9, 9, 9, 9};
    int length = 0;

    (void)state;
    add_int(false);
    ods_double_call_begin(call);
    assert_int_equal(srv->rpcparams(call), 1);
    assert_int_equal(info(1, &token, &maximum, &actual, NULL), 1);
    assert_int_equal(token, ODS_INTN);
    assert_int_equal(maximum, 4);
    assert_int_equal(actual, 4);
    assert_int_equal(info(1, &token, &maximum, &actual, data), 1);
    assert_int_equal(data[0], 7);
    assert_int_equal(data[4], 9); /* exactly the value, no terminator */
    assert_string_equal(srv->paramname(call, 1, &length), "@n");
    assert_int_equal(length, 2);
    assert_int_equal(srv->paramstatus(call, 1), 0);
    ods_double_call_end(call);
    assert_no_misuse();
}

static void test_parameter_out_of_range(void **state)
{
    uint8_t token = 0;
    uint32_t size = 0;
    int length = 0;

    (void)state;
    add_int(false);
    ods_double_call_begin(call);
    assert_int_equal(info(0, &token, &size, &size, NULL), 0);
    assert_int_equal(info(2, &token, &size, &size, NULL), 0);
    assert_null(srv->paramname(call, 2, &length));
    assert_int_equal(length, -1);
    assert_int_equal(srv->paramstatus(call, 2), -1);
    assert_int_equal(srv->paramsetoutput(call, 2, NULL, 0, 1), 0);
    assert_int_equal(record()->misuse_count, 5);
}

static void test_paraminfo_without_size(void **state)
{
    uint8_t token = 0;
    uint32_t size = 0;
    uint8_t data[4];

    (void)state;
    add_int(false);
    ods_double_call_begin(call);
    assert_int_equal(info(1, &token, &size, &size, data), 1);
    assert_misuse("before its size");
}

static void test_paraminfo_null_pointer(void **state)
{
    uint8_t token = 0;
    uint32_t size = 0;

    (void)state;
    add_int(false);
    ods_double_call_begin(call);
    assert_int_equal(info(1, &token, NULL, &size, NULL), 0);
    assert_misuse("NULL pointer");
}

static void test_write_into_lent_name(void **state)
{
    (void)state;
    add_int(false);
    ods_double_call_begin(call);
    srv->paramname(call, 1, NULL)[0] = '?';
    ods_double_call_end(call);
    assert_misuse("wrote into the name");
}

static void test_write_into_lent_field(void **state)
{
    (void)state;
    ods_double_call_begin(call);
    srv->pfield(call, ODS_FIELD_CODE_PAGE, NULL)[0] = '?';
    ods_double_call_end(call);
    assert_misuse("wrote into the text");
}

/* One refused srv_paramsetoutput of an OUTPUT parameter. */
struct output_case {
    uint8_t token;
    uint32_t maximum;
    const char *bytes;
    uint32_t length;
    int is_null;
    const char *misuse; /* NULL: right */
};

static const struct output_case output_cases[] = {
    {ODS_INTN, 4, "abcd", 4, 0, NULL},
    {ODS_INTN, 8, "abcdefgh", 8, 0, NULL},
    {ODS_INTN, 4, NULL, 0, 1, NULL},
    {ODS_INTN, 8, "abcd", 4, 0, "another size"},
    {ODS_INTN, 4, "abcdefgh", 8, 0, "maximum"},
    {ODS_INTN, 4, "abc", 3, 0, "not a length of its type"},
    {ODS_INTN, 4, "abcd", 4, 1, "NULL with a length"},
    {ODS_INTN, 4, NULL, 4, 0, "no data"},
    {ODS_BITN, 1, "a", 1, 0, NULL},
    {ODS_BITN, 1, "ab", 2, 0, "not a length of its type"},
    {ODS_NVARCHAR, 6, "a\0b\0c\0", 6, 0, NULL},
    {ODS_NVARCHAR, 6, "", 0, 0, NULL},
    {ODS_NVARCHAR, 6, NULL, 0, 1, NULL},
    {ODS_NVARCHAR, 6, "a\0b\0c\0d\0", 8, 0, "longer than the parameter's maximum"},
    {ODS_NVARCHAR, 6, "a\0b", 3, 0, "half a UTF-16 unit"},
    {ODS_NVARCHAR, 4, "a\0\x3D\xD8", 4, 0, "surrogate"},
    {ODS_BIGVARCHAR, 3, "abcd", 4, 0, "longer than the parameter's maximum"},
    {ODS_BIGVARBINARY, 3, "abc", 3, 0, NULL},
    {ODS_NUMERICN, 19, "abc", 3, 0, "not a length of its type"},
    {ODS_DOUBLE_GUID, 16, "0123456789abcdef", 16, 0, NULL},
};

static void test_paramsetoutput(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof output_cases / sizeof *output_cases; i++) {
        const struct output_case *item = &output_cases[i];

        tear_down(NULL);
        set_up(NULL);
        add_output(item->token, item->maximum);
        ods_double_call_begin(call);
        assert_int_equal(srv->paramstatus(call, 1), ODS_PARAMETER_OUTPUT);
        assert_int_equal(srv->paramsetoutput(call, 1, (uint8_t *)(uintptr_t)item->bytes,
                                             item->length, item->is_null),
                         item->misuse == NULL);
        assert_int_equal(record()->outputs[0].is_set, item->misuse == NULL);
        ods_double_call_end(call);
        if (item->misuse == NULL)
            assert_no_misuse();
        else
            assert_misuse(item->misuse);
    }
}

static void test_paramsetoutput_fixed(void **state)
{
    uint8_t bytes[8] = {1};

    (void)state;
    add((struct ods_double_parameter){
        .token = ODS_INT4, .maximum = 4, .bytes = bytes, .length = 4, .is_output = true});
    ods_double_call_begin(call);
    assert_int_equal(srv->paramsetoutput(call, 1, bytes, 4, 0), 1);
    assert_no_misuse();
    assert_int_equal(srv->paramsetoutput(call, 1, bytes, 8, 0), 0);
    assert_misuse("not a length of its type");
    assert_int_equal(srv->paramsetoutput(call, 1, NULL, 0, 1), 0);
    assert_int_equal(record()->misuse_count, 2);
}

static void test_paramsetoutput_of_input(void **state)
{
    uint8_t bytes[4] = {1};

    (void)state;
    add_int(false);
    ods_double_call_begin(call);
    assert_int_equal(srv->paramsetoutput(call, 1, bytes, 4, 0), 0);
    assert_misuse("not passed with OUTPUT");
}

static void test_parameter_refused(void **state)
{
    struct ods_double_parameter unknown = {.token = 0xFF, .maximum = 4, .bytes = "a", .length = 1};
    struct ods_double_parameter long_one = {
        .token = ODS_INTN, .maximum = 2, .bytes = "abcd", .length = 4};

    (void)state;
    assert_false(ods_double_call_add(call, &unknown));
    assert_false(ods_double_call_add(call, &long_one));
    assert_int_equal(record()->parameter_count, 0);
}

/* --- misuse of messages --- */

static void test_messages(void **state)
{
    static const struct {
        int32_t number;
        uint8_t severity;
        int characters;
        bool is_sent;
        const char *misuse;
    } cases[] = {
        {50001, 16, 3, true, NULL},
        {50001, 10, 0, true, NULL},
        {50000, 16, 3, true, "numbers begin at 50001"},
        {50001, 17, 3, true, "severity"},
        {50001, 16, ODS_NULL_TERMINATED, false, "length must be given"},
        {50001, 16, -2, false, "32242"},
        {50001, 16, ODS_MESSAGE_CHARACTERS + 1, false, "32242"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        tear_down(NULL);
        set_up(NULL);
        ods_double_call_begin(call);
        assert_int_equal(message(cases[i].number, cases[i].severity, cases[i].characters),
                         cases[i].is_sent);
        assert_int_equal(record()->message_count, cases[i].is_sent);
        if (cases[i].misuse == NULL)
            assert_no_misuse();
        else
            assert_misuse(cases[i].misuse);
    }
}

static void test_message_texts(void **state)
{
    uint16_t control[] = {'a', 7};
    uint16_t half[] = {'a', 0xD83D};

    (void)state;
    ods_double_call_begin(call);
    assert_int_equal(srv->wsendmsg(call, 50001, 16, NULL, 0), 0);
    assert_misuse("no text");
    assert_int_equal(srv->wsendmsg(call, 50001, 16, control, 2), 0);
    assert_non_null(strstr(record()->misuses[1], "control character"));
    assert_int_equal(srv->wsendmsg(call, 50001, 16, half, 2), 0);
    assert_non_null(strstr(record()->misuses[2], "surrogate"));
}

/* --- when and where calls are made --- */

static void *poll_attention(void *context)
{
    *(int *)context = srv->got_attention(call);
    return NULL;
}

static void test_other_thread(void **state)
{
    pthread_t thread;
    int answer = -1;

    (void)state;
    ods_double_call_begin(call);
    ods_double_call_attention(call);
    assert_int_equal(pthread_create(&thread, NULL, poll_attention, &answer), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(answer, 0);
    assert_misuse("another thread");
    assert_int_equal(srv->got_attention(call), 1);
}

static void test_after_return(void **state)
{
    (void)state;
    ods_double_call_begin(call);
    ods_double_call_end(call);
    assert_int_equal(srv->rpcparams(call), -1);
    assert_misuse("after the procedure returned");
}

static void test_before_begin(void **state)
{
    (void)state;
    assert_int_equal(srv->rpcparams(call), -1);
    assert_misuse("before the procedure began");
    assert_int_equal(srv->rpcparams(NULL), -1);
}

static void test_misuse_seen_by_host(void **state)
{
    (void)state;
    ods_double_call_misuse(call, "an impersonation token");
    assert_misuse("host: an impersonation token");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_right_use),
        CASE(test_exported),
        CASE(test_fixed_column),
        CASE(test_paraminfo),
        CASE(test_parameter_out_of_range),
        CASE(test_paraminfo_without_size),
        CASE(test_paraminfo_null_pointer),
        CASE(test_write_into_lent_name),
        CASE(test_write_into_lent_field),
        CASE(test_paramsetoutput),
        CASE(test_paramsetoutput_fixed),
        CASE(test_paramsetoutput_of_input),
        CASE(test_parameter_refused),
        CASE(test_messages),
        CASE(test_message_texts),
        CASE(test_other_thread),
        CASE(test_after_return),
        CASE(test_before_begin),
        CASE(test_misuse_seen_by_host),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
