/* SPDX-License-Identifier: MIT */
/* The procedures of certificates: what is shown, what is sent, what is refused. */
#include "azure_script.h"
#include "certificate_samples.h"
#include "text.h"
#include <stdio.h>
#include <string.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

#define BOX      "0x" CERTIFICATE_BOX
#define ENDPOINT PROD "/endpointCertificates/"

static const char *certificate(const char *name, const char *blob, const char *thumbprint)
{
    char properties[2048];

    snprintf(properties, sizeof properties,
             "\"publicBlob\":\"%s\",\"thumbprint\":\"%s\",\"certificateName\":\"%s\"", blob,
             thumbprint, name);
    return script_resource(name, properties);
}

/* ---- reading ---- */

static void test_list(void **state)
{
    char both[4096];

    (void)state;
    snprintf(both, sizeof both, "%s,%s,%s", certificate("Cert_BOX", CERTIFICATE_BOX, "AA"),
             certificate("Cert_M", "0x" CERTIFICATE_OTHER, CERTIFICATE_OTHER_THUMBPRINT),
             certificate("Odd", "0x12", "BB"));
    script_list(CERTIFICATES, both);
    fake_ask("xp_milink_certificate_list", "@instance", "prod", NULL);
    fake_answered(3);
    assert_string_equal(fake_cell(0, "name"), "Cert_BOX");
    assert_string_equal(fake_cell(0, "thumbprint"), CERTIFICATE_BOX_THUMBPRINT);
    assert_string_equal(fake_cell(0, "subject"), "CN=Certificate for Cert_BOX_endpoint");
    assert_string_equal(fake_cell(0, "expires_at"), "2100-10-28T23:12:03.000Z");
    assert_string_equal(fake_cell(1, "thumbprint"), CERTIFICATE_OTHER_THUMBPRINT);
    /* What cannot be read is shown as far as Azure tells it. */
    assert_string_equal(fake_cell(2, "thumbprint"), "BB");
    assert_null(fake_cell(2, "subject"));
    assert_null(fake_cell(2, "expires_at"));
}

static void test_endpoint(void **state)
{
    (void)state;
    script("GET", ENDPOINT "DATABASE_MIRRORING?", 200, certificate("DATABASE_MIRRORING", BOX, ""));
    fake_ask("xp_milink_endpoint_certificate_get", "@instance", "prod", NULL);
    fake_answered(1);
    assert_string_equal(fake_cell(0, "name"), "DATABASE_MIRRORING");
    assert_string_equal(fake_cell(0, "public_key"), CERTIFICATE_BOX);
    assert_string_equal(fake_cell(0, "thumbprint"), CERTIFICATE_BOX_THUMBPRINT);
    script_gone(ENDPOINT "SERVICE_BROKER?");
    script_instance("SQLServer2022");
    fake_ask("xp_milink_endpoint_certificate_get", "@instance", "prod", "@endpoint_type",
             "service_broker", NULL);
    fake_refused(MILINK_ARM_NOT_FOUND, "SERVICE_BROKER", "prod has no endpoint certificate", NULL);
    fake_ask("xp_milink_endpoint_certificate_get", "@instance", "prod", "@endpoint_type", "TDS",
             NULL);
    fake_refused(MILINK_PARAMETER_VALUE, "@endpoint_type", NULL);
}

/* What is no hexadecimal text, or too much of it, is said and not cut. */
static void test_endpoint_odd(void **state)
{
    static char body[20000] =
        "{\"name\":\"DATABASE_MIRRORING\",\"properties\":{\"publicBlob\":\"0x";
    size_t used = strlen(body);

    (void)state;
    script("GET", ENDPOINT, 200, certificate("DATABASE_MIRRORING", "zz", ""));
    fake_ask("xp_milink_endpoint_certificate_get", "@instance", "prod", NULL);
    fake_refused(MILINK_ARM_BAD_ANSWER, "publicBlob", NULL);
    memset(body + used, '3', 2 * 8001);
    text_copy(body + used + 2 * 8001, sizeof body - used - 2 * 8001, "\"}}");
    fake_http_forget(fake.http);
    script("GET", ENDPOINT, 200, body);
    fake_ask("xp_milink_endpoint_certificate_get", "@instance", "prod", NULL);
    fake_refused(MILINK_ANSWER_TOO_LARGE, "8001 bytes", NULL);
}

