/* SPDX-License-Identifier: MIT */
/* Tests of the HTTP client's TLS: whom it trusts, whom it refuses and with which words, and that
 * nothing is sent to who was refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <curl/curl.h>
#include <dlfcn.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "http_fixture.h"
#include "tls_maker.h"

enum { DAY_S = 24 * 3600 };

#define LOCAL "DNS:localhost,IP:127.0.0.1"

/* ---- authorities: the one that tls.ca_file names, the system's, and one that nobody knows ---- */

static struct tls_authority corporate, public_one, unknown;
static char corporate_file[] = "/tmp/milink-corporate-XXXXXX";
static char public_file[] = "/tmp/milink-public-XXXXXX";
static unsigned loads; /* of the system's roots */

/* libcurl reads the system's roots by this function: it gets ours in their place. */
int X509_STORE_load_file(X509_STORE *store, const char *file)
{
    static int (*real)(X509_STORE *, const char *);
    const char *system = curl_version_info(CURLVERSION_NOW)->cainfo;

    if (real == NULL)
        *(void **)&real = dlsym(RTLD_NEXT, "X509_STORE_load_file");
    if (system == NULL || strcmp(file, system) != 0)
        return real(store, file);
    loads++;
    return real(store, public_file);
}

/* ---- a client and a server ---- */

struct rig {
    struct http_server *server;
    struct http_client *client;
    char url[64];
};

static void rig_open(struct rig *rig, const struct tls_server *server, const char *ca_file)
{
    const char *const kept[] = {"Location", NULL};
    const struct http_options options = {
        .ca_file = ca_file, .user_agent = "milink-agent/test", .keep_headers = kept};
    char why[256] = "";

    rig->server = http_server_new_tls(tls_server_make(server));
    rig->client = http_client_new(&options, why, sizeof why);
    assert_string_equal(why, "");
    assert_non_null(rig->client);
    snprintf(rig->url, sizeof rig->url, "https://localhost:%u/echo", http_server_port(rig->server));
}

static void rig_close(struct rig *rig)
{
    http_client_free(rig->client);
    http_server_free(rig->server);
}

static struct http_answer rig_send(struct rig *rig, const char *method)
{
    const struct http_request request = {
        .method = method, .url = rig->url, .bearer = "token", .timeout_ms = PATIENCE_MS};
    struct http_answer answer;

    http_perform(rig->client, &request, NULL, NULL, &answer);
    return answer;
}

static void assert_accepted(struct rig *rig, const char *method)
{
    struct http_answer answer = rig_send(rig, method);

    assert_answered(&answer, 200);
    http_answer_clear(&answer);
}

/* A POST, of which the server must not have seen a byte. */
static void assert_refused(const struct tls_server *server, const char *ca_file, const char *cause,
                           const char *next)
{
    struct rig rig;
    struct http_answer answer;

    rig_open(&rig, server, ca_file);
    answer = rig_send(&rig, "POST");
    if (strstr(answer.why, next) == NULL)
        fail_msg("'%s' is not in '%s'", next, answer.why);
    assert_failed(&answer, HTTP_NOT_SENT, cause);
    assert_int_equal(http_server_requests(rig.server, ""), 0);
    rig_close(&rig);
}

/* ---- who is trusted ---- */

static void test_system_and_file_together(void **state)
{
    struct tls_server server = {.names = LOCAL, .from_s = -DAY_S, .to_s = DAY_S};
    struct rig rig;

    (void)state;
    server.signer = &corporate;
    rig_open(&rig, &server, corporate_file);
    assert_accepted(&rig, "POST");
    assert_accepted(&rig, "POST");
    rig_close(&rig);
    server.signer = &public_one;
    rig_open(&rig, &server, corporate_file);
    assert_accepted(&rig, "POST");
    rig_close(&rig);
    rig_open(&rig, &server, NULL);
    assert_accepted(&rig, "POST");
    rig_close(&rig);
    rig_open(&rig, &server, "");
    assert_accepted(&rig, "POST");
    rig_close(&rig);
}

