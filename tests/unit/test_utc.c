/* SPDX-License-Identifier: MIT */
/* Times as text: exact texts, what is taken and what is refused, and agreement with the C library.
 * */
#include "utc.h"
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#define DAY_MS  UINT64_C(86400000)
#define LAST_MS UINT64_C(253402300799999)

static void test_text(void **state)
{
    static const struct {
        uint64_t ms;
        const char *text;
    } cases[] = {
        {0, "1970-01-01T00:00:00.000Z"},
        {1, "1970-01-01T00:00:00.001Z"},
        {DAY_MS - 1, "1970-01-01T23:59:59.999Z"},
        {UINT64_C(951782400000), "2000-02-29T00:00:00.000Z"},
        {UINT64_C(951868800000), "2000-03-01T00:00:00.000Z"},
        {UINT64_C(1795546201123), "2026-11-24T18:50:01.123Z"},
        {UINT64_C(4107542400000), "2100-03-01T00:00:00.000Z"},
        {LAST_MS, "9999-12-31T23:59:59.999Z"},
        {LAST_MS + 1, "9999-12-31T23:59:59.999Z"},
        {UINT64_MAX, "9999-12-31T23:59:59.999Z"},
    };
    char text[UTC_TEXT_SIZE], shorter[5];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        utc_text(cases[i].ms, text, sizeof text);
        assert_string_equal(text, cases[i].text);
    }
    utc_text(0, shorter, sizeof shorter);
    assert_string_equal(shorter, "1970");
}

/* Every eleven days and a bit, up to the year 9999, against gmtime. */
static void test_agrees_with_the_c_library(void **state)
{
    char text[UTC_TEXT_SIZE], expected[64];

    (void)state;
    for (uint64_t ms = 0; ms <= LAST_MS; ms += UINT64_C(1012345679)) {
        const time_t seconds = (time_t)(ms / 1000);
        uint64_t back = 0;
        struct tm parts;

        assert_non_null(gmtime_r(&seconds, &parts));
        snprintf(expected, sizeof expected, "%04d-%02d-%02dT%02d:%02d:%02d.%03uZ",
                 parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min,
                 parts.tm_sec, (unsigned)(ms % 1000));
        utc_text(ms, text, sizeof text);
        assert_string_equal(text, expected);
        assert_true(utc_parse(text, &back));
        assert_int_equal(back, ms);
        strftime(expected, sizeof expected, "%a, %d %b %Y %H:%M:%S GMT", &parts);
        assert_true(utc_parse_http(expected, &back));
        assert_int_equal(back, ms / 1000 * 1000);
    }
}

static void test_parse_takes(void **state)
{
    static const struct {
        const char *text, *same;
    } cases[] = {
        {"2026-11-24", "2026-11-24T00:00:00.000Z"},
        {"2026-11-24T18:50:01Z", "2026-11-24T18:50:01.000Z"},
        {"2026-11-24t18:50:01z", "2026-11-24T18:50:01.000Z"},
        {"2026-11-24 18:50:01", "2026-11-24T18:50:01.000Z"},
        {"2026-11-24T18:50:01.1Z", "2026-11-24T18:50:01.100Z"},
        {"2026-11-24T18:50:01.1239999Z", "2026-11-24T18:50:01.123Z"},
        {"2026-11-24T18:50:01.000000001", "2026-11-24T18:50:01.000Z"},
        {"2026-11-24T18:50:01+01:00", "2026-11-24T17:50:01.000Z"},
        {"2026-11-24T18:50:01.5-05:30", "2026-11-25T00:20:01.500Z"},
        {"2026-11-24T18:50:01-00:00", "2026-11-24T18:50:01.000Z"},
        {"2024-02-29T23:59:59-14:00", "2024-03-01T13:59:59.000Z"},
        {"1970-01-01T14:00:00+14:00", "1970-01-01T00:00:00.000Z"},
        {"9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"},
    };
    char text[UTC_TEXT_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint64_t ms = 0;

        if (!utc_parse(cases[i].text, &ms))
            fail_msg("%s was refused", cases[i].text);
        utc_text(ms, text, sizeof text);
        assert_string_equal(text, cases[i].same);
    }
}