/* ---- put ---- */

static void put(const char *certificate_name, const char *bytes, const char *name,
                const char *value)
{
    fake_ask("xp_milink_certificate_put", "@instance", "prod", "@name", certificate_name,
             "@public_key", bytes, name, value, NULL);
}

static void test_put(void **state)
{
    (void)state;
    script_list(CERTIFICATES, "");
    script("PUT", CERTIFICATES "/Cert_BOX?", 201, NULL);
    script("GET", CERTIFICATES "/Cert_BOX?", 200,
           certificate("Cert_BOX", CERTIFICATE_BOX, CERTIFICATE_BOX_THUMBPRINT));
    put("Cert_BOX", BOX, "@wait_seconds", "#60");
    row_says("Succeeded", "Certificate Cert_BOX.", CERTIFICATE_BOX_THUMBPRINT, "expires 2100-10-28",
             NULL);
    assert_null(fake_cell(0, "link"));
    sent_was("PUT", 0, CERTIFICATES "/Cert_BOX?api-version=2025-01-01",
             "{\"properties\":{\"publicBlob\":\"" CERTIFICATE_BOX "\"}}");
}

static void test_put_shown(void **state)
{
    (void)state;
    script_list(CERTIFICATES, certificate("Other", CERTIFICATE_OTHER, ""));
    put("Cert \xC3\x84]'#", BOX, "@what_if", "%1");
    shown("PUT", "PUT " ABOVE CERTIFICATES "/Cert%20%C3%84%5D%27%23?api-version",
          "{\"properties\":{\"publicBlob\":\"" CERTIFICATE_BOX "\"}}", NULL);
}

static void test_put_there(void **state)
{
    char id[40];

    (void)state;
    script_list(CERTIFICATES, certificate("CERT_BOX", "0x" CERTIFICATE_BOX, ""));
    put("Cert_BOX", BOX, "@request_id", ID_ONE);
    row_says("Succeeded", "trusts it already", "nothing was sent", NULL);
    text_copy(id, sizeof id, fake_cell(0, "operation_id"));
    put("Cert_BOX", BOX, "@request_id", ID_ONE);
    row_says("Succeeded", NULL);
    assert_string_equal(fake_cell(0, "operation_id"), id);
    /* The same id for another certificate, or another name. */
    put("Cert_BOX", "0x" CERTIFICATE_OTHER, "@request_id", ID_ONE);
    fake_refused(MILINK_REQUEST_ID_REUSED, NULL);
    put("Cert_BOX2", BOX, "@request_id", ID_ONE);
    fake_refused(MILINK_REQUEST_ID_REUSED, NULL);
    assert_int_equal(sent("PUT"), 0);
}

static void test_put_taken(void **state)
{
    (void)state;
    script_list(CERTIFICATES, certificate("Cert_BOX", CERTIFICATE_OTHER, ""));
    put("cert_box", BOX, "@reason", "r");
    fake_refused(MILINK_RESOURCE_EXISTS, "cert_box", CERTIFICATE_OTHER_THUMBPRINT, "new name",
                 NULL);
    put("Cert_OTHER", "0x" CERTIFICATE_OTHER, "@reason", "r");
    fake_refused(MILINK_RESOURCE_EXISTS, CERTIFICATE_OTHER_THUMBPRINT, "under the name Cert_BOX",
                 NULL);
    assert_int_equal(sent("PUT"), 0);
}

