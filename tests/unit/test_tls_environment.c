/* SPDX-License-Identifier: MIT */
/* A hostile environment has no effect on OpenSSL and libcurl. A program of its own, because both
 * look at it but once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <openssl/evp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crypto.h"
#include "http_fixture.h"
#include "tls_maker.h"

static struct tls_authority hostile;
static char hostile_file[64];
static char config_file[64];
static char key_log[64];

/* With it, OpenSSL has a provider that is not there, and not its own. */
static const char config[] = "openssl_conf = init\n"
                             "[init]\n"
                             "providers = providers\n"
                             "[providers]\n"
                             "hostile = hostile\n"
                             "[hostile]\n"
                             "module = /nonexistent/hostile.so\n"
                             "activate = 1\n";

static void write_config(void)
{
    FILE *file = fopen(config_file, "w");

    if (file == NULL || fputs(config, file) < 0 || fclose(file) != 0)
        abort();
}

static void name_files(void)
{
    long process = getpid();

    snprintf(hostile_file, sizeof hostile_file, "/tmp/milink-hostile-%ld", process);
    snprintf(config_file, sizeof config_file, "/tmp/milink-openssl-%ld", process);
    snprintf(key_log, sizeof key_log, "/tmp/milink-key-log-%ld", process);
}

static void set_environment(void)
{
    static const char *const proxies[] = {"http_proxy", "https_proxy", "HTTPS_PROXY",
                                          "all_proxy",  "ALL_PROXY",   NULL};
    static const char *const roots[] = {"SSL_CERT_FILE", "CURL_CA_BUNDLE", NULL};

    for (size_t i = 0; proxies[i] != NULL; i++)
        setenv(proxies[i], "http://127.0.0.1:1", 1);
    for (size_t i = 0; roots[i] != NULL; i++)
        setenv(roots[i], hostile_file, 1);
    setenv("SSLKEYLOGFILE", key_log, 1);
    setenv("SSL_CERT_DIR", "/tmp", 1);
    setenv("OPENSSL_CONF", config_file, 1);
    setenv("OPENSSL_MODULES", "/tmp", 1);
    setenv("OPENSSL_ENGINES", "/tmp", 1);
}

static bool digests_work(void)
{
    uint8_t digest[CRYPTO_SHA256_SIZE];

    return crypto_sha256("abc", 3, digest) && digest[0] == 0xba;
}

/* In a child: what the environment does to who does not guard against it. */
static bool environment_is_hostile(void)
{
    int status = 0;
    pid_t child = fork();

    if (child == 0)
        _exit(digests_work() ? 1 : 0);
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
           WEXITSTATUS(status) == 0;
}

static void test_configuration_is_not_read(void **state)
{
    (void)state;
    assert_true(environment_is_hostile());
    assert_true(crypto_start());
    assert_true(digests_work());
    assert_null(getenv("OPENSSL_MODULES"));
    assert_null(getenv("OPENSSL_ENGINES"));
    assert_true(crypto_start());
    hostile = tls_authority_make("hostile");
    tls_authority_save(&hostile, hostile_file);
}

static struct http_answer perform(const char *ca_file, struct http_server *server)
{
    const struct http_options options = {.ca_file = ca_file};
    char url[64], why[256] = "";
    const struct http_request request = {.method = "GET", .url = url, .timeout_ms = PATIENCE_MS};
    struct http_client *client = http_client_new(&options, why, sizeof why);
    struct http_answer answer;

    assert_string_equal(why, "");
    assert_non_null(client);
    snprintf(url, sizeof url, "https://127.0.0.1:%u/echo", http_server_port(server));
    http_perform(client, &request, NULL, NULL, &answer);
    http_client_free(client);
    return answer;
}

/* Neither a root is added, nor a proxy asked, nor a key written. */
static void test_tls(void **state)
{
    const struct tls_server certificate = {
        .signer = &hostile, .names = "IP:127.0.0.1", .from_s = -60, .to_s = 3600};
    struct http_server *server = http_server_new_tls(tls_server_make(&certificate));
    struct http_answer answer = perform(NULL, server);

    (void)state;
    assert_failed(&answer, HTTP_NOT_SENT, "unable to get local issuer");
    answer = perform(hostile_file, server);
    assert_answered(&answer, 200);
    http_answer_clear(&answer);
    assert_int_equal(access(key_log, F_OK), -1);
    http_server_free(server);
    tls_authority_clear(&hostile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_configuration_is_not_read),
        cmocka_unit_test(test_tls),
    };
    int failed = 0;

    signal(SIGPIPE, SIG_IGN);
    name_files();
    write_config();
    set_environment();
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(hostile_file);
    unlink(config_file);
    unlink(key_log);
    return failed;
}
