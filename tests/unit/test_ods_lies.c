/* SPDX-License-Identifier: MIT */
/* The ODS double: every lie is told, and only when asked for. */
#include "ods_fixture.h"

/* --- lies --- */

static void lie(const char *text)
{
    assert_true(ods_double_call_lie(call, text));
}

static void test_lies_unknown(void **state)
{
    (void)state;
    assert_false(ods_double_call_lie(call, "nothing=1"));
    assert_false(ods_double_call_lie(call, "sendrow"));
    assert_false(ods_double_call_lie(call, "sendrow=x"));
    assert_false(ods_double_call_lie(call, "sendrow=1x"));
    assert_false(ods_double_call_lie(call, "max=image"));
    assert_false(ods_double_call_lie(call, "=1"));
}

/* Every word of the help is a lie that can be told. */
static void test_lies_listed(void **state)
{
    char *help = strdup(ods_double_lies());
    char *rest = NULL;
    size_t lies = 0;

    (void)state;
    for (char *line = strtok_r(help, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        char *equals = strchr(line, '=');
        char text[64];

        if (line[0] == ' ' || equals == NULL)
            continue;
        *equals = '\0';
        for (char *word = equals + 1; *word != '\0' && *word != ' ';) {
            size_t length = strcspn(word, "| ");
            char first = *word;

            snprintf(text, sizeof text, "%s=%.*s", line,
                     first == 'K' || first == 'N' ? 1 : (int)length,
                     first == 'K' || first == 'N' ? "1" : word);
            lie(text);
            word += length + (word[length] == '|');
        }
        lies++;
    }
    free(help);
    assert_int_equal(lies, 15);
}

/* The token and sizes under which the first parameter arrives. */
static void assert_arrives(uint8_t token, uint32_t maximum, uint32_t actual)
{
    uint8_t seen = 0;
    uint32_t seen_maximum = 0;
    uint32_t seen_actual = 0;

    ods_double_call_begin(call);
    assert_int_equal(info(1, &seen, &seen_maximum, &seen_actual, NULL), 1);
    assert_int_equal(seen, token);
    assert_int_equal(seen_maximum, maximum);
    assert_int_equal(seen_actual, actual);
}

static void test_lie_int_literal(void **state)
{
    uint8_t numeric[19] = {1, 0, 1, 7};
    uint8_t data[19];
    uint8_t token = 0;
    uint32_t size = 0;

    (void)state;
    lie("int-literal=int4");
    add_int(false);
    assert_arrives(ODS_INT4, 4, 4);
    tear_down(NULL);
    set_up(NULL);
    lie("int-literal=numericn");
    add_int(false);
    assert_arrives(ODS_NUMERICN, 19, 19);
    assert_int_equal(info(1, &token, &size, &size, data), 1);
    assert_memory_equal(data, numeric, 19);
    tear_down(NULL);
    set_up(NULL);
    lie("int-literal=numericn");
    add_int(true); /* a variable, no literal */
    assert_arrives(ODS_INTN, 4, 4);
}

static void test_lie_null_literal(void **state)
{
    static const struct {
        const char *lie;
        uint8_t token;
        uint32_t maximum;
    } cases[] = {
        {"null-literal=intn", ODS_INTN, 4},
        {"null-literal=varchar", ODS_BIGVARCHAR, 1},
        {"null-literal=null", ODS_NULL, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        tear_down(NULL);
        set_up(NULL);
        lie(cases[i].lie);
        add((struct ods_double_parameter){
            .token = ODS_INTN, .maximum = 4, .is_null = true, .is_literal = true});
        assert_arrives(cases[i].token, cases[i].maximum, 0);
    }
}

static void test_lie_max(void **state)
{
    struct ods_double_parameter text = {
        .token = ODS_NVARCHAR, .maximum = ODS_DOUBLE_MAX, .bytes = "a\0", .length = 2};

    (void)state;
    add(text);
    assert_arrives(ODS_NTEXT, 0x7FFFFFFF, 2);
    tear_down(NULL);
    set_up(NULL);
    lie("max=nvarchar");
    add(text);
    assert_arrives(ODS_NVARCHAR, 0xFFFFFFFF, 2);
}

static void test_lie_fields(void **state)
{
    int length = 0;

    (void)state;
    ods_double_call_begin(call);
    assert_string_equal(srv->pfield(call, ODS_FIELD_CODE_PAGE, &length), "1252");
    assert_int_equal(length, 4);
    assert_string_equal(srv->pfield(call, 16, NULL), "sa");
    assert_null(srv->pfield(call, 99, &length));
    assert_int_equal(length, -1);
    lie("user=blank");
    assert_string_equal(srv->pfield(call, 16, NULL), "");
    lie("pfield=null");
    assert_null(srv->pfield(call, ODS_FIELD_CODE_PAGE, &length));
    assert_int_equal(length, -1);
    assert_no_misuse();
}

static void test_code_page(void **state)
{
    (void)state;
    ods_double_call_set_code_page(call, 65001);
    ods_double_call_begin(call);
    assert_string_equal(srv->pfield(call, ODS_FIELD_CODE_PAGE, NULL), "65001");
    ods_double_call_end(call);
    assert_no_misuse();
}

static void test_lie_attention(void **state)
{
    (void)state;
    lie("attention=2");
    ods_double_call_begin(call);
    assert_int_equal(srv->got_attention(call), 0);
    assert_int_equal(srv->got_attention(call), 0);
    assert_int_equal(srv->got_attention(call), 1);
    assert_int_equal(srv->got_attention(call), 1);
    assert_int_equal(record()->polls, 4);
}

static void test_lie_sendrow(void **state)
{
    (void)state;
    lie("sendrow=2");
    begin_set();
    fill_row();
    assert_int_equal(srv->sendrow(call), 1);
    fill_row();
    assert_int_equal(srv->sendrow(call), 0);
    assert_no_misuse();
    assert_int_equal(record()->sets[0].row_count, 1);
    assert_int_equal(srv->sendrow(call), 0);
    assert_misuse("after srv_sendrow failed");
    ods_double_call_end(call);
    assert_misuse("after srv_sendrow failed"); /* the set need not be ended: nobody listens */
}

static void test_lie_parameters(void **state)
{
    uint8_t token = 0;
    uint32_t size = 0;
    int length = -1;

    (void)state;
    add_int(true);
    ods_double_call_begin(call);
    lie("rpcparams=-1");
    assert_int_equal(srv->rpcparams(call), -1);
    lie("rpcparams=0");
    assert_int_equal(srv->rpcparams(call), 0);
    lie("names=absent");
    assert_string_equal(srv->paramname(call, 1, &length), "");
    assert_int_equal(length, 0);
    lie("paraminfo=1");
    assert_int_equal(info(1, &token, &size, &size, NULL), 0);
    lie("paramsetoutput=1");
    assert_int_equal(srv->paramsetoutput(call, 1, NULL, 0, 1), 0);
    assert_false(record()->outputs[0].is_set);
    ods_double_call_end(call);
    assert_no_misuse();
}

static void test_lie_results(void **state)
{
    (void)state;
    lie("intn8=fail");
    lie("describe=3");
    lie("senddone=fail");
    lie("wsendmsg=fail");
    begin_set();
    assert_int_equal(describe(3, ODS_INTN, 4), 0);
    assert_int_equal(message(50001, 0, 3), 0);
    assert_int_equal(record()->message_count, 0);
    assert_int_equal(done(0), 0);
    assert_no_misuse();
    tear_down(NULL);
    set_up(NULL);
    lie("intn8=fail");
    ods_double_call_begin(call);
    assert_int_equal(describe(1, ODS_INTN, 8), 0);
    assert_no_misuse();
}

/* --- numbers --- */

static void test_numeric(void **state)
{
    uint8_t out[ODS_DOUBLE_NUMERIC_BYTES];
    uint8_t big[] = {11, 2, 0, 0xFF, 0xE3, 0x0B, 0x54, 0x02}; /* -99999999.99 */

    (void)state;
    assert_true(ods_double_numeric("9999999999", 2, true, out));
    big[0] = 10;
    assert_memory_equal(out, big, sizeof big);
    assert_true(ods_double_numeric("000", 0, false, out));
    assert_int_equal(out[0], 1);
    assert_int_equal(out[3], 0);
    assert_true(ods_double_numeric("99999999999999999999999999999999999999", 0, false, out));
    assert_int_equal(out[18], 0x4B); /* 10^38 - 1 = 0x4B3B4CA8... */
    assert_false(ods_double_numeric("100000000000000000000000000000000000000", 0, false, out));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_lies_unknown),     CASE(test_lies_listed),   CASE(test_lie_int_literal),
        CASE(test_lie_null_literal), CASE(test_lie_max),       CASE(test_lie_fields),
        CASE(test_code_page),        CASE(test_lie_attention), CASE(test_lie_sendrow),
        CASE(test_lie_parameters),   CASE(test_lie_results),   CASE(test_numeric),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