/* The roots are parsed once, not for each of a client's connections. */
static void test_system_is_read_once(void **state)
{
    const struct tls_server server = {
        .signer = &corporate, .names = LOCAL, .from_s = -DAY_S, .to_s = DAY_S};
    struct rig rig;

    (void)state;
    rig_open(&rig, &server, corporate_file);
    loads = 0;
    for (int i = 0; i < 3; i++)
        assert_accepted(&rig, "POST");
    assert_int_equal(http_server_connections(rig.server), 3);
    assert_int_equal(loads, 1);
    rig_close(&rig);
}

static void test_versions(void **state)
{
    struct tls_server server = {
        .signer = &corporate, .names = LOCAL, .from_s = -DAY_S, .to_s = DAY_S};
    static const int accepted[] = {TLS1_2_VERSION, TLS1_3_VERSION};
    static const int refused[] = {TLS1_VERSION, TLS1_1_VERSION};
    struct rig rig;

    (void)state;
    for (int i = 0; i < 2; i++) {
        server.max_version = accepted[i];
        rig_open(&rig, &server, corporate_file);
        assert_accepted(&rig, "GET");
        rig_close(&rig);
        server.max_version = refused[i];
        assert_refused(&server, corporate_file, "localhost: ", "TLS 1.2 or later");
    }
}

/* ---- who is refused ---- */

static void test_bad_certificates(void **state)
{
    struct tls_server server = {
        .signer = &corporate, .names = LOCAL, .from_s = -DAY_S, .to_s = -60};

    (void)state;
    assert_refused(&server, corporate_file, "certificate has expired", "check this host's clock");
    server.from_s = DAY_S;
    server.to_s = 2 * DAY_S;
    assert_refused(&server, corporate_file, "not yet valid", "check this host's clock");
    server.from_s = -DAY_S;
    server.names = "DNS:other.test,DNS:*.localhost";
    assert_refused(&server, corporate_file, "localhost", "it is another host's certificate");
    server.names = LOCAL;
    server.signer = NULL;
    assert_refused(&server, corporate_file, "self-signed", "tls.ca_file");
    server.signer = &unknown;
    assert_refused(&server, corporate_file, "unable to get local issuer", "tls.ca_file");
    server.signer = &corporate;
    assert_refused(&server, NULL, "unable to get local issuer", "tls.ca_file");
}

/* An address is a name as well. */
static void test_address_is_verified(void **state)
{
    struct tls_server server = {
        .signer = &corporate, .names = "DNS:localhost", .from_s = -DAY_S, .to_s = DAY_S};
    struct rig rig;
    struct http_answer answer;

    (void)state;
    rig_open(&rig, &server, corporate_file);
    snprintf(rig.url, sizeof rig.url, "https://127.0.0.1:%u/echo", http_server_port(rig.server));
    answer = rig_send(&rig, "GET");
    assert_failed(&answer, HTTP_NOT_SENT, "it is another host's certificate");
    rig_close(&rig);
}

static void test_no_tls_there(void **state)
{
    struct rig rig;
    const struct tls_server server = {
        .signer = &corporate, .names = LOCAL, .from_s = -DAY_S, .to_s = DAY_S};
    struct http_answer answer;

    (void)state;
    rig_open(&rig, &server, corporate_file);
    http_server_free(rig.server);
    rig.server = http_server_new();
    snprintf(rig.url, sizeof rig.url, "https://localhost:%u/echo", http_server_port(rig.server));
    answer = rig_send(&rig, "POST");
    assert_failed(&answer, HTTP_NOT_SENT, "localhost: ");
    assert_int_equal(http_server_requests(rig.server, ""), 0);
    rig_close(&rig);
}

/* ---- what stays as it is over TLS ---- */

static void test_connections(void **state)
{
    const struct tls_server server = {
        .signer = &corporate, .names = LOCAL, .from_s = -DAY_S, .to_s = DAY_S};
    struct rig rig;

    (void)state;
    rig_open(&rig, &server, corporate_file);
    for (unsigned i = 0; i < 3; i++) {
        struct http_answer answer = rig_send(&rig, "GET");

        assert_answered(&answer, 200);
        assert_int_equal(answer.connections, i == 0 ? 1 : 0);
        http_answer_clear(&answer);
    }
    assert_int_equal(http_server_connections(rig.server), 1);
    assert_accepted(&rig, "POST");
    assert_int_equal(http_server_connections(rig.server), 2);
    rig_close(&rig);
}