static void test_put_bad(void **state)
{
    (void)state;
    put("Cert_BOX", "0x" CERTIFICATE_KEY, "@reason", "r");
    fake_refused(MILINK_PARAMETER_VALUE, "@public_key", "private key", NULL);
    put("Cert_BOX", "0x" CERTIFICATE_PFX, "@reason", "r");
    fake_refused(MILINK_PARAMETER_VALUE, "@public_key", "PFX", NULL);
    put("Cert_BOX", "0x" CERTIFICATE_BOX CERTIFICATE_KEY, "@reason", "r");
    fake_refused(MILINK_PARAMETER_VALUE, "@public_key", NULL);
    put("Cert_BOX", "0x", "@reason", "r");
    fake_refused(MILINK_PARAMETER_VALUE, "@public_key", "empty", NULL);
    put("Cert_BOX", NULL, "@reason", "r");
    fake_refused(MILINK_PARAMETER_MISSING, "@public_key", NULL);
    put("Cert_BOX", "a text", "@reason", "r");
    fake_refused(MILINK_PARAMETER_TYPE, "@public_key", NULL);
    put("BOX\\SQL1", BOX, "@reason", "r");
    fake_refused(MILINK_PARAMETER_VALUE, "@name", NULL);
    put("..", BOX, "@reason", "r");
    fake_refused(MILINK_PARAMETER_VALUE, "@name", NULL);
    fake_clock_set_utc(UINT64_C(4133980800000));
    put("Cert_BOX", BOX, "@reason", "r");
    fake_refused(MILINK_PARAMETER_VALUE, "@public_key", "CN=Certificate for Cert_BOX_endpoint",
                 "has expired at 2100-10-28", NULL);
    assert_int_equal(sent("GET"), 0);
}

/* ---- delete ---- */

static void delete_certificate(const char *name, const char *value)
{
    fake_ask("xp_milink_certificate_delete", "@instance", "prod", "@name", "Cert_BOX", name, value,
             NULL);
}

static void test_delete(void **state)
{
    (void)state;
    script("GET", CERTIFICATES "/Cert_BOX?", 200, certificate("Cert_BOX", CERTIFICATE_BOX, ""));
    script("GET", CERTIFICATES "/Cert_BOX?", 404,
           "{\"error\":{\"code\":\"ResourceNotFound\",\"message\":\"m\"}}");
    script_list(LINKS, "");
    script_write("DELETE", CERTIFICATES "/Cert_BOX?");
    delete_certificate("@wait_seconds", "#60");
    row_says("Succeeded", "Certificate Cert_BOX.", NULL);
    sent_was("DELETE", 0, CERTIFICATES "/Cert_BOX?api-version=2025-01-01", "");
}

static void test_delete_absent(void **state)
{
    (void)state;
    script_gone(CERTIFICATES "/Cert_BOX?");
    script_instance("SQLServer2022");
    delete_certificate("@request_id", ID_ONE);
    row_says("Succeeded", "no such certificate", NULL);
    delete_certificate("@request_id", ID_ONE);
    row_says("Succeeded", NULL);
    assert_int_equal(sent("DELETE"), 0);
}

static void test_delete_in_use(void **state)
{
    (void)state;
    script("GET", CERTIFICATES "/Cert_BOX?", 200, certificate("Cert_BOX", CERTIFICATE_BOX, ""));
    script_list(
        LINKS, script_resource("sales-link",
                               "\"databases\":[{\"databaseName\":\"a\"},{\"databaseName\":\"b\","
                               "\"partnerAuthCertValidity\":{\"certificateName\":\"CERT_BOX\"}}]"));
    delete_certificate("@reason", "r");
    fake_refused(MILINK_CERTIFICATE_IN_USE, "Cert_BOX", "sales-link", "@force = 1", NULL);
    fake_ask("xp_milink_certificate_delete", "@instance", "prod", "@name", "Cert_BOX", "@force",
             "%1", "@what_if", "%1", NULL);
    shown("DELETE", "Would send: DELETE " ABOVE CERTIFICATES "/Cert_BOX?api-version=2025-01-01",
          NULL);
    fake_ask("xp_milink_certificate_delete", "@instance", "careful", "@name", "Cert_BOX", NULL);
    fake_refused(MILINK_RIGHT_MISSING, "certificate", NULL);
}

#define CERTIFICATE_TEST(test) cmocka_unit_test_setup_teardown(test, fake_set_up, fake_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CERTIFICATE_TEST(test_list),          CERTIFICATE_TEST(test_endpoint),
        CERTIFICATE_TEST(test_endpoint_odd),  CERTIFICATE_TEST(test_put),
        CERTIFICATE_TEST(test_put_shown),     CERTIFICATE_TEST(test_put_there),
        CERTIFICATE_TEST(test_put_taken),     CERTIFICATE_TEST(test_put_bad),
        CERTIFICATE_TEST(test_delete),        CERTIFICATE_TEST(test_delete_absent),
        CERTIFICATE_TEST(test_delete_in_use),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
