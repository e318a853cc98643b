/* SPDX-License-Identifier: MIT */
/* Tests of what a proxy's options must look like, and of which hosts go past it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "http_proxy.h"

static void test_applies(void **state)
{
    static const struct {
        const char *list, *host;
        bool applies;
    } cases[] = {
        {NULL, "a.test", true},
        {"", "a.test", true},
        {" , ", "a.test", true},
        {"*", "a.test", false},
        {"*", "10.0.0.1", false},
        {"b.test,a.test", "a.test", false},
        {"b.test , a.test", "A.TEST", false},
        {"a.test", "x.y.a.test", false},
        {".a.test", "a.test", false},
        {".a.test", "x.a.test", false},
        {"*.a.test", "x.a.test", false},
        {"a.test", "xa.test", true},
        {"a.test", "a.test.evil", true},
        {"a.test.evil", "a.test", true},
        {"test", "a.test", false},
        {".", "a.test", true},
        {"*.", "a.test", true},
        {"10.0.0.1", "10.0.0.1", false},
        {"0.1", "10.0.0.1", true},
        {"10.0.0.1", "10.0.0.11", true},
        {"::1", "[::1]", false},
        {"[::1]", "[::1]", false},
        {"fe80::1", "[::1]", true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (http_proxy_applies(cases[i].list, cases[i].host) != cases[i].applies)
            fail_msg("'%s' with '%s'", cases[i].list, cases[i].host);
}

static void test_options_are_checked(void **state)
{
    static const struct {
        const char *proxy, *user, *password, *why;
    } cases[] = {
        {"proxy.test:8080", NULL, NULL, "http:// or https://"},
        {"socks5://proxy.test:1080", NULL, NULL, "http:// or https://"},
        {"http://user:s3cret@proxy.test:8080", NULL, NULL, "set network.proxy_user"},
        {"http://:8080", NULL, NULL, "no valid host name"},
        {"http://[]:8080", NULL, NULL, "no valid host name"},
        {"http://proxy.test", NULL, NULL, "end in a port"},
        {"http://proxy.test:", NULL, NULL, "end in a port"},
        {"http://proxy.test:0", NULL, NULL, "end in a port"},
        {"http://proxy.test:65536", NULL, NULL, "end in a port"},
        {"http://proxy.test:8080/path", NULL, NULL, "end in a port"},
        {"http://proxy.test:8080", "user", NULL, "needs network.proxy_secret"},
        {"http://proxy.test:8080", "user", "", "needs network.proxy_secret"},
        {"http://proxy.test:8080", "", "s3cret", "needs network.proxy_user"},
        {"http://proxy.test:8080", "us:er", "s3cret", "network.proxy_user holds"},
        {"http://proxy.test:8080", "user", "s3cret\n", "the secret of network.proxy_secret holds"},
        {NULL, "user", "s3cret", "need network.proxy"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct http_options options = {.proxy = cases[i].proxy,
                                             .proxy_user = cases[i].user,
                                             .proxy_password = cases[i].password};
        char why[256] = "";

        assert_false(http_proxy_check(&options, why, sizeof why));
        if (strstr(why, cases[i].why) == NULL)
            fail_msg("'%s' is not in '%s'", cases[i].why, why);
        assert_null(strstr(why, "s3cret"));
        assert_null(http_client_new(&options, why, sizeof why));
    }
}

static void test_options_are_taken(void **state)
{
    static const char *const proxies[] = {"", "http://p:1", "https://proxy.test:65535/",
                                          "http://[::1]:8080"};
    struct http_options options = {0};
    char why[256] = "";

    (void)state;
    for (size_t i = 0; i < sizeof proxies / sizeof *proxies; i++) {
        options.proxy = proxies[i];
        assert_true(http_proxy_check(&options, why, sizeof why));
    }
    options.proxy_user = "DOMAIN\\user name";
    options.proxy_password = "p:@/ \xC3\xA9";
    assert_true(http_proxy_check(&options, why, sizeof why));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_applies),
        cmocka_unit_test(test_options_are_checked),
        cmocka_unit_test(test_options_are_taken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