static void test_redirects_are_not_followed(void **state)
{
    static const char *const statuses[] = {"301", "302", "303", "307", "308"};
    const struct tls_server server = {
        .signer = &corporate, .names = LOCAL, .from_s = -DAY_S, .to_s = DAY_S};
    struct rig rig;

    (void)state;
    rig_open(&rig, &server, corporate_file);
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        struct http_answer answer;

        snprintf(rig.url, sizeof rig.url, "https://localhost:%u/redirect/%s",
                 http_server_port(rig.server), statuses[i]);
        answer = rig_send(&rig, i % 2 == 0 ? "GET" : "POST");
        assert_answered(&answer, atoi(statuses[i]));
        assert_non_null(http_answer_header(&answer, "Location"));
        http_answer_clear(&answer);
    }
    assert_int_equal(http_server_requests(rig.server, "/echo"), 0);
    rig_close(&rig);
}

/* ---- files of certificates ---- */

static void refuse_file(const char *ca_file, const char *cause)
{
    const struct http_options options = {.ca_file = ca_file};
    char why[512] = "";

    assert_null(http_client_new(&options, why, sizeof why));
    if (strstr(why, "tls.ca_file ") != why || strstr(why, ca_file) == NULL ||
        strstr(why, cause) == NULL)
        fail_msg("'%s' is not in '%s'", cause, why);
}

static void refuse_bytes(const char *bytes, size_t length, const char *cause)
{
    char path[] = "/tmp/milink-roots-XXXXXX";
    int handle = mkstemp(path);

    assert_true(handle >= 0);
    assert_int_equal(write(handle, bytes, length), length);
    close(handle);
    refuse_file(path, cause);
    unlink(path);
}

static void test_bad_files(void **state)
{
    static const char begin[] = "-----BEGIN CERTIFICATE-----\n";
    char bytes[4096];
    FILE *file = fopen(corporate_file, "r");
    size_t length = fread(bytes, 1, sizeof bytes / 2, file);
    size_t half = length / 2;

    (void)state;
    fclose(file);
    refuse_file("/nonexistent/roots.pem", "No such file");
    refuse_file("/tmp", "is not a regular file");
    refuse_bytes("", 0, "holds no certificate");
    refuse_bytes("hello\n", 6, "holds no certificate");
    refuse_bytes(begin, strlen(begin), "certificate 1 in it is damaged");
    refuse_bytes(bytes, half, "certificate 1 in it is damaged");
    memcpy(bytes + length, bytes, half); /* a good one and half of it again */
    refuse_bytes(bytes, length + half, "certificate 2 in it is damaged");
    assert_int_equal(chmod(corporate_file, 0666), 0);
    refuse_file(corporate_file, "can be changed by everybody");
    assert_int_equal(chmod(corporate_file, 0600), 0);
}

static int group_setup(void **state)
{
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    corporate = tls_authority_make("corporate");
    public_one = tls_authority_make("public");
    unknown = tls_authority_make("unknown");
    close(mkstemp(corporate_file));
    close(mkstemp(public_file));
    tls_authority_save(&corporate, corporate_file);
    tls_authority_save(&public_one, public_file);
    return 0;
}

static int group_teardown(void **state)
{
    (void)state;
    unlink(corporate_file);
    unlink(public_file);
    tls_authority_clear(&corporate);
    tls_authority_clear(&public_one);
    tls_authority_clear(&unknown);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_system_and_file_together),
        cmocka_unit_test(test_system_is_read_once),
        cmocka_unit_test(test_versions),
        cmocka_unit_test(test_bad_certificates),
        cmocka_unit_test(test_address_is_verified),
        cmocka_unit_test(test_no_tls_there),
        cmocka_unit_test(test_connections),
        cmocka_unit_test(test_redirects_are_not_followed),
        cmocka_unit_test(test_bad_files),
    };

    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