static void test_parse_refuses(void **state)
{
    static const char *const cases[] = {
        "",
        " ",
        "2026",
        "2026-11",
        "2026-11-2",
        "2026-11-24T",
        "2026-11-24Z",
        "2026-11-24T18",
        "2026-11-24T18:50",
        "2026-11-24T18:50Z",
        "2026-11-24T18:50:1Z",
        "2026-11-24T18:50:01.",
        "2026-11-24T18:50:01.Z",
        "2026-11-24T18:50:01,5Z",
        "2026-11-24T18:50:01.1234567890Z",
        "2026-11-24T18:50:01+01",
        "2026-11-24T18:50:01+0100",
        "2026-11-24T18:50:01+14:01",
        "2026-11-24T18:50:01+01:60",
        "2026-11-24T18:50:01 +01:00",
        "2026-11-24T18:50:01ZZ",
        "2026-11-24T18:50:01Z ",
        " 2026-11-24",
        "2026-11-24  18:50:01",
        "2026-11-24T24:00:00Z",
        "2026-11-24T18:60:00Z",
        "2026-11-24T18:50:60Z",
        "2026-02-29",
        "2100-02-29",
        "2026-00-10",
        "2026-13-10",
        "2026-11-00",
        "2026-11-31",
        "1969-12-31T23:59:59Z",
        "1970-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
        "0000-01-01",
        "12026-11-24",
        "+2026-11-24",
        "2026-1l-24",
        "20261124",
        "2026-W48-2",
        "24/11/2026",
        "2026-11-24T18:50:01\xEF\xBC\xA9",
    };
    uint64_t ms = 42;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (utc_parse(cases[i], &ms))
            fail_msg("%s was taken", cases[i]);
        assert_int_equal(ms, 42);
    }
    assert_false(utc_parse(NULL, &ms));
}

static void test_parse_http(void **state)
{
    static const char *const refused[] = {
        "",
        "120",
        "Mon, 24 Nov 2026 18:50:01 GMT", /* a Tuesday */
        "Tue, 24 Nov 2026 18:50:01 UTC",
        "Tue, 24 Nov 2026 18:50:01 GMT ",
        "Tue, 24 Nov 2026 18:50:01",
        "Tue,24 Nov 2026 18:50:01 GMT",
        "tue, 24 nov 2026 18:50:01 GMT",
        "Tue, 4 Nov 2026 18:50:01 GMT",
        "Tue, 31 Nov 2026 18:50:01 GMT",
        "Tue, 24 Nov 2026 24:50:01 GMT",
        "Tuesday, 24-Nov-26 18:50:01 GMT",
        "Tue Nov 24 18:50:01 2026",
        "Tue, 24 Nov 0026 18:50:01 GMT",
        "T",
    };
    uint64_t ms = 42;

    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        if (utc_parse_http(refused[i], &ms))
            fail_msg("%s was taken", refused[i]);
        assert_int_equal(ms, 42);
    }
    assert_false(utc_parse_http(NULL, &ms));
    assert_true(utc_parse_http("Tue, 24 Nov 2026 18:50:01 GMT", &ms));
    assert_int_equal(ms, UINT64_C(1795546201000));
}

/* Each valid text with one byte changed, and each cut short: taken or not, what is taken reads back
 * the same. */
static void test_parse_mutations(void **state)
{
    static const char *const texts[] = {"2026-11-24T18:50:01.123+01:00", "1970-01-01"};
    char text[64], printed[UTC_TEXT_SIZE];

    (void)state;
    for (size_t t = 0; t < sizeof texts / sizeof texts[0]; t++) {
        for (size_t at = 0; at < strlen(texts[t]); at++) {
            for (int byte = 0; byte < 256; byte++) {
                uint64_t ms = 0, again = 1;

                snprintf(text, sizeof text, "%s", texts[t]);
                text[at] = (char)byte;
                if (!utc_parse(text, &ms))
                    continue;
                utc_text(ms, printed, sizeof printed);
                assert_true(utc_parse(printed, &again));
                assert_int_equal(again, ms);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),        cmocka_unit_test(test_agrees_with_the_c_library),
        cmocka_unit_test(test_parse_takes), cmocka_unit_test(test_parse_refuses),
        cmocka_unit_test(test_parse_http),  cmocka_unit_test(test_parse_mutations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
